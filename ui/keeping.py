"""What is kept for a while by its key: made by one caller, while those who want the same wait for it.

Streamlit's own caches copy and hash what they are handed, at every asking; a live board asks several times a second for
each of its viewers, and is handed the same frozen value each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from random import random
from threading import Lock
from time import monotonic
from typing import Any
from weakref import WeakSet

_NEVER = float("-inf")
_SPREAD = 0.3
"""By up to this share a value stands shorter: what was made at once for twelve halls is not made again at once."""


_EVERY: WeakSet[Kept] = WeakSet()


def forget() -> None:
    """Drop everything that is kept anywhere."""
    for kept in list(_EVERY):
        kept.clear()


class _Entry:
    __slots__ = ("lock", "until", "value")

    def __init__(self) -> None:
        self.lock, self.until, self.value = Lock(), _NEVER, None


class Kept:
    """Values that stand for up to so many seconds, `most` of them at most; safe for many threads, who share each."""

    def __init__(
        self, seconds: float, most: int, now: Callable[[], float] = monotonic, chance: Callable[[], float] = random
    ) -> None:
        self._seconds, self._most, self._now, self._chance = seconds, most, now, chance
        self._entries: dict[Hashable, _Entry] = {}
        self._lock = Lock()
        _EVERY.add(self)

    def value(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """The value of a key, made where there is none that still stands; what `make` raises is not kept."""
        entry = self._entries.get(key)
        if entry is not None and self._now() < entry.until:
            return entry.value
        entry = self._room_for(key)
        with entry.lock:
            if self._now() >= entry.until:
                entry.value = self._made(key, make)
                entry.until = self._now() + self._seconds * (1 - _SPREAD * self._chance())
            return entry.value

    def clear(self) -> None:
        """Drop everything: what is asked for next is made anew."""
        with self._lock:
            self._entries = {}

    def __len__(self) -> int:
        return len(self._entries)

    def _made(self, key: Hashable, make: Callable[[], Any]) -> Any:
        try:
            return make()
        except BaseException:
            with self._lock:
                self._entries.pop(key, None)
            raise

    def _room_for(self, key: Hashable) -> _Entry:
        """The key's entry; where it is new, those past their time and then the oldest make room."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                self._drop_past()
                entry = self._entries[key] = _Entry()
            return entry

    def _drop_past(self) -> None:
        now = self._now()
        # What has never stood is being made just now.
        for key in [key for key, entry in self._entries.items() if _NEVER < entry.until <= now]:
            del self._entries[key]
        while len(self._entries) >= self._most:
            del self._entries[next(iter(self._entries))]
