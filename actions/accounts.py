"""Changing accounts: who they are, until when, closed and open again, signed out, let in anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from actions import throttling
from actions.account_rules import check_administered, managed, managing, not_oneself
from actions.audit import images, record
from actions.credentials import put_credential
from actions.hall import branch_of
from actions.people import LONGEST_POST, Roles, add_account, add_staff, an_external_name, free_staff_number, known_staff
from actions.refusal import Refused
from actions.setup import a_name
from actions.text import a_reason, a_text
from models.account_scope import scopes_of
from models.actor import EVERYWHERE, Actor, NotAllowed
from models.sessions import end_sessions, sessions_of, usable
from models.tables import Account, Base, Credential, CredentialKind, SessionEnd, Staff
from standards.message import message


@dataclass(frozen=True, slots=True)
class Profile:
    """Who an account is: what people read, and the person at the counter that it is, if any."""

    display_name: str
    display_name_en: str = ""
    branch_id: str | None = None
    staff_id: str | None = None
    post: str = ""
    external_name: str | None = None


def profile_of(account: Account) -> Profile:
    """An account's profile as it stands."""
    return Profile(
        account.display_name,
        account.display_name_en,
        account.branch_id,
        account.staff_id,
        account.post,
        account.external_name,
    )


def open_account(
    session: Session,
    actor: Actor,
    name: str,
    profile: Profile,
    roles: Roles,
    *,
    leaving_on: date | None = None,
    now: datetime,
) -> UUID:
    """Add an account with its roles, the person becoming one of the hall's people where they serve; its id."""
    if profile.staff_id and profile.branch_id is not None:
        called = profile.display_name, profile.display_name_en
        serves(session, actor, profile.branch_id, profile.staff_id, *called, now=now)
    return add_account(
        session,
        actor,
        name,
        display_name=profile.display_name,
        display_name_en=profile.display_name_en,
        branch_id=profile.branch_id,
        staff_id=profile.staff_id or None,
        post=profile.post,
        external_name=profile.external_name,
        leaving_on=leaving_on,
        roles=roles,
        now=now,
    )


def set_profile(session: Session, actor: Actor, account_id: UUID, profile: Profile, *, now: datetime) -> bool:
    """Say who an account is; a staff number that its hall does not know becomes one of its people. Whether it changed.

    Both the hall before and the hall after must be the actor's.
    """
    account = managed(session, actor, account_id)
    _check_place(session, actor, account, profile.branch_id)
    name = a_name(profile.display_name)
    values = {
        "display_name": name,
        "display_name_en": a_name(profile.display_name_en or name),
        "branch_id": profile.branch_id,
        "staff_id": profile.staff_id or None,
        "post": a_text(profile.post, LONGEST_POST),
        "external_name": an_external_name(session, profile.external_name, but=account.id),
    }
    if all(getattr(account, field) == value for field, value in values.items()):
        return False
    if (profile.branch_id, values["staff_id"]) != (account.branch_id, account.staff_id) and profile.staff_id:
        free_staff_number(session, profile.branch_id, profile.staff_id, but=account.id)
        serves(session, actor, profile.branch_id, profile.staff_id, name, profile.display_name_en, now=now)
    person = _person_called_so(session, account, profile)
    before = images([account, *person])
    for field, value in values.items():
        setattr(account, field, value)
    for one in person:
        one.name, one.name_en = account.display_name, account.display_name_en
    _tell(session, actor, "change_account", account, before, now=now, beside=person)
    return True


def _person_called_so(session: Session, account: Account, profile: Profile) -> list[Staff]:
    """The person at the counter, where they are called as the account is: a new name is theirs too."""
    if (profile.branch_id, profile.staff_id) != (account.branch_id, account.staff_id) or not account.staff_id:
        return []
    person = session.get(Staff, (account.branch_id, account.staff_id))
    return [person] if person is not None and person.name == account.display_name else []


def serves(
    session: Session, actor: Actor, branch_id: str | None, staff_id: str, name: str, name_en: str, *, now: datetime
) -> None:
    """Let a person serve in a hall under a staff number, unless somebody of that number does."""
    if branch_id is not None and session.get(Staff, (branch_id, staff_id)) is None:
        add_staff(session, actor, branch_id, staff_id, name=name, name_en=name_en, now=now)
    known_staff(session, branch_id, staff_id)


