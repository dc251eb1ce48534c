"""Columns without objects of them: what every press asks is asked past the mapper, which would cost more than it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable
from sqlmodel import Session


def plain_rows(session: Session, statement: Executable, asked: Mapping[str, Any]) -> Any:
    """What a statement about columns answers. The session writes what it has yet to write first, as it would itself."""
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, asked)
