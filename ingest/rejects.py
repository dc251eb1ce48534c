"""Why a line is not taken, and the file in which it comes back to be mended."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import TextIO

from actions.imports import OTHER_CONTENT, RECORDED, RejectedLine
from ingest.formulas import write_csv
from models.command_line import Refusal
from models.database_file import is_one_of, unfinished
from standards.message import Message, Worded, message


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
    OTHER_CONTENT = OTHER_CONTENT, "The same reference with other content"
    RECORDED = RECORDED, "The ticket is recorded already"


class Rejected(Exception):
    """A line is not taken; `message` says why."""

    def __init__(self, reason: Reason, said: Message) -> None:
        super().__init__(str(said))
        self.reason = reason
        self.message = said


REASON_COLUMN = "reason"
"""The column that a file of rejects has more than the file they came from; it is not read back."""
REJECTS_ENCODING = "utf-8-sig"
"""With a mark, by which office programs know it."""


def rejects_text(rejects: Iterable[RejectedLine], header: Iterable[str] = ()) -> str:
    """Rejected lines as CSV with their own columns (`header`) and the reason: to be mended and sent again.

    Without a header the columns are those of the lines, which hold all of them.
    """
    listed = list(rejects)
    written = io.StringIO(newline="")
    _write(written, [*header, *(name for reject in listed for name in reject.content)], listed)
    return written.getvalue()


def write_rejects(path: Path, rejects: Iterable[RejectedLine], header: Iterable[str] = ()) -> None:
    """`rejects_text` as a file that office programs open as it is; however many they are, some are held at a time."""
    with spooled_rejects() as spool:
        spool.restart(tuple(header))
        spool.put(rejects)
        spool.write(path)


def _write(out: TextIO, columns: Iterable[str], rejects: Iterable[RejectedLine]) -> None:
    names = list(dict.fromkeys(columns))
    write_csv(out, [[*names, REASON_COLUMN]])
    write_csv(
        out,
        (
            [*(reject.content.get(name, "") for name in names), f"{reject.reason}: {reject.detail}"]
            for reject in rejects
        ),
    )


class RejectsSpool:
    """Rejected lines on their way into a file: which columns it needs is known when all of them are there."""

    def __init__(self, spool: TextIO) -> None:
        self.spool = spool
        self.columns: dict[str, None] = {}

    def restart(self, header: tuple[str, ...]) -> None:
        """Forget what came before: the lines of a file with this header follow, in their order."""
        self.spool.seek(0)
        self.spool.truncate()
        self.columns = dict.fromkeys(header)

    def put(self, rejects: Iterable[RejectedLine]) -> None:
        """The next lines."""
        for reject in rejects:
            self.columns.update(dict.fromkeys(reject.content))
            told = (reject.line, reject.reason, reject.detail, dict(reject.content))
            self.spool.write(json.dumps(told, ensure_ascii=True) + "\n")

    def write(self, path: Path) -> None:
        """All of them as a file."""
        self.spool.seek(0)
        with path.open("w", encoding=REJECTS_ENCODING, newline="") as out:
            _write(out, self.columns, (RejectedLine(*json.loads(told)) for told in self.spool))


@contextmanager
def spooled_rejects() -> Iterator[RejectsSpool]:
    """A spool without a name, for as long as the block lasts."""
    with TemporaryFile("w+", encoding="utf-8") as spool:
        yield RejectsSpool(spool)


@contextmanager
def new_file(path: Path, needed: Iterable[Path], *, force: bool) -> Iterator[Path]:
    """A file beside `path` that takes its name when the block ends well, and leaves nothing when it does not.

    Raises Refusal before the block where `path` is one of the `needed` files, is there already (unless `force`), or
    can't be written.
    """
    _check_free(path, needed, force)
    with unfinished(path) as part:
        try:
            part.open("xb").close()
        except OSError as error:
            raise _not_writable(path, error) from error
        yield part
        try:
            os.replace(part, path)
        except OSError as error:
            raise _not_writable(path, error) from error


def _check_free(path: Path, needed: Iterable[Path], force: bool) -> None:
    if is_one_of(path, needed):
        raise Refusal("same_file", message("The rejects would overwrite {path}, which is needed.", path=path))
    if path.is_dir():
        raise Refusal("folder", message("{path} is a folder: name a file.", path=path))
    if path.exists() and not path.is_file():
        raise Refusal("no_file", message("{path} is no ordinary file.", path=path))
    if path.exists() and not force:
        raise Refusal("exists", message("{path} is there already: --force overwrites it.", path=path))


def _not_writable(path: Path, error: OSError) -> Refusal:
    reason = error.strerror or type(error).__name__
    return Refusal("not_writable", message("{path} can't be written: {reason}.", path=path, reason=reason))
