"""One thread writes what the machines sent: requests that arrive together share a transaction of their hall."""

from __future__ import annotations

import logging
from collections import defaultdict
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from queue import Empty, Full, Queue
from threading import Lock, Thread
from time import monotonic, sleep

from actions.devices import device_of
from ingest.events import Batch, Taken, take_in, take_in_all
from models.store import store

_LOG = logging.getLogger(__name__)
GATHER_SECONDS = 0.1
"""How long the first request waits for others to share its transaction."""
MOST_WAITING = 1_000
MOST_EVENTS = 2_000
"""How many requests may wait, and how many events one transaction takes."""
KNOWN_SECONDS = 2.0
"""How long a token that was found counts as found; a retired one is refused by the transaction all the same."""
MOST_KNOWN = 1_000


class Busy(Exception):
    """Too much waits to be written."""


@dataclass(frozen=True, slots=True)
class Sender:
    """A device in its hall."""

    branch_id: str
    device_id: str


@dataclass(frozen=True, slots=True)
class _Request:
    sender: Sender
    batch: Batch
    received_at: datetime
    answer: Future[tuple[Taken, ...]]


_known: dict[tuple[str, str], tuple[float, Sender]] = {}


def known_sender(token: str) -> Sender | None:
    """The device whose token this was found to be lately; asks nobody."""
    found = _known.get((store().url, token))
    return found[1] if found is not None and monotonic() - found[0] < KNOWN_SECONDS else None


def sender_of(token: str) -> Sender | None:
    """The device in use whose token this is, or None."""
    if (lately := known_sender(token)) is not None:
        return lately
    now, key = monotonic(), (store().url, token)
    with store().reading() as session:
        device = device_of(session, token)
        sender = None if device is None else Sender(device.branch_id, device.id)
    if sender is None:
        _known.pop(key, None)
        return None
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    _known[key] = (now, sender)
    return sender


class EventWriter:
    """The thread and its queue; it starts with the first request and ends with the process."""

    def __init__(self) -> None:
        self._waiting: Queue[_Request] = Queue(MOST_WAITING)
        self._started = Lock()
        self._thread: Thread | None = None

    def hand_in(self, sender: Sender, batch: Batch, received_at: datetime) -> Future[tuple[Taken, ...]]:
        """The answers to come, once the batch is committed. Raises Busy where too much waits already."""
        with self._started:
            if self._thread is None:
                self._thread = Thread(target=self._run, name="event-writer", daemon=True)
                self._thread.start()
        request = _Request(sender, batch, received_at, Future())
        try:
            self._waiting.put_nowait(request)
        except Full:
            raise Busy from None
        return request.answer

    def _run(self) -> None:
        while True:
            requests = [self._waiting.get()]
            sleep(GATHER_SECONDS)
            events = len(requests[0].batch.events)
            while events < MOST_EVENTS:
                try:
                    requests.append(self._waiting.get_nowait())
                except Empty:
                    break
                events += len(requests[-1].batch.events)
            by_hall: dict[str, list[_Request]] = defaultdict(list)
            for request in requests:
                by_hall[request.sender.branch_id].append(request)
            for branch_id, of_one in by_hall.items():
                _write(branch_id, of_one)


def _write(branch_id: str, requests: list[_Request]) -> None:
    """Write the requests of one hall together; where that fails, each by itself, so that none suffers for another."""
    asked = [request for request in requests if request.answer.set_running_or_notify_cancel()]
    try:
        with store().writing() as session:
            batches = [(one.sender.device_id, one.batch, one.received_at) for one in asked]
            answers = take_in_all(session, branch_id, batches)
    except Exception as error:  # whatever it is, whoever waits must hear of it
        _write_alone(branch_id, asked, error)
        return
    for request, answer in zip(asked, answers, strict=True):
        request.answer.set_result(answer)


def _write_alone(branch_id: str, requests: list[_Request], error: Exception) -> None:
    if len(requests) == 1:
        requests[0].answer.set_exception(error)
        return
    for request in requests:
        try:
            taken = take_in(
                store(), branch_id, request.sender.device_id, request.batch, received_at=request.received_at
            )
        except Exception as own_error:
            request.answer.set_exception(own_error)
        else:
            request.answer.set_result(taken)


@lru_cache(maxsize=1)
def writer() -> EventWriter:
    """The one writer of the process."""
    return EventWriter()
