"""A visit in words: what it was, its stages, what every standard says of it, and what was changed afterwards."""

from __future__ import annotations

from datetime import tzinfo
from uuid import UUID

import streamlit as st

from analytics.facts import VisitVerdicts
from analytics.visit_part import Part, VisitStory
from models.actor import Actor
from standards.facts import Verdict
from standards.vocabulary import Grade, VerdictKind
from ui import address
from ui.language import Translator, translator, words
from ui.navigation import page, screens_for
from ui.standard_words import edition_of, name_of

_SAID = (VerdictKind.MISSED, VerdictKind.PENDING, VerdictKind.MET, VerdictKind.NOT_JUDGED)
_SIGNS = {VerdictKind.MET: "✓", VerdictKind.MISSED: "✗", VerdictKind.PENDING: "…", VerdictKind.NOT_JUDGED: "–"}
# Evidence that is no official page is said at the verdict; the rest stands in the catalogue.
_SAID_GRADES = (Grade.S, Grade.I)


def part_title(part: Part, t: Translator) -> str:
    """What a part was: its number and its business."""
    number = t.text(part.ticket or t.label(part.begun))
    return f"{number} · {t.name(part.business_name, part.business_name_en)}"


def part_facts(part: Part, story: VisitStory, t: Translator) -> str:
    """Hall, day, how it began and ended, counter, person, items and source, in one line."""
    facts = [
        t.name(story.hall_name, story.hall_name_en),
        f"{t.day(part.day_on)} {t.weekday(part.day_on)}",
        t.label(part.begun),
        _ending(part, t),
        t.words("Counter {number}", number=part.counter_id) if part.counter_id is not None else "",
        _person(part, t),
        t.words("{items} items", items=part.items) if part.items > 1 else "",
        t.words("Source: {source}", source=part.source),
        t.words("Priority: {reason}", reason=part.priority) if part.priority else "",
        t.words("Assisted") if part.assisted else "",
        t.words("On behalf of many") if part.bulk else "",
        t.label(part.settlement) if part.settlement else "",
        _rated(part, t),
    ]
    return " · ".join(fact for fact in facts if fact)


def _rated(part: Part, t: Translator) -> str:
    """The customer's rating with its reasons; empty for whoever may not read it."""
    if part.rating is None:
        return ""
    rated = t.words("Rated {rating} of 5", rating=part.rating)
    reasons = t.words(", ").join(t.label(reason) for reason in part.rating_reasons)
    return f"{rated} ({reasons})" if reasons else rated


def _ending(part: Part, t: Translator) -> str:
    return t.label(part.outcome) + (f" ({t.label(part.left_reason)})" if part.left_reason else "")


def _person(part: Part, t: Translator) -> str:
    if part.staff_id is None:
        return ""
    return t.joined(" ", [t.name(part.staff_name, part.staff_name_en), t.text(part.staff_id)])


def draw_marks(part: Part, zone: tzinfo) -> None:
    """Attention, holds and a promised answer: what somebody must know before reading on."""
    t = translator()
    if part.attention:
        note = part.attention_note or t.words("no note")
        st.warning(t.words("Marked for attention: {note}", note=note))
    if part.promised_at is not None:
        kept = t.moment(part.promise_kept_at, zone) if part.promise_kept_at else t.words("not yet given")
        st.markdown(
            t.words("Answer promised for {promised}; {kept}", promised=t.moment(part.promised_at, zone), kept=kept)
        )
    for hold in part.holds:
        ended = t.exact_time(hold.ended_at, zone) if hold.ended_at else t.words("still on hold")
        began = t.exact_time(hold.began_at, zone)
        st.markdown(t.words("On hold {began}–{ended}: {kind}", began=began, ended=ended, kind=hold.kind))


