"""The stages of a visit: when each was reached, and how long each lasted against its limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

import streamlit as st

from analytics.facts import VisitVerdicts
from analytics.visit_part import Part, VisitStory
from charts.stage_line import StageBar
from standards.facts import Verdict
from standards.message import Message, message
from standards.vocabulary import OPEN, Measure, Outcome, Stage, VerdictKind
from ui.language import Translator, translator

_JUDGED = (VerdictKind.MET, VerdictKind.MISSED, VerdictKind.PENDING)
_NOUGHT = timedelta()


def draw_stages(part: Part, zone: tzinfo) -> None:
    """When each stage was reached, to the second, and how long after the one before."""
    t = translator()
    rows = []
    before: datetime | None = None
    again = part.at(Stage.LAST_CALLED) != part.at(Stage.CALLED)
    told = [stamped for stamped in part.stamps if again or stamped.stage is not Stage.LAST_CALLED]
    for stamped in sorted(told, key=lambda stamped: stamped.at):
        rows.append(
            {
                t.words("Stage"): t.label(stamped.stage),
                t.words("Time"): t.exact_time(stamped.at, zone),
                t.words("After"): "" if before is None else t.duration(stamped.at - before),
                t.words("Source"): "" if stamped.source is part.source else t.label(stamped.source),
                t.words("Remark"): "" if stamped.accurate else t.words("Marked inaccurate"),
            }
        )
        before = stamped.at
    said = [name for name in rows[0] if any(row[name] for row in rows)] if rows else []
    rows = [{name: row[name] for name in said} for row in rows]
    st.table(rows, border="horizontal", hide_index=True)


def stage_bars(
    story: VisitStory, told: Mapping[UUID, VisitVerdicts | None], t: Translator, now: datetime
) -> list[StageBar]:
    """The waits, greetings and handlings of all parts as bars, each with its limits."""
    bars: list[StageBar] = []
    for number, part in enumerate(story.parts, start=1):
        judged = told.get(part.id)
        verdicts = judged.verdicts if judged else ()
        for measure, span in _spans(part, now).items():
            if span is not None:
                place = f"{number}. " if len(story.parts) > 1 else ""
                bars.append(_bar(part, measure, span, verdicts, t, place))
    return bars


Span = tuple[Message, datetime, timedelta]


def _spans(part: Part, now: datetime) -> dict[Measure | str, Span | None]:
    """What lasted how long from when; what is not over yet lasts until now."""
    return {
        Measure.WAIT: _waited(part, now),
        "transfer": _lasted(message("Wait after the transfer"), part.queued_at, part.transfer_wait),
        Measure.GREETING: _greeted(part, now),
        Measure.HANDLING: _handled(part, now),
    }


def _lasted(name: Message, begin: datetime, value: timedelta | None) -> Span | None:
    return None if value is None else (name, begin, value)


def _waited(part: Part, now: datetime) -> Span | None:
    value = max(now - part.wait_from_at, _NOUGHT) if part.outcome is Outcome.WAITING else part.wait
    return _lasted(message("Wait"), part.wait_from_at, value)


def _greeted(part: Part, now: datetime) -> Span | None:
    greeted_at, called_at = part.at(Stage.GREETED), part.at(Stage.LAST_CALLED)
    if greeted_at is not None and part.greeting is not None:
        return message("Greeting delay"), greeted_at - part.greeting, part.greeting
    if part.outcome is Outcome.CALLED and called_at is not None:
        return message("Greeting delay"), called_at, max(now - called_at, _NOUGHT)
    return None


def _handled(part: Part, now: datetime) -> Span | None:
    started_at = part.at(Stage.STARTED)
    if started_at is None:
        return None
    ended_at = part.at(Stage.ENDED) or part.at(Stage.LEFT) or (now if part.outcome in OPEN else None)
    return None if ended_at is None else (message("Handling time"), started_at, max(ended_at - started_at, _NOUGHT))


def _bar(
    part: Part, measure: Measure | str, span: Span, verdicts: Iterable[Verdict], t: Translator, place: str
) -> StageBar:
    name, begin, lasted = span
    own = [verdict for verdict in verdicts if verdict.standard.measure is measure and verdict.kind in _JUDGED]
    handling = measure is Measure.HANDLING
    limits = [_limit(verdict, part) for verdict in own]
    value = max(_NOUGHT, lasted - part.held) if handling else lasted
    texts = [t.duration(value), *(t.words("limit {limit}", limit=limit) for limit in limits)]
    title = f"{place}{t.say(name)}"
    held = t.words("holds of {held} not counted", held=part.held) if handling and part.held else ""
    told = [title, t.name(part.business_name, part.business_name_en), *texts, held]
    return StageBar(
        name=title,
        text=" · ".join(texts),
        begin=begin,
        end=begin + lasted,
        limits_at=tuple(begin + limit + (part.held if handling else _NOUGHT) for limit in limits),
        reached=_reached(own),
        holds=_holds(part, begin, begin + lasted) if handling else (),
        hover="<br>".join(line for line in told if line),
    )


def _limit(verdict: Verdict, part: Part) -> timedelta:
    return verdict.standard.limit_time * (max(1, part.items) if verdict.standard.per_item else 1)


def _reached(verdicts: list[Verdict]) -> bool | None:
    kinds = {verdict.kind for verdict in verdicts}
    if VerdictKind.MISSED in kinds:
        return False
    return True if VerdictKind.MET in kinds else None


def _holds(part: Part, begin: datetime, end: datetime) -> tuple[tuple[datetime, datetime], ...]:
    cut = ((max(hold.began_at, begin), min(hold.ended_at or end, end)) for hold in part.holds)
    return tuple((held_from, held_to) for held_from, held_to in cut if held_from < held_to)
