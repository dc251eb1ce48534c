"""The catalogue of standards: what is in force on a day, from which source, in which editions."""

from collections import Counter
from datetime import UTC

import streamlit as st

from analytics.catalogue import Collection, Standing, catalogue_lines
from analytics.directory import business_types
from standards.vocabulary import Issuer
from ui import (
    address,
    answers,
    change_standard,
    clock,
    filters,
    session,
    standard_card,
    standard_filters,
    standard_table,
)
from ui.language import translator, words

who = session.actor()
now = clock.now()
t = translator()

st.title(words("Standards"), anchor=False)
for_hall, on_day = st.columns([3, 2])
with for_hall:
    hall = standard_filters.hall(who)
with on_day:
    day = filters.day(hall.zone if hall else UTC, now)
issuer = hall.issuer if hall else Issuer.STATE_GRID
lines = answers.answer(catalogue_lines, who, issuer=issuer, day=day)
if not lines:
    st.info(words("The catalogue is empty."))
    st.stop()

in_force = Counter(line.collection for line in lines if line.standing is Standing.IN_FORCE)
st.markdown(
    words(
        "On {day} a hall of {issuer} is judged by {n} standards: data is coming in for {coming}, "
        "none so far for {none}, and for {not_yet} there is no data collection yet.",
        day=day,
        issuer=issuer,
        n=in_force.total(),
        coming=in_force[Collection.COMING_IN],
        none=in_force[Collection.NONE_SO_FAR],
        not_yet=in_force[Collection.NOT_YET],
    )
)
shown = standard_filters.narrowed(lines)
table, card = st.columns([3, 2])
with table:
    if shown:
        st.caption(
            words("{n} of {all} rows. Choose one for its source and its editions.", n=len(shown), all=len(lines))
        )
        standard_table.draw(shown)
    else:
        st.info(words("No standard fits these filters."))
with card:
    code = address.here().standard
    chosen = [line for line in lines if line.standard.code == code]
    if chosen:
        standard_card.draw(chosen, answers.answer(business_types, who), hall)
    elif code:
        st.info(words("There is no standard {code}.", code=code))
    else:
        standard_card.explain_grades()
if chosen:
    known = {one.id: one for one in answers.answer(business_types, who)}
    change_standard.draw_change(who, standard_card.standing_line(chosen).standard, known)
