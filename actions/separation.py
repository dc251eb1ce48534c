"""Giving roles and auditing kept apart: an option of the installation."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from actions.account_rules import GIVES_ROLES
from actions.audit import images, record
from actions.refusal import Refused
from actions.text import a_reason
from models.actor import Actor, Right
from models.settings import SEPARATE_DUTIES, YES, duties_apart, put_setting
from models.tables import Account, RoleGrant, Setting
from standards.message import message
from standards.vocabulary import Role

_NO = "no"


def keep_duties_apart(session: Session, actor: Actor, apart: bool, *, reason: str = "", now: datetime) -> bool:
    """Keep giving roles and auditing apart, or (with a reason) no longer; whether that changed.

    While apart, nobody has both roles, and an administrator does not read the trail. Refused while somebody has both.
    """
    actor.require(Right.OPERATE)
    if duties_apart(session) is apart:
        return False
    why = None if apart else a_reason(reason)
    if apart:
        _check_nobody_has_both(session)
    row = session.get(Setting, SEPARATE_DUTIES)
    before = images([row] if row is not None else [])
    put_setting(session, SEPARATE_DUTIES, YES if apart else _NO)
    session.flush()
    now_set = session.get_one(Setting, SEPARATE_DUTIES)
    record(session, actor, "keep_duties_apart", [now_set], before=before, reason=why, subject=SEPARATE_DUTIES, now=now)
    return True


def _check_nobody_has_both(session: Session) -> None:
    def holders(roles: frozenset[Role]) -> set[str]:
        asked = select(Account.name).join(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
        return set(session.exec(asked.where(col(RoleGrant.role).in_(roles))))

    both = sorted(holders(GIVES_ROLES) & holders(frozenset({Role.AUDITOR})))
    if both:
        said = message("These accounts give roles and audit: {names}. Take one role away first.", names=", ".join(both))
        raise Refused("duties_apart", said)
