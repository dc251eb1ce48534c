"""The live board in the browser: its clocks go on between refreshes, and it says itself when it is out of date."""

from __future__ import annotations

import json
from typing import Any

from ui.component import component

# A press must be seen within three seconds, by a viewer whose machine is busy too.
REFRESH_SECONDS = 1.5
_board = component("board")


def finished(said: dict[str, Any]) -> str:
    """A board in words, ready to be sent to any number of viewers."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def draw_board(said: str, now_ms: int, key: str) -> None:
    """Show a finished board; `now_ms` is the server's clock, by which the viewer's clocks go on."""
    _board(key=key, data={"now": now_ms, "board": said})
