"""What is said of a file that can't be read."""

from __future__ import annotations

from standards.message import Message


class BrokenFile(Exception):
    """The file can't be read as a whole, and nothing of it was taken; `message` says why and where."""

    reason = "broken_file"

    def __init__(self, said: Message) -> None:
        super().__init__(str(said))
        self.message = said