def draw_notices(story: VisitStory) -> None:
    """A failure of the hall's that the visit had to bear."""
    t, zone = translator(), story.zone
    for notice in story.notices:
        begin = t.time(notice.from_at, zone)
        if notice.until_at is None:
            st.warning(t.words("{kind} since {begin} during this visit", kind=notice.kind, begin=begin))
        else:
            end = t.time(notice.until_at, zone)
            st.warning(
                t.words("{kind} from {begin} to {end} during this visit", kind=notice.kind, begin=begin, end=end)
            )


def draw_way_back(who: Actor) -> None:
    """To the figures that this visit was found behind, where the address tells which."""
    came_from = address.here().first_on is not None
    if came_from and any(screen.url_path == "compliance" for screen in screens_for(who.roles)):
        query = address.parameters(**address.view(visit=None))
        st.page_link(page("compliance"), label=words("← Back to the figures"), query_params=query)
    elif who.staff_id is not None:
        query = address.parameters(hall=who.branch_id)
        st.page_link(page("counter-desk"), label=words("← Back to the counter"), query_params=query)


def draw_parts(story: VisitStory, chosen: UUID) -> None:
    """The parts of the visit in their order, each a link; nothing where there is one alone."""
    if len(story.parts) == 1:
        return
    t = translator()
    st.markdown(f"**{t.words('This visit has {count} parts', count=len(story.parts))}**")
    for number, part in enumerate(story.parts, start=1):
        title = f"{number}. {t.label(part.begun)} · {part_title(part, t)} · {t.label(part.outcome)}"
        if part.id == chosen:
            st.markdown(f"▸ **{title}**")
        else:
            query = address.parameters(**address.view(visit=part.id))
            st.page_link(page("visit"), label=title, query_params=query)


def verdict_sentence(told: VisitVerdicts, t: Translator) -> str:
    """First of all: what was missed."""
    missed = [verdict for verdict in told.verdicts if verdict.kind is VerdictKind.MISSED]
    met = sum(verdict.kind is VerdictKind.MET for verdict in told.verdicts)
    if missed:
        names = t.words(", ").join(name_of(t, verdict.standard) for verdict in missed)
        return t.words(
            "Missed {missed} of {judged}: {names}", missed=len(missed), judged=len(missed) + met, names=names
        )
    if met:
        return t.words("Met all {judged} that were judged", judged=met)
    return t.words("No standard judges this visit so far")


def draw_verdicts(told: VisitVerdicts) -> None:
    """Every verdict with its reason: missed first, the not applicable ones folded together."""
    t = translator()
    for kind in _SAID:
        own = [verdict for verdict in told.verdicts if verdict.kind is kind]
        if own:
            st.markdown(f"**{_SIGNS[kind]} {t.label(kind)} · {len(own)}**")
            st.markdown("\n".join(f"- {_verdict_words(verdict, t)}" for verdict in own))
    for finding in told.findings:
        name = name_of(t, finding.standard)
        count, observed = finding.count, finding.observed
        st.markdown("- " + t.words("{name}: {count} found in {n} checks", name=name, count=count, n=observed))
    _draw_not_applicable([one for one in told.verdicts if one.kind is VerdictKind.NOT_APPLICABLE], t)


def _verdict_words(verdict: Verdict, t: Translator) -> str:
    standard = verdict.standard
    origin = [standard.code, t.label(standard.issuer), edition_of(t, standard)]
    if standard.grade in _SAID_GRADES:
        origin.append(t.words("evidence {letter}: {grade}", letter=standard.grade.value, grade=standard.grade))
    return f"**{name_of(t, verdict.standard)}** — {t.say(verdict.reason)}  \n  :gray[:small[{' · '.join(origin)}]]"


def _draw_not_applicable(verdicts: list[Verdict], t: Translator) -> None:
    if not verdicts:
        return
    with st.expander(t.words("Not applicable: {count} standards", count=len(verdicts))):
        st.markdown(
            "\n".join(
                f"- {name_of(t, verdict.standard)} ({verdict.standard.code}) — {t.say(verdict.reason)}"
                for verdict in verdicts
            )
        )
