"""What the installation has set for signing in."""

from __future__ import annotations

from sqlmodel import Session

from models.access_rules import RULES, AccessRule, rule_value
from models.actor import Actor, Right


def access_rules(session: Session, actor: Actor) -> tuple[tuple[AccessRule, int], ...]:
    """Each rule with the value in force."""
    actor.require(Right.OPERATE)
    return tuple((rule, rule_value(session, rule)) for rule in RULES)
