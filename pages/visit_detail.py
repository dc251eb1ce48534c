"""One visit: its stages on a line of time, every verdict with its reason, and what was changed afterwards."""

import streamlit as st

from analytics.directory import business_types
from analytics.exclusions import visit_request
from analytics.facts import verdicts
from analytics.visit import visit_story
from charts.stage_line import stage_line
from standards.vocabulary import Measure, Stage
from ui import address, answers, clock, drawing, session
from ui.correction_form import answered, draw_correction_form
from ui.corrections import draw_corrections
from ui.exclusion_visit import draw_exclusion, draw_way_to_ask
from ui.language import translator, words
from ui.noted_views import note_visit
from ui.revealing import draw_reveal_visit
from ui.share_words import walking_words
from ui.visit_stages import draw_stages, stage_bars
from ui.visit_story import (
    draw_marks,
    draw_notices,
    draw_parts,
    draw_verdicts,
    draw_way_back,
    part_facts,
    part_title,
    verdict_sentence,
)

who = session.actor()
now = clock.now()
view = address.here()
if view.hall is None or view.visit is None:
    st.info(words("Choose a visit from a list: this address names none."))
    st.stop()
story = answers.fresh(visit_story, who, branch_id=view.hall, interaction_id=view.visit)
if story is None:
    st.info(words("There is no such visit in this hall."))
    st.stop()
note_visit(who, story)
t = translator()
part = story.part(view.visit)
told = {
    one.id: answers.fresh(verdicts, who, branch_id=story.branch_id, interaction_id=one.id, now=now)
    for one in story.parts
}
own = told[part.id]
taken_out = answers.fresh(visit_request, who, branch_id=story.branch_id, interaction_id=part.id)
businesses = {kind.id: kind for kind in answers.answer(business_types, who)}

draw_way_back(who)
st.title(part_title(part, t))
st.markdown(part_facts(part, story, t))
if own is not None:
    st.subheader(verdict_sentence(own, t))
draw_exclusion(story, taken_out)
draw_notices(story)
draw_marks(part, story.zone)
draw_reveal_visit(who, story)
draw_parts(story, part.id)

left, right = st.columns([3, 2], gap="large")
with left:
    bars = stage_bars(story, told, t.figure, now)
    if bars:
        figure = stage_line(bars, session.theme(), zone=story.zone, hold=t.words("On hold"))
        drawing.draw(figure, session.Key.VISIT_STAGES, alt=t.words("The visit's stages on a line of time"))
        st.caption(t.words("Local time of the hall. The upright strokes are the limits."))
    if part.greeting is not None and part.at(Stage.AT_COUNTER) is None:
        st.caption(f"{t.label(Measure.GREETING)} · {walking_words(story.walking, t)}")
    draw_stages(part, story.zone)
with right:
    if own is not None:
        draw_verdicts(own)

if part.corrections:
    st.subheader(t.words("Corrections"))
    draw_corrections(part.corrections, businesses, story.zone)
if part.may_correct:
    with st.expander(t.words("Correct this record"), expanded=answered(part)):
        draw_correction_form(who, story.branch_id, part, businesses, story.zone)
draw_way_to_ask(who, story, taken_out)
