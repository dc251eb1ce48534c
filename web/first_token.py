"""The file with the one-time token by which the first administrator is made: readable by the service's owner alone."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from actions.first_administrator import admit_token, new_token, nobody_administers
from models.store import ROOT, Store, sqlite_file

NAME = "first-administrator.txt"
_OWNER_ONLY = 0o600
_LOG = logging.getLogger(__name__)


def token_file(store: Store) -> Path:
    """Beside the embedded database, else in the installation's `data`."""
    database = sqlite_file(store.url)
    return (ROOT / "data" if database is None else database.parent) / NAME


def offer(store: Store) -> None:
    """At a start: a token in the file while nobody administers, no file otherwise. The log says where it is."""
    file = token_file(store)
    with store.reading() as session:
        needed = nobody_administers(session)
    if not needed:
        withdraw(store)
        return
    try:
        token = _kept(file) or _made(file)
    except OSError:
        _LOG.exception("The token of the first administrator could not be written to %s", file)
        return
    with store.writing() as session:
        admit_token(session, token)
    _LOG.warning("Nobody administers yet: open /auth/first and type the token that is in %s", file)


def withdraw(store: Store) -> None:
    """Take the file away."""
    try:
        token_file(store).unlink(missing_ok=True)
    except OSError:  # its token is void all the same
        _LOG.exception("The used token's file could not be removed")


def _kept(file: Path) -> str | None:
    """The token of a start before."""
    return (file.read_text("ascii", "replace").strip() or None) if file.exists() else None


def _made(file: Path) -> str:
    """Nobody else may read it, from its first moment on."""
    token = new_token()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(opened, "w", encoding="ascii") as written:
        written.write(token + "\n")
    return token
