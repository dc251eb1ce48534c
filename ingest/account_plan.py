"""What each line of a file of accounts would do, decided before anything is written: the trial, and what is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlmodel import Session

from actions.accounts import Profile
from actions.refusal import Refused
from ingest.account_file import AccountLine
from ingest.account_known import Known, known_accounts
from ingest.account_wish import First, Wish, wish_of
from models.actor import Actor
from standards.message import Message, Worded
from standards.vocabulary import Role

Grants = frozenset[tuple[Role, str]]
BY_HAND = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""What a file gives, and never takes away."""


class LineState(Worded):
    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    UNCHANGED = "unchanged", "Unchanged"
    REFUSED = "refused", "Refused"


class What(Worded):
    """What of an account a line changes."""

    NAME = "name", "Name"
    NAME_EN = "name_en", "Name in English"
    HALL = "hall", "Hall"
    STAFF = "staff", "Staff number"
    POST = "post", "Post"
    LEAVING = "leaving", "Leaving date"
    ROLE_GIVEN = "role_given", "Role given"
    ROLE_TAKEN = "role_taken", "Role taken away"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: from what to what; of a role, the role and its scope (a code, or `*`)."""

    what: What
    before: str | date | Role | None
    after: str | date | None


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """What a line would do, or why it is refused. `account` is the account's name, `called` the person's."""

    line: int
    account: str
    called: str
    state: LineState
    changes: tuple[Change, ...] = ()
    refused: Message | None = None
    wish: Wish | None = field(default=None, repr=False)
    account_id: UUID | None = None
    given: Grants = frozenset()
    taken: Grants = frozenset()


def plan_accounts(session: Session, actor: Actor, lines: Iterable[AccountLine]) -> tuple[PlannedLine, ...]:
    """What would become of each line. The roles of a line are all that its person has; others are taken away.

    Administrators' and auditors' roles are taken away by hand alone. NotAllowed for who manages no accounts.
    """
    known = known_accounts(session, actor)
    first: First = {}
    return tuple(_planned(known, line, first) for line in lines)


def _planned(known: Known, line: AccountLine, first: First) -> PlannedLine:
    try:
        wish = wish_of(known, line, first)
    except Refused as refused:
        return PlannedLine(line.line, line.number, line.name, LineState.REFUSED, refused=refused.message)
    account = wish.account
    held = known.grants(account)
    given = wish.roles - held
    taken = frozenset(one for one in held - wish.roles if one[0] not in BY_HAND) if wish.roles else frozenset()
    changes = (*_role_changes(given, taken), *_profile_changes(wish))
    state = LineState.NEW if account is None else LineState.CHANGED if changes else LineState.UNCHANGED
    name = line.number if account is None else account.name
    account_id = None if account is None else account.id
    called = wish.profile.display_name
    return PlannedLine(line.line, name, called, state, changes, None, wish, account_id, given, taken)


def _profile_changes(wish: Wish) -> Iterable[Change]:
    """What of a known account's profile changes; of a new one, what it begins with beside its name."""
    was: Profile = wish.before or Profile(wish.profile.display_name, wish.profile.display_name_en)
    fields: tuple[tuple[What, str], ...] = (
        (What.NAME, "display_name"),
        (What.NAME_EN, "display_name_en"),
        (What.HALL, "branch_id"),
        (What.STAFF, "staff_id"),
        (What.POST, "post"),
    )
    for what, name in fields:
        before, after = getattr(was, name), getattr(wish.profile, name)
        if before != after:
            yield Change(what, before, after)
    if wish.leaving_on is not None and wish.leaving_on != wish.leaving_before:
        yield Change(What.LEAVING, wish.leaving_before, wish.leaving_on)


def _role_changes(given: Grants, taken: Grants) -> Iterable[Change]:
    for what, grants in ((What.ROLE_GIVEN, given), (What.ROLE_TAKEN, taken)):
        for role, scope in sorted(grants, key=lambda one: (list(Role).index(one[0]), one[1])):
            yield Change(what, role, scope)
