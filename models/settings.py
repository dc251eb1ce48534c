"""Named values of the installation."""

from __future__ import annotations

from sqlmodel import Session

from models.organisation import Setting

DEMO = "demo"
SEPARATE_DUTIES = "separate_duties"
YES = "yes"


def setting(session: Session, name: str) -> str | None:
    """The value of a setting, or None where it is not set."""
    row = session.get(Setting, name)
    return None if row is None else row.value


def put_setting(session: Session, name: str, value: str) -> None:
    """Set a value; the caller's transaction keeps it."""
    session.merge(Setting(name=name, value=value))


def demo_mode(session: Session) -> bool:
    """Whether this database holds a demo region (a mark that `python -m seed demo` sets)."""
    return setting(session, DEMO) is not None


def duties_apart(session: Session) -> bool:
    """Whether nobody may both give roles and audit."""
    return setting(session, SEPARATE_DUTIES) == YES
