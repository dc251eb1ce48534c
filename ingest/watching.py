"""The watch over the folders of machines that only write files: what is whole is taken in and put away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from threading import Event as Signal
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from ingest.broken import BrokenFile
from ingest.event_file import EventFile, read_events
from ingest.event_map import event_map
from ingest.events import Batch, Event, take_in
from ingest.mapping import WrongMapping
from ingest.reading import read_bytes
from ingest.watched_folder import (
    DONE,
    FAILED,
    Signature,
    files_in,
    folder_of,
    put_away,
    put_reason,
    put_unreadable,
    signature,
)
from ingest.workbook import check_name
from models.store import Store
from models.tables import Branch, Device
from models.turns import alone_in
from standards.message import message

LOOK_SECONDS = 3.0
AT_ONCE = 500
"""Events in one transaction: a press at a counter waits no longer than for these."""
MOST_BYTES = 50_000_000
LOCK = "machine-folders"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FolderDevice:
    """A machine in use that leaves files."""

    branch_id: str
    id: str
    folder: str
    mapping: str | None
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class PutAway:
    """What became of one file: where it is now, its events and rows; `why` where it failed as a whole."""

    device: FolderDevice
    path: Path
    events: int = 0
    unreadable: int = 0
    why: str = ""


class Watch:
    """Remembers how files looked the last time: only one that has not changed since is taken for whole."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._seen: dict[Path, Signature] = {}
        self._trouble: set[Path] = set()

    def look(self, now: datetime) -> list[PutAway]:
        """Look once into every folder and take in what is whole; a file that can't be moved now stays for later.

        One process looks at a time: two that took the same file could put away one that came in its place meanwhile.
        """
        devices = folder_devices(self.store)
        if not devices:
            return []
        with alone_in(self.store, LOCK) as mine:
            return self._look(devices, now) if mine else []

    def _look(self, devices: tuple[FolderDevice, ...], now: datetime) -> list[PutAway]:
        done: list[PutAway] = []
        seen: dict[Path, Signature] = {}
        for device in devices:
            for file in _files_of(self.store, device):
                if file.is_symlink():
                    self._leave(device, file)
                    continue
                found = signature(file)
                if found is None or not found[0]:
                    continue  # gone, or its machine has only begun
                if self._seen.get(file) != found:
                    seen[file] = found
                elif (put := self._take(device, file, now)) is not None:
                    done.append(put)
                else:
                    seen[file] = found
        self._seen = seen
        return done

    def _leave(self, device: FolderDevice, file: Path) -> None:
        """A link may lead anywhere on the server: whoever may write into the folder may not read that."""
        if file not in self._trouble:
            _LOG.warning("The file %s of the device %s is a link and stays", file.name, device.id)
            self._trouble.add(file)

    def _take(self, device: FolderDevice, file: Path, now: datetime) -> PutAway | None:
        try:
            put = take_file(self.store, device, file, now)
        except Exception:  # whatever one file does, the others are taken; the next look tries again
            if file not in self._trouble:  # said once, not at every look
                _LOG.exception("The file %s of the device %s waits", file.name, device.id)
                self._trouble.add(file)
            return None
        self._trouble.discard(file)
        return put


def _files_of(store: Store, device: FolderDevice) -> list[Path]:
    folder = folder_of(store.url, device.folder)
    if folder is None:
        return []
    if not Path(device.folder).is_absolute():
        folder.mkdir(parents=True, exist_ok=True)
    return files_in(folder)


def folder_devices(store: Store) -> tuple[FolderDevice, ...]:
    """Every machine in use that leaves files, by hall and code."""
    with store.reading() as session:
        found = session.exec(
            select(Device, Branch)
            .join(Branch, col(Branch.id) == col(Device.branch_id))
            .where(Device.active, col(Device.folder).is_not(None))
            .order_by(col(Device.branch_id), col(Device.id))
        )
        return tuple(
            FolderDevice(device.branch_id, device.id, device.folder or "", device.mapping, branch.zone_info)
            for device, branch in found
        )


def take_file(store: Store, device: FolderDevice, file: Path, now: datetime) -> PutAway:
    """Take in one whole file and put it away: its good rows in, the others beside it to be mended.

    Everything is written before the file moves, and the events' numbers make a second reading harmless: whatever
    stops it on the way, the next look does it all again and changes nothing twice.
    """
    local = now.astimezone(device.zone)
    try:
        read = _read(device, file)
    except (BrokenFile, WrongMapping) as error:
        failed = put_away(file, FAILED, local)
        put_reason(failed, str(error.message))
        return PutAway(device, failed, why=str(error.message))
    if read.unreadable:
        put_unreadable(file, read.header, read.unreadable)
    for batch in _batches(read.events, now):
        take_in(store, device.branch_id, device.id, batch, received_at=now)
    return PutAway(device, put_away(file, DONE, local), len(read.events), len(read.unreadable))


def _read(device: FolderDevice, file: Path) -> EventFile:
    if file.stat().st_size > MOST_BYTES:
        raise BrokenFile(message("The file is too large: split it into several files."))
    content = read_bytes(file)
    check_name(file.name, content)
    return read_events(content, event_map(device.mapping, file.parent), device.zone)


def _batches(events: list[Event], now: datetime) -> Iterator[Batch]:
    """Events in the order they happened, so many at once. A file says nothing of its machine's clock, but one whose
    newest event is still to come by ours runs ahead by at least that."""
    ordered = iter(sorted(events, key=lambda event: event.at))
    sent_at = max([now, *(event.at for event in events if event.at - now < timedelta(hours=1))])
    while some := tuple(islice(ordered, AT_ONCE)):
        yield Batch(sent_at=sent_at, events=some)


def run(store: Store, stop: Signal, clock: Callable[[], datetime]) -> None:
    """Look every few seconds until `stop` is set; whatever happens at one look, the next comes."""
    watch = Watch(store)
    while not stop.wait(LOOK_SECONDS):
        try:
            watch.look(clock())
        except Exception:
            _LOG.exception("The machines' folders could not be looked into")
