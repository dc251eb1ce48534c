"""A hall's live board in the reader's words: what the component in the browser is given to show."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from analytics.board import Board
from analytics.help_now import HelpNow
from analytics.limit_clock import LimitClock
from analytics.queue_now import AwayNow, PromiseNow, WaitingNow
from analytics.suggestion import Remedy, Suggestion
from standards.vocabulary import Begun
from ui.board_clock import clock_said, clock_texts, limit_said, ms
from ui.board_counters import counters_said
from ui.board_today import today_said
from ui.language import Translator

WAITING_SHOWN = 10
Said = dict[str, Any]


def board_said(board: Board, t: Translator) -> Said:
    """Everything on the board; times are milliseconds since 1970, clocks are told when they run from."""
    return {
        "hall": t.name(board.name, board.name_en),
        "as_of": ms(board.as_of),
        "as_of_words": t.words("As of {time}", time=t.exact_time(board.as_of, board.zone)),
        "stale_words": t.words("Not updated since {time}", time=t.exact_time(board.as_of, board.zone)),
        "texts": clock_texts(t),
        "headline": headline_said(board, t),
        "counters": {
            "title": t.words("Counters"),
            "empty": t.words("No counters are set up for this hall yet."),
            "cards": counters_said(board, t),
        },
        "waiting": waiting_said(board, t),
        "today": today_said(board, t),
    }


def headline_said(board: Board, t: Translator) -> Said:
    """The one sentence: parts in order, each with its tone; a `{clock}` in a part runs on in the browser."""
    if board.quiet:
        return {"parts": [{"text": _closed(board, t), "tone": "plain"}], "suggestion": None}
    parts = [_help(one, t) for one in board.help]
    if not board.hours_of_hall.open:
        parts.append({"text": _closed(board, t), "tone": "plain"})
    if not board.queueless:
        parts.append({"text": t.words("{n} waiting", n=len(board.waiting)), "tone": "plain"})
    if board.longest is not None:
        parts.append(_longest(board.longest, t))
    if board.counters:
        open_of_all = t.words("{open} of {all} counters open", open=board.open_counters, all=len(board.counters))
        parts.append({"text": open_of_all, "tone": "plain" if board.open_counters or not board.waiting else "over"})
    parts += _near(board, t)
    return {"parts": parts, "suggestion": _suggested(board.suggestion, t)}


def _help(one: HelpNow, t: Translator) -> Said:
    """Every moment of it is too long."""
    clock = clock_said(LimitClock(runs_from=one.asked_at)) | {"limit": 0, "soon": 0}
    text = t.words("counter {counter} calls for help, {clock}", counter=one.counter_id, clock="{clock}")
    return {"text": text, "tone": "clock", "clock": clock}


def _closed(board: Board, t: Translator) -> str:
    return closed_said(board.hours_of_hall.opens_at, board.as_of, board.zone, t)


def closed_said(opens_at: datetime | None, now: datetime, zone: tzinfo, t: Translator) -> str:
    """That a hall is closed, and when it opens next, where that is known."""
    if opens_at is None:
        return t.words("Closed")
    opens, today = opens_at.astimezone(zone), now.astimezone(zone).date()
    if opens.date() == today:
        return t.words("Closed; opens {time}", time=t.time(opens, zone))
    return t.words("Closed; opens {day} {time}", day=t.weekday(opens.date()), time=t.time(opens, zone))


def _longest(one: WaitingNow, t: Translator) -> Said:
    clock = one.clock
    if clock.limit is None:
        text = t.words("longest {clock}", clock="{clock}")
    elif clock.limit.of_mean:
        text = t.words("longest {clock} (mean limit {limit})", clock="{clock}", limit=limit_said(clock.limit.time, t))
    else:
        text = t.words("longest {clock} (limit {limit})", clock="{clock}", limit=limit_said(clock.limit.time, t))
    return {"text": text, "tone": "clock", "clock": clock_said(clock)}


def _near(board: Board, t: Translator) -> list[Said]:
    parts: list[Said] = []
    if board.over:
        parts.append({"text": t.words("{n} over the limit", n=board.over), "tone": "over"})
    if board.past_mean:
        parts.append({"text": t.words("{n} past the mean limit", n=board.past_mean), "tone": "soon"})
    if board.soon:
        of_mean = board.wait_limit is not None and board.wait_limit.of_mean
        near_mean = t.words("{n} near the mean limit (3 minutes)", n=board.soon)
        near_limit = t.words("{n} will be over within 3 minutes", n=board.soon)
        parts.append({"text": near_mean if of_mean else near_limit, "tone": "soon"})
    return parts


def _suggested(found: Suggestion | None, t: Translator) -> str | None:
    if found is None:
        return None
    if found.remedy is Remedy.CALL_NEXT:
        return t.words("Counter {counter} is free: call the next", counter=found.counter_id)
    if found.remedy is Remedy.RESUME:
        return t.words("Suggestion: resume counter {counter}", counter=found.counter_id)
    return t.words("Suggestion: open counter {counter}", counter=found.counter_id)


def waiting_said(board: Board, t: Translator) -> Said:
    """Who is about to breach, whose papers are awaited, which answers fall due."""
    more = len(board.waiting) - WAITING_SHOWN
    return {
        "title": "" if board.queueless else t.words("Nearest to the limit"),
        "rows": [_waiting(one, t) for one in board.waiting[:WAITING_SHOWN]],
        "more": t.words("and {n} more waiting", n=more) if more > 0 else "",
        "empty": "" if board.queueless else t.words("Nobody is waiting."),
        "away_title": t.words("Away for papers"),
        "away": [_away(one, t) for one in board.away],
        "promises_title": t.words("Answers promised"),
        "promises": [_promise(one, board, t) for one in board.promises],
    }


def _waiting(one: WaitingNow, t: Translator) -> Said:
    notes: list[str] = []
    if one.priority is not None:
        notes.append(t.label(one.priority))
    if one.begun is Begun.TRANSFER:
        notes.append(t.label(Begun.TRANSFER))
    if one.to_counter_id is not None:
        notes.append(t.words("for counter {counter}", counter=one.to_counter_id))
    return {
        "id": str(one.interaction_id),
        "ticket": one.ticket or t.label(one.begun),
        "note": " · ".join(notes),
        "clock": clock_said(one.clock),
    }


def _away(one: AwayNow, t: Translator) -> Said:
    counter = "" if one.counter_id is None else t.words("counter {counter}", counter=one.counter_id)
    return {
        "id": str(one.interaction_id),
        "ticket": one.ticket or t.label(Begun.WALK_IN),
        "note": counter,
        "clock": clock_said(LimitClock(runs_from=one.since_at)),
    }


def _promise(one: PromiseNow, board: Board, t: Translator) -> Said:
    return {
        "id": str(one.interaction_id),
        "ticket": one.ticket or t.label(Begun.WALK_IN),
        "note": t.moment(one.promised_at, board.zone),
        "due": ms(one.promised_at),
    }
