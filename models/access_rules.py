"""How long a sign-in lasts and how many tries there are: settings of the installation, each with its usual value."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from models.settings import setting
from standards.message import Message, message


@dataclass(frozen=True, slots=True)
class AccessRule:
    """A whole number that the installation may set: its name in the settings, its usual value, bounds, and words."""

    name: str
    usual: int
    fewest: int
    most: int
    said: Message


IDLE_MINUTES = AccessRule(
    "session_idle_minutes", 120, 5, 24 * 60, message("Minutes after which somebody who does nothing is signed out")
)
LONGEST_HOURS = AccessRule("session_hours", 12, 1, 14 * 24, message("Hours after which everybody signs in anew"))
ACCOUNT_FAILURES = AccessRule("sign_in_failures", 5, 3, 20, message("Wrong passwords that lock an account"))
LOCK_MINUTES = AccessRule(
    "sign_in_lock_minutes", 15, 1, 24 * 60, message("Minutes of the first lock (each further one is twice as long)")
)
ADDRESS_FAILURES = AccessRule(
    "sign_in_address_failures", 30, 10, 10_000, message("Wrong sign-ins an hour that lock an address")
)
RULES = (IDLE_MINUTES, LONGEST_HOURS, ACCOUNT_FAILURES, LOCK_MINUTES, ADDRESS_FAILURES)


def rule_value(session: Session, rule: AccessRule) -> int:
    """What the installation has set, else the usual value."""
    kept = setting(session, rule.name)
    return int(kept) if kept is not None and kept.isascii() and kept.isdigit() else rule.usual
