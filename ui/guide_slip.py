"""The printed slip of a ticket: its number, what for, since when, how many before, and what stands in the hall now."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from analytics.door import Taken
from analytics.queues import Queue
from standards.message import Message, message
from standards.vocabulary import NoticeKind
from ui.component import component
from ui.customer_screen import about, both, notice_said
from ui.guide_view import DoorView
from ui.keys import Key
from ui.language import translator_of, words
from ui.wording import Language

_slip = component("slip")
_ADVICE = message("Please watch the screen. If you miss your call, tell the guide.")
_SHOWN = {NoticeKind.SYSTEM_FAILURE, NoticeKind.POWER_CUT, NoticeKind.MIDDAY_DUTY}


def draw_slip(view: DoorView) -> None:
    """The number to tell the customer, and its slip to print: by a press, or each as soon as it is taken."""
    taken = view.door.last
    if taken is None:
        return
    row = st.container(horizontal=True, vertical_alignment="center")
    business = view.businesses.get(taken.business_type, taken.business_type)
    row.markdown(
        words("Last ticket: **{ticket}** ({business})", ticket=taken.ticket, business=business), width="content"
    )
    with row.container(width=150):
        said = {
            "id": str(taken.id),
            "mm": view.door.rules.slip_mm,
            "every": bool(st.session_state.get(Key.GUIDE_PRINT_EVERY, False)),
            "print": view.t.plain.words("Print the slip"),
            "lines": slip_lines(view, taken),
        }
        _slip(key=Key.GUIDE_SLIP, data=json.dumps(said, ensure_ascii=False))


def slip_lines(view: DoorView, taken: Taken) -> list[dict[str, str]]:
    """What stands on the slip, in Chinese and in English beneath; nothing of it names anybody."""
    queue = next((queue for queue in view.door.queues if queue.business_type == taken.business_type), None)
    lines = _two("hall", [view.hall_name, view.hall_name_en])
    lines.append({"look": "number", "lang": Language.ZH, "text": taken.ticket})
    lines += _two("business", _business(queue, taken))
    lines.append({"look": "time", "lang": Language.ZH, "text": _taken_at(view, taken)})
    lines += _said("before", message("{n} before you", n=taken.before))
    if taken.expected is not None:
        lines += _said("expected", message("Expected wait: {time} (estimate)", time=about(taken.expected)))
    lines.append({"look": "rule", "lang": "", "text": ""})
    for notice in view.door.notices:
        if notice.kind in _SHOWN:
            lines += _two("notice", notice_said(notice)["words"])
    return lines + _said("advice", _ADVICE)


def _business(queue: Queue | None, taken: Taken) -> list[str]:
    return [taken.business_type] * 2 if queue is None else [queue.name, queue.name_en or queue.name]


def _taken_at(view: DoorView, taken: Taken) -> str:
    return translator_of(Language.ZH).plain.moment(taken.arrived_at, view.zone)


def _said(look: str, said: Message) -> list[dict[str, str]]:
    return _two(look, both(said))


def _two(look: str, texts: list[Any]) -> list[dict[str, str]]:
    zh, en = texts[0], texts[1] or texts[0]
    lines = [{"look": look, "lang": Language.ZH.value, "text": str(zh)}]
    return lines if zh == en else [*lines, {"look": "en", "lang": Language.EN.value, "text": str(en)}]
