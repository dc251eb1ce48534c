"""What a restored database is told before anybody works on it: it was put back, and nobody is signed in by it."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlmodel import col, select

from models.access import AccountSession, SessionEnd
from models.actor import EVERYWHERE
from models.audit_chain import write_line
from models.back_again import BackAgain
from models.base import new_id
from models.migrate import newest_revision
from models.sessions import end_sessions
from models.store import Store


def note_restored(
    part: Path, revision: str, name: str, by: str, again: tuple[BackAgain, ...] | None, *, now: datetime
) -> None:
    """End the sessions that were open when the backup was made, and write a line with how many must be erased again.

    A database of an older schema is left as it is.
    """
    if revision != newest_revision():
        return
    with closing(Store(f"sqlite:///{part}")) as restored, restored.writing() as session:
        open_then = session.exec(select(AccountSession).where(col(AccountSession.ended_at).is_(None))).all()
        end_sessions(session, open_then, SessionEnd.ENDED, now=now)
        identifier = new_id()
        line = {"branch_id": EVERYWHERE, "id": identifier, "key": str(identifier), "at": now, "actor": by}
        told = {"erase_again": None if again is None else len(again)}
        line |= {"action": "restore", "subject": name[-80:], "origin": "command line", "answer": told}
        write_line(session, line)
