"""Since when this process runs."""

from __future__ import annotations

from ui import clock

SINCE = clock.now()
