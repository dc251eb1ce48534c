"""Erasing a person, or one text: for good, by whoever may, with a reason. What was counted and judged stays.

The trail says that it was done and by whom, never what was there. Its earlier lines stay as they were written until
their time of keeping ends: a line that was changed would break the chain that vouches for all of them.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from actions import throttling
from actions.account_rules import check_administered, not_oneself
from actions.audit import Images, record
from actions.hall import branch_of
from actions.press import row_key
from actions.refusal import Refused
from actions.text import a_reason
from models.account_scope import reach_of, within
from models.actor import EVERYWHERE, Actor, NotAllowed, Right
from models.base import Base, table_of
from models.tables import Account, AccountSession, Counter, Credential, RoleGrant, Staff
from standards.message import message

CALLED, CALLED_EN = "已注销人员", "Erased person"
"""What stands in place of a name, before the number of the row."""
_ACCOUNT_DIGITS = 8


def erase_staff(
    session: Session, actor: Actor, branch_id: str, staff_id: str, *, again: str, reason: str, now: datetime
) -> int:
    """Erase a person of a hall with every account of theirs; `again` is the staff number, typed once more. How many
    accounts that were. Visits, counts and verdicts keep the number alone.
    """
    actor.require(Right.ERASE, branch_id)
    branch_of(session, branch_id, alone=True)
    person = session.get(Staff, (branch_id, staff_id))
    if person is None:
        raise Refused("unknown_staff", message("There is nobody of the number {number} in this hall.", number=staff_id))
    _check(again, staff_id, person.erased_at)
    why = a_reason(reason)
    _check_not_there(session, branch_id, staff_id)
    accounts = session.exec(
        select(Account).where(Account.branch_id == branch_id, Account.staff_id == staff_id).with_for_update()
    ).all()
    for account in accounts:
        _check_managed(session, actor, account, now)
    for account in accounts:
        _erase_account(session, actor, account, why, now)
    person.name, person.name_en = f"{CALLED} {staff_id}", f"{CALLED_EN} {staff_id}"
    person.active, person.erased_at = False, now
    _tell(session, actor, branch_id, person, f"staff {staff_id}", why, now)
    return len(accounts)


def erase_account(session: Session, actor: Actor, account_id: UUID, *, again: str, reason: str, now: datetime) -> None:
    """Erase the person of an account, who serves at no counter or does; `again` is the account's name or, where there
    is one, the staff number, typed once more.
    """
    actor.require_somewhere(Right.ERASE)
    account = session.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise Refused("unknown_account", message("There is no such account."))
    _check_managed(session, actor, account, now)
    if account.branch_id is not None and account.staff_id is not None:
        erase_staff(session, actor, account.branch_id, account.staff_id, again=again, reason=reason, now=now)
        return
    _check(again, account.name, account.erased_at)
    _erase_account(session, actor, account, a_reason(reason), now)


def _check(again: str, number: str, erased_at: datetime | None) -> None:
    if erased_at is not None:
        raise Refused("erased_already", message("This person was erased already."))
    if again.strip() != number:
        raise Refused("not_again", message("Type the number {number} once more: it can't be undone.", number=number))


def _check_not_there(session: Session, branch_id: str, staff_id: str) -> None:
    """Refused while they stand at a counter, or look after somebody who does."""
    there = or_(col(Counter.staff_id) == staff_id, col(Counter.mentor_id) == staff_id)
    found = session.exec(select(Counter.id).where(Counter.branch_id == branch_id, there)).first()
    if found is not None:
        raise Refused("signed_on", message("They are signed on at counter {counter}: sign off first.", counter=found))


def _check_managed(session: Session, actor: Actor, account: Account, now: datetime) -> None:
    if not within(session, reach_of(session, actor, Right.ERASE), account):
        raise NotAllowed(message("The account {name} is beyond what you manage.", name=account.name))
    not_oneself(actor, account)
    check_administered(session, account, now=now)


def _erase_account(session: Session, actor: Actor, account: Account, why: str, now: datetime) -> None:
    """The account stays as a row, so that what it did has somebody; nobody gets in by it again."""
    throttling.forgive_account(session, account.name)
    of_account: tuple[type[Base], ...] = (Credential, AccountSession, RoleGrant)
    for table in of_account:
        rows = table_of(table)
        session.connection().execute(delete(rows).where(rows.c.account_id == account.id))
    number = account.staff_id or account.id.hex[-_ACCOUNT_DIGITS:]
    account.name = str(account.id)
    account.display_name, account.display_name_en = f"{CALLED} {number}", f"{CALLED_EN} {number}"
    account.post, account.external_name = "", None
    account.active, account.erased_at = False, now
    session.flush()
    _tell(session, actor, account.branch_id or EVERYWHERE, account, account.name, why, now)


def _tell(
    session: Session, actor: Actor, branch_id: str, row: Account | Staff, subject: str, why: str, now: datetime
) -> None:
    """As it is now; what it was is what must go."""
    before: Images = {row_key(row): {"erased_at": None}}
    record(
        session, actor, "erase_person", [row], branch_id=branch_id, subject=subject, before=before, reason=why, now=now
    )