def set_leaving(
    session: Session, actor: Actor, account_id: UUID, leaving_on: date | None, *, reason: str = "", now: datetime
) -> bool:
    """Say on which local day somebody leaves, after which nobody gets in; None: they stay. Whether it changed.

    An earlier day, or a day where there was none, takes something away and needs a reason.
    """
    account = managed(session, actor, account_id)
    not_oneself(actor, account)
    if account.leaving_on == leaving_on:
        return False
    shorter = leaving_on is not None and (account.leaving_on is None or leaving_on < account.leaving_on)
    why = a_reason(reason) if shorter else a_text(reason, 500) or None
    if leaving_on is not None and account.leaving_on is None:
        check_administered(session, account, now=now)
    before = images([account])
    account.leaving_on = leaving_on
    session.flush()
    if not usable(session, account, now=now):
        end_sessions(session, sessions_of(session, account.id), SessionEnd.DISABLED, now=now)
    _tell(session, actor, "set_leaving", account, before, why, now=now)
    return True


def close_account(session: Session, actor: Actor, account_id: UUID, *, reason: str, now: datetime) -> int:
    """Close an account: nobody gets in by it, and its sessions end at once. How many sessions that were."""
    account = managed(session, actor, account_id)
    not_oneself(actor, account)
    why = a_reason(reason)
    if not account.active:
        raise Refused("closed_account", message("The account {name} is closed already.", name=account.name))
    check_administered(session, account, now=now)
    before = images([account])
    account.active = False
    ended = end_sessions(session, sessions_of(session, account.id), SessionEnd.DISABLED, now=now)
    _tell(session, actor, "close_account", account, before, why, now=now)
    return ended


def reopen_account(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> None:
    """Open a closed account again, with the roles that it has."""
    account = managed(session, actor, account_id)
    not_oneself(actor, account)
    if account.active:
        raise Refused("open_account", message("The account {name} is open.", name=account.name))
    before = images([account])
    account.active = True
    _tell(session, actor, "reopen_account", account, before, now=now)


def end_account_sessions(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> int:
    """Sign an account out everywhere; how many sessions that were."""
    account = managed(session, actor, account_id)
    ended = end_sessions(session, sessions_of(session, account.id), SessionEnd.ENDED, now=now)
    if ended:
        _tell(session, actor, "end_sessions", account, images([account]), now=now, ended=ended)
    return ended


def unlock_account(session: Session, actor: Actor, account_id: UUID, *, now: datetime) -> bool:
    """Let somebody try again who was locked out after too many tries; whether anything had been tried in vain."""
    account = managed(session, actor, account_id)
    if not throttling.forgive_account(session, account.name):
        return False
    _tell(session, actor, "unlock_account", account, images([account]), now=now)
    return True


def put_first_password(session: Session, actor: Actor, account_id: UUID, made: str, *, now: datetime) -> None:
    """Store the digest of the temporary password that a new account begins with; Refused where it has one."""
    account = managed(session, actor, account_id)
    if session.get(Credential, (account_id, CredentialKind.PASSWORD)) is not None:
        raise Refused("known_password", message("{name} has a password already.", name=account.name))
    put_credential(session, account_id, CredentialKind.PASSWORD, made, temporary=True, now=now)
    hall = account.branch_id or EVERYWHERE
    record(session, actor, "reset_password", [], branch_id=hall, subject=account.name, now=now)


def _check_place(session: Session, actor: Actor, account: Account, branch_id: str | None) -> None:
    """Refused for a hall that is not there; NotAllowed where the account would leave what the actor manages."""
    if branch_id == account.branch_id:
        return
    if branch_id is not None:
        branch_of(session, branch_id)
    if not managing(session, actor).takes_in(branch_id, scopes_of(session, account.id)):
        raise NotAllowed(message("The account {name} is beyond what you manage.", name=account.name))


def _tell(
    session: Session,
    actor: Actor,
    action: str,
    account: Account,
    before: dict[str, dict[str, object] | None],
    reason: str | None = None,
    *,
    now: datetime,
    beside: Iterable[Base] = (),
    **answer: object,
) -> None:
    """Write it, with the rows that were changed beside the account, into the trail of the account's hall."""
    record(
        session,
        actor,
        action,
        [account, *beside],
        branch_id=account.branch_id or EVERYWHERE,
        subject=account.name,
        before=before,
        reason=reason,
        answer=answer,
        now=now,
    )
