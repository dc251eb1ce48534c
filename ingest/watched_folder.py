"""The folder a machine leaves its files in: which are whole, and where they go; nothing is overwritten or deleted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from ingest.event_file import BECAUSE
from ingest.formulas import inert, write_csv
from models.store import ROOT, sqlite_file

DONE, FAILED = "done", "failed"
_READ = frozenset({".csv", ".xlsx"})
_UNFINISHED, _UNFINISHED_END = (".", "~"), (".tmp", ".part", ".crdownload")
_LONGEST_NAME = 255
"""Bytes; what file systems take."""
Signature = tuple[int, int]
"""A file's size and when it was written (nanoseconds)."""


@dataclass(frozen=True, slots=True)
class FolderState:
    """What lies in a machine's folder: files that wait, and those that failed, by name."""

    path: Path
    there: bool
    waiting: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def machines_root(url: str) -> Path:
    """Where machines' folders are unless said otherwise: beside an embedded database, else in `data`."""
    file = sqlite_file(url)
    return (ROOT / "data" if file is None else file.resolve().parent) / "machines"


def folder_of(url: str, folder: str) -> Path | None:
    """The folder that a machine's setting means; None where a relative one leads out of the machines' place."""
    root = machines_root(url)
    path = Path(folder)
    if path.is_absolute():
        return path
    inside = (root / path).resolve()
    return inside if inside.is_relative_to(root.resolve()) and inside != root.resolve() else None


def state_of(path: Path) -> FolderState:
    """What lies in a folder now."""
    if not path.is_dir():
        return FolderState(path, there=False)
    failed = path / FAILED
    kept = sorted(file.name for file in failed.iterdir() if file.suffix.lower() in _READ) if failed.is_dir() else []
    return FolderState(
        path, there=True, waiting=tuple(sorted(file.name for file in files_in(path))), failed=tuple(kept)
    )


def files_in(path: Path) -> list[Path]:
    """The files that are for us and that nobody has marked as unfinished, by name."""
    try:
        found = sorted(file for file in path.iterdir() if file.suffix.lower() in _READ and file.is_file())
    except OSError:
        return []
    return [file for file in found if not _unfinished(file) and not _open_elsewhere(file)]


def _unfinished(file: Path) -> bool:
    """Whether its name says that somebody still writes: `.name`, `~$name.xlsx`, `name.part.csv`."""
    return file.name.startswith(_UNFINISHED) or file.stem.lower().endswith(_UNFINISHED_END)


def _open_elsewhere(file: Path) -> bool:
    """Whether a spreadsheet program holds it open: it leaves `~$name` beside it (long names lose their first two)."""
    marks = (f"~${name}" for name in (file.name, file.name[2:]))
    return any((file.parent / mark).exists() for mark in marks if len(mark.encode()) <= _LONGEST_NAME)


def signature(file: Path) -> Signature | None:
    """By what a change of the file is noticed; None where it is gone."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def put_away(file: Path, folder: str, at: datetime) -> Path:
    """Move a file to `done` or `failed`, with the time before its name; where it is now."""
    into = file.parent / folder
    into.mkdir(exist_ok=True)
    before = f"{at:%Y%m%d-%H%M%S} "
    target = _free(into / f"{before}{_short(file.stem, len(before) + len(file.suffix.encode()))}{file.suffix}")
    os.rename(file, target)
    return target


def put_reason(file: Path, why: str) -> None:
    """Say beside a failed file why it failed."""
    with _free(file.with_name(f"{_short(file.name, len('.txt'))}.txt")).open("x", encoding="utf-8") as opened:
        opened.write(why + "\n")


def put_unreadable(file: Path, header: Sequence[str], rows: Iterable[tuple[list[str], str]]) -> Path:
    """Write the rows to mend, each with its reason, into `failed`; the same rows of the same file are there once."""
    listed = [[*fields, why] for fields, why in rows]
    into = file.parent / FAILED
    into.mkdir(exist_ok=True)
    digest = sha256(repr([[*map(inert, fields), why] for *fields, why in listed]).encode()).hexdigest()[:8]
    end = f" - {digest}.csv"
    target = into / f"{_short(file.stem, len(end) + len('..part'))}{end}"
    if not target.exists():
        part = into / f".{target.name}.part"
        with part.open("w", encoding="utf-8-sig", newline="") as opened:
            write_csv(opened, [[*header, BECAUSE], *listed])
        os.rename(part, target)
    return target


def _short(name: str, others: int) -> str:
    """As much of a name as a file system takes beside `others` bytes and the number of one that is there already."""
    return name.encode(errors="surrogateescape")[: _LONGEST_NAME - others - len(" (9999)")].decode(errors="ignore")


def _free(wanted: Path) -> Path:
    """The name, or the first with a number that is not taken."""
    taken, path = 1, wanted
    while path.exists():
        taken += 1
        path = wanted.with_name(f"{wanted.stem} ({taken}){wanted.suffix}")
    return path
