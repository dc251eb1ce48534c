"""What a line of a file of accounts asks for, checked against what is known; what it leaves empty stays as it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from actions.account_rules import FOR_PEOPLE, GIVES_ROLES
from actions.accounts import Profile, profile_of
from actions.people import LONGEST_POST
from actions.refusal import Refused
from actions.setup import a_name
from actions.text import a_text
from ingest.account_file import AccountLine, day_of, roles_of
from ingest.account_known import Known
from models.tables import Account
from standards.message import message
from standards.vocabulary import Role

_NUMBER = re.compile(r"[\w.-]{1,32}")
SERVES = frozenset({Role.CLERK, Role.GUIDE, Role.SUPERVISOR})
"""Who has one of these is one of the hall's people."""
First = dict[tuple[str, ...], int]
"""The lines that told of an account, or of a person of a hall, first."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The account as a line wants it (no roles: they stay), beside what it is now: `account`, `before`, its leaving."""

    account: Account | None
    before: Profile | None
    leaving_before: date | None
    profile: Profile
    leaving_on: date | None
    roles: frozenset[tuple[Role, str]]


def wish_of(known: Known, line: AccountLine, first: First) -> Wish:
    """What a line wants; Refused where that can't be, or the person stands in an earlier line."""
    number = _a_number(line)
    scopes = known.scopes(line.hall)
    home = next((scope for scope in scopes if scope in known.halls), None)
    account = known.by_name.get(number.lower()) or known.by_person.get((home, number))
    for name in {number.lower(), number.lower() if account is None else account.name.lower()}:
        _check_first(first, line, "account", name)
    _check_open(account)
    roles = _roles(known, line, account, scopes, home)
    profile = _profile(known, line, account, home, {role for role, _ in roles})
    if profile.staff_id is not None:
        _check_first(first, line, str(profile.branch_id), profile.staff_id)
    leaving_on = _leaving(line)
    before = None if account is None else profile_of(account)
    wish = Wish(account, before, None if account is None else account.leaving_on, profile, leaving_on, roles)
    _check_scope(known, wish)
    _check_rights(known, wish)
    return wish


def _a_number(line: AccountLine) -> str:
    if not line.number:
        raise Refused("staff_number", message("The staff number is missing."))
    if not _NUMBER.fullmatch(line.number):
        raise Refused("staff_number", message("{number} is no staff number.", number=line.number))
    return line.number


def _check_first(first: First, line: AccountLine, *told: str) -> None:
    if (earlier := first.setdefault(told, line.line)) != line.line:
        raise Refused("twice", message("The same person stands in line {line} already.", line=earlier))


def _check_open(account: Account | None) -> None:
    if account is not None and account.erased_at is not None:
        raise Refused("erased_account", message("The person of this account was erased: it stays as it is."))
    if account is not None and not account.active:
        raise Refused("closed_account", message("The account is closed: open it again by hand first."))


def _roles(
    known: Known, line: AccountLine, account: Account | None, scopes: tuple[str, ...], home: str | None
) -> frozenset[tuple[Role, str]]:
    """All roles that the person is to have, each in each scope; none where the line says none."""
    if not line.role:
        if account is None:
            raise Refused("no_role", message("A new account needs a role."))
        if home not in (None, account.branch_id):
            raise Refused("no_role", message("Write the role in the new hall."))
        return frozenset()
    roles = roles_of(line.role)
    if roles is None:
        raise Refused("unknown_role", message("{role} is no role.", role=line.role))
    if not roles <= FOR_PEOPLE:
        raise Refused("device_role", message("A machine is let in by its token: no account has its role."))
    if not scopes and account is not None:
        held = {scope for _, scope in known.grants(account)}
        scopes = (account.branch_id,) if account.branch_id is not None else tuple(held) if len(held) == 1 else ()
    if not scopes:
        raise Refused("no_hall", message("Write the hall of the role."))
    return frozenset((role, scope) for role in roles for scope in scopes)


def _profile(known: Known, line: AccountLine, account: Account | None, home: str | None, roles: set[Role]) -> Profile:
    """Who the person is; a name in English that was the Chinese one follows it."""
    if account is None:
        name = a_name(line.name)
        number = line.number if home is not None and roles & SERVES else None
        profile = Profile(name, a_name(line.name_en or name), home, number, a_text(line.post, LONGEST_POST))
    else:
        profile = _changed(line, profile_of(account), home)
    if profile.staff_id is not None:
        _check_person(known, profile, account)
    return profile


def _changed(line: AccountLine, was: Profile, home: str | None) -> Profile:
    name = a_name(line.name) if line.name else was.display_name
    english = was.display_name_en if was.display_name_en != was.display_name else name
    moved = home is not None and home != was.branch_id
    return replace(
        was,
        display_name=name,
        display_name_en=a_name(line.name_en) if line.name_en else english,
        branch_id=home if moved else was.branch_id,
        staff_id=was.staff_id or (line.number if moved else None),
        post=a_text(line.post, LONGEST_POST) if line.post else was.post,
    )


def _check_person(known: Known, profile: Profile, account: Account | None) -> None:
    """Refused where the number is another account's, or of somebody who was erased."""
    number = str(profile.staff_id)
    other = known.by_person.get((profile.branch_id, number))
    if other is not None and (account is None or other.id != account.id):
        said = message("The staff number {number} is that of the account {name}.", number=number, name=other.name)
        raise Refused("known_person", said)
    if known.people.get((str(profile.branch_id), number)) is False:
        raise Refused("unknown_staff", message("There is no staff number {number} in this hall.", number=number))


def _leaving(line: AccountLine) -> date | None:
    if not line.leaving:
        return None
    day = day_of(line.leaving)
    if day is None:
        raise Refused("day", message("{text} is no date: write one such as 2026-02-13.", text=line.leaving))
    return day


def _check_scope(known: Known, wish: Wish) -> None:
    """Refused where the account, as it is or as it would be, is beyond what the actor manages."""
    held = [scope for _, scope in known.grants(wish.account)]
    wanted = [scope for _, scope in wish.roles] or held
    is_in = wish.account is None or known.reach.takes_in(wish.account.branch_id, held)
    if not (is_in and known.reach.takes_in(wish.profile.branch_id, wanted)):
        raise Refused("beyond", message("This is beyond what you manage."))


def _check_rights(known: Known, wish: Wish) -> None:
    """Refused for oneself, for roles that are kept apart, and for when an administrator leaves."""
    held = known.grants(wish.account)
    changed = bool(wish.roles) and wish.roles != held
    leaves = wish.leaving_on is not None and wish.leaving_on != wish.leaving_before
    if wish.account is not None and str(wish.account.id) == known.actor.account_id and (changed or leaves):
        raise Refused(
            "own_account",
            message("Nobody changes their own roles or closes their own account: another administrator does it."),
        )
    roles = {role for role, _ in wish.roles | held}
    if known.apart and Role.AUDITOR in roles and roles & GIVES_ROLES:
        raise Refused("duties_apart", message("Giving roles and auditing are kept apart: nobody has both roles."))
    if leaves and wish.account is not None and Role.ADMINISTRATOR in roles:
        raise Refused("administrator_leaves", message("When an administrator leaves is said by hand."))
