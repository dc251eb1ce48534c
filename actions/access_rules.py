"""How long a sign-in lasts and how many tries there are: settings of the installation, each with its usual value."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from actions.audit import images, record
from actions.refusal import Refused
from models.access_rules import IDLE_MINUTES, LONGEST_HOURS, RULES, rule_value
from models.actor import Actor, Right
from models.sessions import SCREEN_LASTS, Lasting, only_shows
from models.settings import put_setting
from models.tables import Setting
from standards.message import message


def lasting_of(session: Session, actor: Actor) -> Lasting:
    """How long a session of an account lasts; one that only shows a screen outlives the night."""
    if only_shows(actor):
        return SCREEN_LASTS
    idle = timedelta(minutes=rule_value(session, IDLE_MINUTES))
    longest = timedelta(hours=rule_value(session, LONGEST_HOURS))
    return Lasting(min(idle, longest), longest)


def set_access_rule(session: Session, actor: Actor, name: str, value: int, *, now: datetime) -> None:
    """Set one of RULES; sessions that are open keep the times they began with."""
    actor.require(Right.OPERATE)
    rule = next((rule for rule in RULES if rule.name == name), None)
    if rule is None:
        raise Refused("unknown_setting", message("There is no such setting."))
    if not rule.fewest <= value <= rule.most:
        said = message("Between {fewest} and {most}.", fewest=rule.fewest, most=rule.most)
        raise Refused("setting_range", said)
    kept = session.get(Setting, name)
    before = images([] if kept is None else [kept])
    put_setting(session, name, str(value))
    session.flush()
    record(session, actor, "set_setting", [session.get_one(Setting, name)], subject=name, before=before, now=now)
