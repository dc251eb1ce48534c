"""A device's clock against ours: how far it is off, and when its events happened by our time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

TOLERANCE = timedelta(seconds=2)
"""What the way over the network may take, and what a difference may waver before it is measured anew."""
LONGEST_WAY = timedelta(seconds=60)
"""No request is under way for longer: what lies further off is the clock."""
BELIEVED_AFTER = timedelta(seconds=60)
"""For how long every request must say so before a clock is believed to have gone slow by less than that."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Our clock minus the device's, and a larger one that later requests may confirm, with when it was first seen."""

    kept: timedelta
    doubted: timedelta | None = None
    doubted_at: datetime | None = None


def difference(measured: timedelta, known: Difference | None, now: datetime) -> Difference:
    """The difference after a request: the one that is kept, until requests show that it no longer holds.

    A delay on the way only ever makes the measure larger: a smaller one is believed at once, a larger one only when
    every request says it for a while. A steady difference moves all times of a device alike, so that its short spans
    stay what they are.
    """
    if known is None or measured < known.kept - TOLERANCE or measured > known.kept + LONGEST_WAY:
        return Difference(measured)
    if measured <= known.kept + TOLERANCE:
        return Difference(known.kept)
    if known.doubted is None or known.doubted_at is None:
        return Difference(known.kept, measured, now)
    doubted = min(measured, known.doubted)
    if now - known.doubted_at >= BELIEVED_AFTER:
        return Difference(doubted)
    return Difference(known.kept, doubted, known.doubted_at)


def happened_at(at: datetime, shift: timedelta) -> datetime:
    """When it happened by our clock: a difference within the tolerance is the network's, not the clock's."""
    return at + shift if abs(shift) > TOLERANCE else at
