"""Accounts in words: what they are called, their roles with their places, how they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo

from analytics.account_card import AccountCard, OpenSession
from analytics.account_list import AccountLine, AccountState
from analytics.account_places import Place
from models.actor import EVERYWHERE
from standards.vocabulary import Role
from ui.language import Translator

Places = Mapping[str, Place]


def by_code(found: Iterable[Place]) -> Places:
    """Places by their code."""
    return {place.code: place for place in found}


def place_words(t: Translator, places: Places, code: str | None) -> str:
    """A hall or a region in the reader's language; a code that is not known stays as it is."""
    if code is None:
        return t.words("No hall")
    if code == EVERYWHERE:
        return t.words("All halls")
    place = places.get(code)
    return t.text(code) if place is None else t.name(place.name, place.name_en)


def scope_words(t: Translator, places: Places, code: str) -> str:
    """A place to choose as a scope: a region says that it takes in all below it; a code tells namesakes apart."""
    name = place_words(t, places, code)
    if code == EVERYWHERE:
        return name
    if code in places and not places[code].hall:
        return t.words("{region} with all its halls ({code})", region=name, code=code)
    return t.words("{hall} ({code})", hall=name, code=code)


def role_words(t: Translator, places: Places, role: Role, scope: str) -> str:
    """Counter staff · East Hall."""
    return t.joined(" · ", [t.label(role), place_words(t, places, scope)])


def roles_words(t: Translator, places: Places, line: AccountLine) -> str:
    """The roles of an account, each place once: Counter staff, Guide · East Hall."""
    held: dict[str, list[str]] = {}
    for role, scope in line.roles:
        held.setdefault(scope, []).append(t.label(role))
    parts = [
        t.joined(" · ", [t.joined(t.words(", "), roles), place_words(t, places, scope)])
        for scope, roles in held.items()
    ]
    return t.joined(t.words("; "), parts)


def standing_words(t: Translator, line: AccountLine, zone: tzinfo) -> str:
    """How an account stands, what matters most first."""
    said: list[str] = []
    if not line.active:
        said.append(t.label(AccountState.CLOSED))
    elif line.closed and line.leaving_on is not None:
        said.append(t.words("Left on {day}", day=line.leaving_on))
    elif line.leaving_on is not None:
        said.append(t.words("Leaves on {day}", day=line.leaving_on))
    if line.locked_until is not None:
        said.append(t.words("Locked out until {time}", time=t.time(line.locked_until, zone)))
    if line.never_signed_in and not line.closed:
        said.append(t.label(AccountState.NEVER))
    return t.joined(t.words("; "), said or [t.label(AccountState.OPEN)])


def password_words(t: Translator, card: AccountCard) -> str:
    """Whether somebody gets in, and by what."""
    if card.temporary is None:
        said = t.words("No password yet.")
    elif card.temporary:
        said = t.words("Still has the temporary password.")
    else:
        said = t.words("Has a password of their own.")
    outside = t.words("Company sign-in as {name}.", name=card.external_name) if card.external_name else ""
    return t.joined(" ", [said, t.words("Has a PIN.") if card.has_pin else "", outside])


def session_words(t: Translator, one: OpenSession, known: Places, zone: ZoneInfo) -> str:
    """Signed in since 10:31, seen 10:45 · Password · 10.0.0.7"""
    since = t.words(
        "Signed in since {at}, last active {seen}", at=t.moment(one.began_at, zone), seen=t.time(one.seen_at, zone)
    )
    station = ""
    if one.branch_id is not None and one.device_id is not None:
        station = t.joined(" ", [place_words(t, known, one.branch_id), t.text(one.device_id)])
    return t.joined(" · ", [since, t.label(one.way), station, t.text(one.address)])
