"""What a dated change makes of a standard: a row of its own from a day on, every other row as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

from standards.standard import Scope, Standard
from standards.vocabulary import Channel, Grade, HallClass, Issuer

SCOPES = tuple(field.name for field in fields(Scope))
CHANGEABLE = ("limit", "target", "weight", "on", "edition", "name_zh", "name_en", "source", "grade", *SCOPES)
"""What may differ from the row before; what is measured, and how, makes another standard."""
_MEMBERS: dict[str, type[Channel] | type[HallClass]] = {"channels": Channel, "hall_classes": HallClass}


def base_of(rows: Iterable[Standard], code: str, issuer: Issuer, from_on: date) -> Standard | None:
    """The row that a change from a day on starts from: the one in force before it, else the first there is."""
    dated = sorted((row for row in rows if (row.code, row.issuer) == (code, issuer)), key=starts_on)
    before = [row for row in dated if starts_on(row) <= from_on]
    return before[-1] if before else next(iter(dated), None)


def ends_on(rows: Iterable[Standard], code: str, issuer: Issuer, from_on: date) -> date | None:
    """The last day of a row that begins on a day, or None where no later row of its code and issuer ends it."""
    later = [starts_on(row) for row in rows if (row.code, row.issuer) == (code, issuer) and starts_on(row) > from_on]
    return min(later) - timedelta(days=1) if later else None


def starts_on(row: Standard) -> date:
    """The first day of a row; the earliest date there is where it is in force always."""
    return row.in_force_from or date.min


def content_of(row: Standard) -> dict[str, Any]:
    """What may be changed of a row, as plain values: scopes are lists of codes."""
    plain: dict[str, Any] = {name: getattr(row, name) for name in CHANGEABLE if name not in SCOPES}
    return plain | {name: [str(code) for code in getattr(row.scope, name)] for name in SCOPES} | {"grade": row.grade}


def changed(base: Standard, content: Mapping[str, Any], from_on: date) -> Standard:
    """The row that begins on a day with these values and otherwise says what the row before it said.

    A limit that its source does not give is our own setting (grade I), and a source that is typed has no address.
    Raises ValueError for a code that no closed list has, KeyError for what may not be changed.
    """
    unknown = content.keys() - set(CHANGEABLE)
    if unknown:
        raise KeyError(*sorted(unknown))
    values: dict[str, Any] = {name: content[name] for name in content if name not in SCOPES}
    if "grade" in values:
        values["grade"] = Grade(values["grade"])
    if values.get("limit", base.limit) != base.limit and "source" not in values:
        values["grade"] = Grade.I
    if values.get("source", base.source) != base.source:
        values["source_url"] = None
    scopes: dict[str, Any] = {
        name: tuple(_MEMBERS[name](code) if name in _MEMBERS else code for code in content[name])
        for name in SCOPES
        if name in content
    }
    return replace(base, scope=replace(base.scope, **scopes), in_force_from=from_on, **values)
