"""The board's strip of counters in the reader's words."""

from __future__ import annotations

from typing import Any

from analytics.board import Board
from analytics.counters_now import CounterNow, VisitNow
from analytics.limit_clock import LimitClock
from standards.vocabulary import Begun, Channel, CounterState, Outcome
from ui.board_clock import clock_said, ms
from ui.language import Translator

Said = dict[str, Any]
_TONES = {
    CounterState.IDLE: "idle",
    CounterState.SERVING: "serving",
    CounterState.PAUSED: "paused",
    CounterState.CLOSED: "closed",
}


def counters_said(board: Board, t: Translator) -> list[Said]:
    """A card a counter: number, person, state in words and tone, who is there, the clock that governs."""
    return [_counter(counter, board, t) for counter in board.counters]


def _counter(counter: CounterNow, board: Board, t: Translator) -> Said:
    state, tone = _state(counter, t)
    return {
        "id": counter.counter_id,
        "number": str(counter.counter_id),
        "staff": _staff(counter, t),
        "state": state,
        "tone": tone,
        "who": "" if counter.visit is None else _who(counter.visit, t),
        "note": _note(counter, board, t),
        "note_clock": _held(counter),
        "clock": _clock(counter),
    }


def _staff(counter: CounterNow, t: Translator) -> str:
    """Who stands there: themselves, covering for somebody, or a trainee with a mentor."""
    name = t.name(counter.staff_name, counter.staff_name_en) or counter.staff_id or ""
    mentor = t.name(counter.mentor_name, counter.mentor_name_en)
    if mentor:
        return t.words("{name}, guided by {mentor}", name=name, mentor=mentor)
    return t.words("{name} (covering)", name=name) if counter.covering else name


def _state(counter: CounterNow, t: Translator) -> tuple[str, str]:
    visit = counter.visit
    if visit is None or counter.state in {CounterState.PAUSED, CounterState.CLOSED}:
        return t.label(counter.state), _TONES[counter.state]
    if visit.outcome is Outcome.HELD:
        return t.label(Outcome.HELD), "held"
    return t.label(visit.outcome), "called" if visit.outcome is Outcome.CALLED else "serving"


def _who(visit: VisitNow, t: Translator) -> str:
    if visit.channel is Channel.TELEPHONE:
        return t.label(Channel.TELEPHONE)
    ticket = visit.ticket or t.label(Begun.WALK_IN)
    return ticket if visit.items == 1 else t.words("{ticket} · {n} items", ticket=ticket, n=visit.items)


def _note(counter: CounterNow, board: Board, t: Translator) -> str:
    visit = counter.visit
    marked = t.words("Marked for attention") if visit is not None and visit.attention else ""
    if visit is not None and visit.hold_kind is not None:
        held = t.words("{kind} · {clock}", kind=visit.hold_kind, clock="{clock}")
        return " · ".join(part for part in (marked, held) if part)
    if marked:
        return marked
    if counter.state is not CounterState.PAUSED:
        return ""
    reason = "" if counter.pause_reason is None else t.label(counter.pause_reason)
    if counter.back_at is None:
        return reason
    at = t.time(counter.back_at, board.zone)
    overdue = counter.overdue(board.as_of)
    back = t.words("was due back at {time}", time=at) if overdue else t.words("back at {time}", time=at)
    return " · ".join(part for part in (reason, back) if part)


def _held(counter: CounterNow) -> Said | None:
    """How long the hold has lasted, for the note's `{clock}`."""
    visit = counter.visit
    if visit is None or visit.hold_kind is None or visit.held_since_at is None:
        return None
    return clock_said(LimitClock(runs_from=visit.held_since_at))


def _clock(counter: CounterNow) -> Said | None:
    """The visit's clock; where nobody is there, how long the state has lasted."""
    if counter.visit is not None:
        return clock_said(counter.visit.clock)
    if counter.since_at is None or counter.state is CounterState.CLOSED:
        return None
    if counter.back_at is not None and counter.back_at > counter.since_at:
        # A pause runs against its own end: what is past it is overdue.
        return clock_said(LimitClock(runs_from=counter.since_at)) | {
            "limit": ms(counter.back_at) - ms(counter.since_at),
            "soon": 0,
        }
    return clock_said(LimitClock(runs_from=counter.since_at))
