"""A file of accounts taken in as one transaction: new people get a temporary password each, told this once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from actions.accounts import open_account, put_first_password, set_leaving, set_profile
from actions.audit import record
from actions.credentials import digest
from actions.passwords import temporary_password
from actions.people import grant, revoke
from actions.refusal import Refused
from ingest.account_file import AccountLine
from ingest.account_plan import LineState, PlannedLine, plan_accounts
from ingest.account_wish import Wish
from models.actor import Actor
from models.store import Store
from models.tables import CredentialKind
from standards.message import message

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Handed:
    """What is handed to a new person on paper."""

    account: str
    called: str
    branch_id: str | None
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of each line, and what is handed out; the passwords are nowhere else."""

    lines: tuple[PlannedLine, ...]
    handed: tuple[Handed, ...]


def counts(lines: tuple[PlannedLine, ...]) -> dict[LineState, int]:
    """How many lines there are of each kind."""
    counted = Counter(line.state for line in lines)
    return {state: counted[state] for state in LineState}


def take_accounts(
    store: Store,
    actor: Actor,
    lines: tuple[AccountLine, ...],
    file_name: str,
    *,
    now: datetime,
    progress: Progress = lambda done, of: None,
) -> Taken:
    """Take the lines in, those that are refused left out; all in one transaction, or nothing.

    The digests, which are slow, are made before it. Who is missing in the file is left alone.
    """
    with store.reading() as session:
        new = sum(line.state is LineState.NEW for line in plan_accounts(session, actor, lines))
    passwords = []
    for done in range(new):
        progress(done, new)
        text = temporary_password()
        # Its 59 random bits need none of the slowness that guards what people think of, and a file brings thousands.
        passwords.append((text, digest(CredentialKind.PIN, text)))
    with store.writing() as session:
        planned = plan_accounts(session, actor, lines)
        if sum(line.state is LineState.NEW for line in planned) > len(passwords):
            raise Refused("moved_on", message("Accounts were changed meanwhile: try the file again."))
        return _taken(session, actor, planned, passwords, file_name, now)


def _taken(
    session: Session,
    actor: Actor,
    planned: tuple[PlannedLine, ...],
    passwords: list[tuple[str, str]],
    file_name: str,
    now: datetime,
) -> Taken:
    handed = []
    for line in planned:
        try:
            if line.state is LineState.NEW and line.wish is not None:
                text, made = passwords.pop()
                _add(session, actor, line, line.wish, made, now)
                handed.append(Handed(line.account, line.called, line.wish.profile.branch_id, text))
            elif line.state is LineState.CHANGED and line.wish is not None and line.account_id is not None:
                _change(session, actor, line, line.wish, line.account_id, file_name, now)
        except Refused as refused:
            said = message("Line {line}: {why} Nothing was taken in.", line=line.line, why=refused.message)
            raise Refused(refused.reason, said) from refused
    answer = {state.value: number for state, number in counts(planned).items()}
    record(session, actor, "import_accounts", [], subject=file_name[:200], answer=answer, now=now)
    return Taken(planned, tuple(handed))


def _add(session: Session, actor: Actor, line: PlannedLine, wish: Wish, made: str, now: datetime) -> None:
    account_id = open_account(
        session, actor, line.account, wish.profile, sorted(line.given), leaving_on=wish.leaving_on, now=now
    )
    put_first_password(session, actor, account_id, made, now=now)


def _change(
    session: Session, actor: Actor, line: PlannedLine, wish: Wish, account_id: UUID, file_name: str, now: datetime
) -> None:
    """New roles come before old ones go: between them an account that is nowhere would be beyond a region's manager."""
    for role, scope in sorted(line.given):
        grant(session, actor, account_id, role, scope, now=now)
    for role, scope in sorted(line.taken):
        revoke(session, actor, account_id, role, scope, reason=file_name, now=now)
    set_profile(session, actor, account_id, wish.profile, now=now)
    if wish.leaving_on is not None:
        set_leaving(session, actor, account_id, wish.leaving_on, reason=file_name, now=now)
