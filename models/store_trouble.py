"""Why the store took nothing, in one sentence that says what to do."""

from __future__ import annotations

import sqlite3

from models.store import StoreAway
from standards.message import Message, message

_FULL, _READ_ONLY = frozenset({sqlite3.SQLITE_FULL}), frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_FULL_SERVED, _READ_ONLY_SERVED, _BUSY_SERVED = "53100", "25006", "55P03"


def said_of(away: StoreAway) -> Message:
    """What happened to a press: nothing was stored, why, and what to do."""
    return message("{why} Nothing was stored. Press again.", why=cause_of(away))


def cause_of(away: StoreAway) -> Message:
    """A full disk, one that can't be written to, others writing for too long, or no store at all."""
    code = getattr(away.orig, "sqlite_errorcode", -1)
    basic, state = (code & 0xFF if code >= 0 else -1), getattr(away.orig, "sqlstate", None)
    if basic in _FULL or state == _FULL_SERVED:
        return message("The server's disk is full: tell the administrator.")
    if basic in _READ_ONLY or state == _READ_ONLY_SERVED:
        return message("The server can't use its disk: tell the administrator.")
    if basic in _BUSY or state == _BUSY_SERVED:
        return message("Somebody else was writing for too long.")
    return message("The database can't be reached.")
