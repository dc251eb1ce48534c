"""Why the store took nothing, in one sentence that says what to do."""

from __future__ import annotations

import sqlite3

from models.store import StoreAway
from standards.message import Message, message

_FULL, _READ_ONLY = frozenset({sqlite3.SQLITE_FULL}), frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DISK_FULL_SERVED, _READ_ONLY_SERVED, _BUSY_SERVED = "53100", "25006", "55P03"


def said_of(away: StoreAway) -> Message:
    """The sentence for what happened: a full disk, one that can't be written to, others writing, or no store at all."""
    code = getattr(away.orig, "sqlite_errorcode", -1) & 0xFF
    state = getattr(away.orig, "sqlstate", None)
    if code in _FULL or state == _DISK_FULL_SERVED:
        return message("The server's disk is full: nothing was stored. Tell the administrator, then press again.")
    if code in _READ_ONLY or state == _READ_ONLY_SERVED:
        return message("The server may not write to its disk: nothing was stored. Tell the administrator.")
    if code in _BUSY or state == _BUSY_SERVED:
        return message("Somebody else was writing for too long: nothing was stored. Press again.")
    return message("The database could not be reached: nothing was stored. Press again in a moment.")
