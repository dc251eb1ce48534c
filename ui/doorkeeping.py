"""What the gate tells the screens of who came in: headers of the websocket's handshake, which it alone may set."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

PREFIX = "x-monitor-"
OURS = PREFIX.encode()
SESSION = f"{PREFIX}session"
"""The id of the open session."""
DEVICE = f"{PREFIX}device"
"""A paired screen, by the SHA-256 of its token."""
STATION = f"{PREFIX}station"
"""A counter's station, whoever is signed in there; its code."""
DOOR = f"{PREFIX}door"
BY_CHOICE = "by-choice"
"""A demo region on this machine: whoever sits there chooses an account."""


@dataclass(frozen=True, slots=True)
class CameIn:
    """How the reader came in: with a session, as a screen, or to choose; in no way where the gate let nobody in.

    `at_station` says that the browser is a counter's station.
    """

    session_id: str | None = None
    screen: str | None = None
    may_choose: bool = False
    at_station: bool = False


def came_in() -> CameIn:
    """What the gate said of this reader."""
    sent = st.context.headers
    if not len(sent):
        # No browser's handshake is without headers: the frame is run by itself, without a server.
        return CameIn(may_choose=True)
    session_id, screen = sent.get(SESSION), sent.get(DEVICE)
    by_choice = session_id is None and screen is None and sent.get(DOOR) == BY_CHOICE
    return CameIn(session_id, screen, by_choice, STATION in sent)
