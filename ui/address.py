"""What a link says about the view: stable keys and explicit dates, the same in either language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import streamlit as st

from standards.message import Message, message
from standards.vocabulary import Basis, Channel, Dimension, Grade, Issuer, VerdictKind
from ui import clock, reader
from ui.language import say

ACCOUNT_PARAMETER = "as"
LONGEST = 64
EARLIEST = date(1990, 1, 1)
"""No hall has figures of an earlier day."""
_AHEAD = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A view's filters; None where the address says nothing. Days are local to the hall and inclusive."""

    hall: str | None = None
    standard: str | None = None
    first_on: date | None = None
    last_on: date | None = None
    channel: Channel | None = None
    business_type: str | None = None
    counter: int | None = None
    staff: str | None = None
    hour: int | None = None
    day: date | None = None
    visit: UUID | None = None
    verdict: VerdictKind | None = None
    issuer: Issuer | None = None
    dimension: Dimension | None = None
    basis: Basis | None = None
    grade: Grade | None = None
    edition: str | None = None
    search: str | None = None
    measure: str | None = None
    tab: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    account: str | None = None
    action: str | None = None
    about: str | None = None
    origin: str | None = None


def _text(value: str) -> str:
    if not 0 < len(value) <= LONGEST or not value.isprintable() or value != value.strip():
        raise ValueError(value)
    return value


def _within(lowest: int, highest: int) -> Callable[[str], int]:
    def number(value: str) -> int:
        if not (value.isascii() and value.isdigit()) or not lowest <= int(value) <= highest:
            raise ValueError(value)
        return int(value)

    return number


def latest() -> date:
    """The last day that an address may ask for, two years ahead: beyond it lies only what calendars can't count."""
    return clock.now().date() + _AHEAD


def _day(value: str) -> date:
    day = date.fromisoformat(value)
    if not EARLIEST <= day <= latest():
        raise ValueError(value)
    return day


def _instant(value: str) -> datetime:
    """A moment in ISO 8601 with its zone, such as 2026-03-02T09:30+08:00."""
    at = datetime.fromisoformat(value)
    if at.tzinfo is None or not EARLIEST <= at.date() <= latest():
        raise ValueError(value)
    return at


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    read: Callable[[str], Any]


# Field → its name in the address (a promise: links are kept) and how its text is read.
PARAMETERS: dict[str, _Parameter] = {
    "hall": _Parameter("hall", _text),
    "standard": _Parameter("standard", _text),
    "first_on": _Parameter("from", _day),
    "last_on": _Parameter("to", _day),
    "channel": _Parameter("channel", Channel),
    "business_type": _Parameter("business", _text),
    "counter": _Parameter("counter", _within(1, 9999)),
    "staff": _Parameter("staff", _text),
    "hour": _Parameter("hour", _within(0, 23)),
    "day": _Parameter("day", _day),
    "visit": _Parameter("visit", UUID),
    "verdict": _Parameter("verdict", VerdictKind),
    "issuer": _Parameter("issuer", Issuer),
    "dimension": _Parameter("dimension", Dimension),
    "basis": _Parameter("basis", Basis),
    "grade": _Parameter("grade", Grade),
    "edition": _Parameter("edition", _text),
    "search": _Parameter("search", _text),
    "measure": _Parameter("measure", _text),
    "tab": _Parameter("tab", _text),
    "from_at": _Parameter("since", _instant),
    "until_at": _Parameter("until", _instant),
    "account": _Parameter("account", _text),
    "action": _Parameter("action", _text),
    "about": _Parameter("about", _text),
    "origin": _Parameter("origin", _text),
}


def written(address: Address) -> dict[str, str]:
    """The address's parameters, in their order; what is None is left out."""
    values = {field.name: getattr(address, field.name) for field in fields(address)}
    return {PARAMETERS[name].name: str(value) for name, value in values.items() if value is not None}


def parse(parameters: Mapping[str, str]) -> tuple[Address, tuple[Message, ...]]:
    """What the parameters say, and a sentence for each that could not be understood and is left out."""
    found: dict[str, Any] = {}
    wrong: list[Message] = []
    for field, parameter in PARAMETERS.items():
        text = parameters.get(parameter.name)
        if not text:
            continue
        try:
            found[field] = parameter.read(text)
        except ValueError:
            wrong.append(
                message(
                    "The link's “{name}” can't be read ({text}); it is left out.",
                    name=parameter.name,
                    text=text[:LONGEST],
                )
            )
    if "first_on" in found and "last_on" in found and found["first_on"] > found["last_on"]:
        wrong.append(message("The link's period ends before it begins; it is left out."))
        del found["first_on"], found["last_on"]
    return Address(**found), tuple(wrong)


def _given() -> dict[str, str]:
    """The parameters of the address, read once: Streamlit asks its session anew for each one that is looked up."""
    return st.query_params.to_dict()


def here() -> Address:
    """The current view; what could not be read is left out (the frame says so)."""
    return parse(_given())[0]


def complaints() -> None:
    """Say what of the address could not be read."""
    for sentence in parse(_given())[1]:
        st.warning(say(sentence))


def change(**filters: Any) -> Address:
    """Write filters into the current address (None removes one); untouched where nothing changes."""
    given = _given()
    before, _ = parse(given)
    after = replace(before, **filters)
    names, values = {parameter.name for parameter in PARAMETERS.values()}, written(after)
    ours = {name: value for name, value in given.items() if name in names}
    if ours != values:
        others = {name: value for name, value in given.items() if name not in names}
        st.query_params.from_dict(others | values)
    return after


def parameters(**filters: Any) -> dict[str, str]:
    """A link's parameters: the filters, and what keeps its reader's language, account and kind of screen."""
    return written(Address(**filters)) | carried()


def carried() -> dict[str, str]:
    """What every link within the application carries along."""
    account = st.query_params.get(ACCOUNT_PARAMETER)
    return ({ACCOUNT_PARAMETER: account} if account else {}) | reader.parameters()


def view(**filters: Any) -> dict[str, Any]:
    """The filters of the current view with some of them changed, to be handed to `parameters` or `link`."""
    now = here()
    return {field.name: getattr(now, field.name) for field in fields(now)} | filters


def link(url_path: str, **filters: Any) -> str:
    """A relative link to a screen with filters, for tables and sentences."""
    query = urlencode(parameters(**filters))
    return f"{url_path}?{query}" if query else url_path
