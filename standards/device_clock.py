"""A device's clock against ours: how far it is off, and when its events happened by our time."""

from __future__ import annotations

from datetime import datetime, timedelta

TOLERANCE = timedelta(seconds=2)
"""What the way over the network may take, and what a difference may waver before it is measured anew."""


def difference(measured: timedelta, kept: timedelta | None) -> timedelta:
    """Our clock minus the device's: the one that is kept, until a batch shows that it no longer holds.

    A steady difference moves all times of a device alike, so that its short spans stay what they are.
    """
    return kept if kept is not None and abs(measured - kept) <= TOLERANCE else measured


def happened_at(at: datetime, shift: timedelta) -> datetime:
    """When it happened by our clock: a difference within the tolerance is the network's, not the clock's."""
    return at + shift if abs(shift) > TOLERANCE else at
