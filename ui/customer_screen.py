"""The customers' screen in words: Chinese, and English smaller beneath, whoever set the screen up.

A wall is read by everybody in the hall; it can't ask one of them for their language.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from analytics.customers import CustomersScreen
from analytics.door import Called
from analytics.notices import NoticeNow
from analytics.queues import Queue
from standards.message import Message, message
from standards.vocabulary import NoticeKind
from ui.board_clock import ms
from ui.board_words import closed_said
from ui.component import component
from ui.language import Translator, translator_of
from ui.wording import Language

REFRESH_SECONDS = 1.5
CALLED_SHOWN = 9
_screen = component("customers")
Said = dict[str, Any]
_ZH, _EN = (translator_of(language).plain for language in (Language.ZH, Language.EN))
_TEXTS = {
    "called": message("Please come to the counter"),
    "nobody": message("Nobody is called at the moment."),
    "last": message("Called last"),
    "queue": message("Business type"),
    "waiting": message("Waiting"),
    "expected": message("Expected wait (estimate)"),
    "switch_on": message("Switch sound on"),
    "silent": message("The sound is off: calls are shown and not spoken."),
    "sound_on": message("The sound is on."),
    "no_voice": message("This computer has no Chinese voice: there is a chime, and no spoken call."),
}
_DIGITS = message("zero one two three four five six seven eight nine")


def draw_customers(said: str, now_ms: int, key: str, *, full: bool) -> None:
    """Show a finished screen; `now_ms` is the server's clock, `full` fills the window."""
    _screen(key=key, data={"now": now_ms, "screen": said, "full": full})


def customers_said(shown: CustomersScreen) -> str:
    """Everything on the screen, ready to be sent to any number of them."""
    offset = shown.as_of.astimezone(shown.zone).utcoffset() or timedelta()
    said = {
        "zone_ms": offset // timedelta(milliseconds=1),
        "hall": [_ZH.name(shown.name, shown.name_en), _EN.name(shown.name, shown.name_en)],
        "hours": _hours(shown),
        "texts": {name: both(text) for name, text in _TEXTS.items()},
        "notices": [notice_said(notice) for notice in shown.notices],
        "called": [_call(call) for call in shown.called[:CALLED_SHOWN]],
        "last": [_call(call) | {"time": _ZH.time(call.called_at, shown.zone)} for call in shown.last],
        "calls": [_spoken(call) for call in shown.calls],
        "queues": [] if shown.queueless else [_queue(queue) for queue in shown.queues],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def both(said: Message) -> list[str]:
    """A sentence in Chinese and in English."""
    return [_ZH.say(said), _EN.say(said)]


def spoken(ticket: str, counter_id: int) -> str:
    """A call as it is said aloud, in Chinese; a number is read digit by digit."""
    digits = _ZH.say(_DIGITS).split()
    number = "".join(digits[int(sign)] if sign in "0123456789" else sign for sign in ticket)
    return _ZH.say(message("Number {number}, please come to counter {counter}.", number=number, counter=counter_id))


def about(expected: timedelta | None) -> Message:
    """An estimated wait, as every screen says it."""
    if expected is None:
        return message("No counter open")
    return message("about {n} min", n=-(-expected // timedelta(minutes=1)))


def notice_said(notice: NoticeNow) -> Said:
    """A notice: its kind where it is one of the usual ones, then the words of who gave it."""
    lines = []
    for t, own in ((_ZH, notice.words), (_EN, notice.words_en or notice.words)):
        kind = "" if notice.kind is NoticeKind.NOTICE else t.say(_KINDS[notice.kind])
        lines.append(t.joined(" ", [kind, t.text(own or notice.words_en)]))
    return {"words": lines, "failure": notice.failure}


_KINDS = {
    NoticeKind.SYSTEM_FAILURE: message("Our business system has failed. We are working on it; please bear with us."),
    NoticeKind.POWER_CUT: message("The power is cut in this hall. Please bear with us."),
    NoticeKind.MIDDAY_DUTY: message("Midday duty: fewer counters are open."),
}


def _hours(shown: CustomersScreen) -> list[str]:
    if shown.closed_at is not None:
        return [t.words("Closed at {time}", time=t.time(shown.closed_at, shown.zone)) for t in (_ZH, _EN)]
    if not shown.hours.open:
        return [closed_said(shown.hours.opens_at, shown.as_of, shown.zone, t) for t in (_ZH, _EN)]
    if not shown.intervals:
        return both(message("Open"))
    return [t.words("Open today {hours}", hours=_intervals(shown, t)) for t in (_ZH, _EN)]


def _intervals(shown: CustomersScreen, t: Translator) -> str:
    def end(at: datetime, opens_at: datetime) -> str:
        local = at.astimezone(shown.zone)
        midnight = (local.hour, local.minute) == (0, 0) and at > opens_at
        return "24:00" if midnight else t.time(at, shown.zone)

    return " ".join(
        f"{t.time(opens_at, shown.zone)}–{end(closes_at, opens_at)}" for opens_at, closes_at in shown.intervals
    )


def _call(call: Called) -> Said:
    counter = both(message("Counter {counter}", counter=call.counter_id))
    return {"ticket": call.ticket, "counter": counter, "at": ms(call.called_at)}


def _spoken(call: Called) -> Said:
    key = f"{call.ticket} {call.counter_id} {ms(call.called_at)}"
    return {"id": key, "speech": spoken(call.ticket, call.counter_id)}


def _queue(queue: Queue) -> Said:
    return {
        "name": [t.name(queue.name, queue.name_en) for t in (_ZH, _EN)],
        "waiting": str(queue.waiting),
        "expected": both(about(queue.expected)),
    }
