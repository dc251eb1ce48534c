"""What is looked for in the trail: period, hall, who, what, about what, from where, and words of the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from analytics.audit_trail import Sought
from analytics.directory import Hall
from models.actor import EVERYWHERE
from ui import address, filters
from ui.audit_actions import ACTIONS
from ui.keys import Key
from ui.language import Translator, words


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: what is looked for, the days, and the halls by code."""

    sought: Sought
    first_on: date
    last_on: date
    halls: dict[str, Hall]

    def zone(self, branch_id: str) -> ZoneInfo:
        """The hall's own; for what belongs to none that of the first hall."""
        known = self.halls.get(branch_id) or next(iter(self.halls.values()), None)
        return ZoneInfo("Asia/Shanghai") if known is None else known.zone

    def hall_name(self, branch_id: str, t: Translator) -> str:
        if branch_id == EVERYWHERE:
            return t.words("What belongs to no hall")
        known = self.halls.get(branch_id)
        return t.text(branch_id) if known is None else t.name(known.name, known.name_en)


def draw_filters(reach: tuple[str, ...], halls: dict[str, Hall], t: Translator, now: datetime) -> View:
    """Draw them; what is chosen stands in the address."""
    left, middle, right = st.columns(3)
    blank = View(_nothing(now), now.date(), now.date(), halls)
    with left:
        hall = filters.choice(
            "hall",
            reach,
            lambda code: blank.hall_name(code, t),
            text=words("Hall"),
            key=Key.AUDIT_HALL,
            every=words("Everything you may see"),
        )
    with middle:
        action = filters.choice(
            "action",
            sorted(ACTIONS, key=lambda code: t.say(ACTIONS[code]).casefold()),
            lambda code: t.say(ACTIONS[code]),
            text=words("What was done"),
            key=Key.AUDIT_ACTION,
            every=words("All"),
        )
    with right:
        _typed("account", words("Who (account)"), Key.AUDIT_WHO)
    zone = blank.zone(hall or "")
    first_on, last_on = filters.period(zone, now, default=filters.Preset.TODAY)
    with st.popover(words("Narrow down")):
        _typed("about", words("About (a visit's id, an account, a staff number)"), Key.AUDIT_SUBJECT)
        _typed_counter()
        _typed("origin", words("From where (address, station)"), Key.AUDIT_ORIGIN)
        _typed("search", words("Words in the reason"), Key.AUDIT_REASON)
    here = address.here()
    sought = Sought(
        branch_ids=reach if hall is None else (hall,),
        since=_begin(first_on, zone),
        until=_begin(last_on + timedelta(days=1), zone),
        account=here.account,
        action=action,
        subject=here.about,
        counter_id=here.counter,
        origin=here.origin,
        text=here.search,
    )
    return View(sought, first_on, last_on, halls)


def filter_words(view: View, t: Translator) -> list[tuple[str, str]]:
    """Each filter that is set, by name, for a file."""
    sought = view.sought
    narrowed = (
        (t.words("Who (account)"), sought.account),
        (t.words("What was done"), None if sought.action is None else t.say(ACTIONS[sought.action])),
        (t.words("About (a visit's id, an account, a staff number)"), sought.subject),
        (t.words("Counter"), None if sought.counter_id is None else str(sought.counter_id)),
        (t.words("From where (address, station)"), sought.origin),
        (t.words("Words in the reason"), sought.text),
    )
    halls = t.words(", ").join(view.hall_name(code, t) for code in sought.branch_ids)
    return [
        (t.words("Period"), t.period(view.first_on, view.last_on)),
        (t.words("Hall"), halls),
        *((name, value) for name, value in narrowed if value is not None),
    ]


def filter_codes(view: View) -> dict[str, str | int | None]:
    """The same for the file's line in the trail, in no language."""
    sought = view.sought
    return {
        "from": view.first_on.isoformat(),
        "to": view.last_on.isoformat(),
        "account": sought.account,
        "action": sought.action,
        "about": sought.subject,
        "counter_id": sought.counter_id,
        "origin": sought.origin,
        "text": sought.text,
    }


def _nothing(now: datetime) -> Sought:
    return Sought(branch_ids=(), since=now, until=now)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _typed(field: str, label: str, key: Key) -> None:
    st.session_state[key] = getattr(address.here(), field) or ""
    st.text_input(label, key=key, max_chars=address.LONGEST, on_change=_take, args=(field, key))


def _take(field: str, key: Key) -> None:
    typed = st.session_state[key].strip()
    address.change(**{field: typed if typed.isprintable() and typed else None})


def _typed_counter() -> None:
    st.session_state[Key.AUDIT_COUNTER] = str(address.here().counter or "")
    st.text_input(words("Counter"), key=Key.AUDIT_COUNTER, max_chars=4, on_change=_take_counter)


def _take_counter() -> None:
    typed = st.session_state[Key.AUDIT_COUNTER].strip()
    address.change(counter=int(typed) if typed.isascii() and typed.isdigit() and int(typed) else None)
