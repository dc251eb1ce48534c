"""Leaving Python's search for cycles alone while many plain rows are made at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """No search within the block, which is to be short: it makes no cycles, and lets go of nearly all it made.

    Thousands of new rows look like a heap that grows: searching all there is for cycles, again and again, took a tenth
    of an import's time. What other threads leave behind is found after the block.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
