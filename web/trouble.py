"""What went wrong in a screen's script goes to the log; the reader sees no details."""

from __future__ import annotations

import logging

_LOG = logging.getLogger(__name__)


def log_trouble(error: Exception) -> None:
    """Write the error with its trace to the log; the screen shows its usual short sentence."""
    _LOG.error("A screen's script failed: %s", type(error).__name__, exc_info=error)
