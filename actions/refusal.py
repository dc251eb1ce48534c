"""What a command says when it does nothing."""

from __future__ import annotations

from standards.message import Message


class Refused(Exception):
    """The command was refused and changed nothing; `reason` is stable for scripts, `message` is for people."""

    def __init__(self, reason: str, said: Message) -> None:
        super().__init__(str(said))
        self.reason = reason
        self.message = said


class Stale(Refused):
    """The press was bound to a state that has passed: somebody (or the same key twice) was quicker."""
