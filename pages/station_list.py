"""Stations and PINs: the hall's own browsers, paired once by a code, and who signs on at them with a PIN."""

import streamlit as st

from analytics.station_list import pin_holders, stations
from models.actor import Right
from ui import answers, clock, filters, session
from ui.keys import Key
from ui.language import say, translator, words
from ui.station_list import draw_adding, draw_code, draw_stations
from ui.station_pins import draw_once, draw_people
from ui.station_press import Part

who = session.actor()
now = clock.now()
st.title(words("Stations and PINs"), anchor=False)
hall = filters.hall(who)
who.require(Right.DEVICES, hall.id)
part = st.segmented_control(
    words("What to do"),
    list(Part),
    format_func=translator().plain.label,
    default=Part.DEVICES,
    required=True,
    key=Key.STATIONS_PART,
    label_visibility="collapsed",
)
if said := st.session_state.pop(Key.STATIONS_SAID, None):
    (st.success if said[0] else st.error)(say(said[1]))
if part is Part.PEOPLE:
    draw_once(hall)
    draw_people(who, hall, answers.fresh(pin_holders, who, branch_id=hall.id, now=now), now)
else:
    found = answers.fresh(stations, who, branch_id=hall.id, now=now)
    draw_code(who, hall)
    draw_stations(who, hall, found, now)
    draw_adding(who, hall)
