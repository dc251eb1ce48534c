"""Why a line is not taken, and the file in which it comes back to be mended."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from actions.imports import RejectedLine
from standards.message import Message, Worded


class Reason(Worded):
    """The kinds of reasons, by which rejects are counted."""

    WRONG_FIELDS = "wrong_fields", "Another number of fields than the header"
    BAD_TIME = "bad_time", "A time that can't be read"
    OUT_OF_ORDER = "out_of_order", "Stages out of order"
    MISSING = "missing", "A fact is missing"
    BAD_VALUE = "bad_value", "A value that can't be read"
    UNKNOWN_BUSINESS = "unknown_business_type", "Unknown business type"
    NOT_OVER = "not_over", "Not over yet"
    IN_FUTURE = "in_future", "In the future"


class Rejected(Exception):
    """A line is not taken; `message` says why."""

    def __init__(self, reason: Reason, said: Message) -> None:
        super().__init__(str(said))
        self.reason = reason
        self.message = said


REASON_COLUMN = "reason"
"""The column that a file of rejects has more than the file they came from; it is not read back."""


def write_rejects(path: Path, rejects: Iterable[RejectedLine]) -> None:
    """Rejected lines as a CSV file with their own columns and the reason: to be mended and sent again."""
    listed = list(rejects)
    columns = list(dict.fromkeys(name for reject in listed for name in reject.content))
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        out = csv.writer(opened)
        out.writerow([*columns, REASON_COLUMN])
        for reject in listed:
            out.writerow([*(reject.content.get(name, "") for name in columns), f"{reject.reason}: {reject.detail}"])
