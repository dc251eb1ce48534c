"""What the gate tells the screens of who came in: headers of the websocket's handshake, which it alone may set."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

PREFIX = "x-monitor-"
OURS = PREFIX.encode()
SESSION = f"{PREFIX}session"
"""The id of the open session."""
DOOR = f"{PREFIX}door"
BY_CHOICE = "by-choice"
"""A demo region on this machine: whoever sits there chooses an account."""


@dataclass(frozen=True, slots=True)
class CameIn:
    """How the reader came in: with a session, or to choose; neither where the gate let nobody in."""

    session_id: str | None = None
    may_choose: bool = False


def came_in() -> CameIn:
    """What the gate said of this reader."""
    sent = st.context.headers
    if not len(sent):
        # No browser's handshake is without headers: the frame is run by itself, without a server.
        return CameIn(may_choose=True)
    session_id = sent.get(SESSION)
    return CameIn(session_id, session_id is None and sent.get(DOOR) == BY_CHOICE)
