"""Several processes on one database: locks of the installation, and work beside the screens that is done once."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Event

import pytest
from sqlmodel import select

from actions.devices import add_device, set_folder
from ingest.watching import LOCK, Watch
from models.store import Store, StoreAway
from models.tables import AuditEvent, Correction
from models.turns import alone_in, in_turn
from standards.vocabulary import DeviceKind, Outcome
from tests.desks import HALL
from tests.engines import Databases, Holding, ServedDatabases
from tests.factories import DAY, MACHINE, an_interaction, at
from tests.running_app import ROOT
from web.nightly import settle_halls

HOLDER = """
import sys
from models.store import Store
from models.turns import alone_in
with alone_in(Store(sys.argv[1]), "work") as mine:
    print(mine, flush=True)
    sys.stdin.read()
"""


def test_a_lock_is_one_process_s_until_it_dies(databases: Databases) -> None:
    with databases.new(Holding.NOTHING) as url, closing(Store(url)) as store:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "True\n"
            with alone_in(store, "work") as mine:
                assert not mine
            with alone_in(store, "other work") as mine:
                assert mine
            holder.send_signal(signal.SIGKILL)
            holder.wait(10)
        for _ in count():  # the server hears of it a moment later
            with alone_in(store, "work") as mine:
                if mine:
                    break


def test_a_lock_is_given_back_with_whatever_ends_the_work(empty_store: Store) -> None:
    def fails() -> None:
        with alone_in(empty_store, "work") as mine:
            assert mine
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    with alone_in(empty_store, "work") as mine:
        assert mine


def test_work_in_turn_waits_for_the_one_before_and_not_for_ever(served_databases: ServedDatabases) -> None:
    with served_databases.new(Holding.NOTHING) as url, closing(Store(url)) as one, closing(Store(url)) as two:
        done: list[str] = []

        def second() -> None:
            with in_turn(two, "start"):
                done.append("second")

        with ThreadPoolExecutor() as others:
            with in_turn(one, "start"):
                waiting = others.submit(second)
                with pytest.raises(StoreAway, match="start"), in_turn(two, "start", timedelta()):
                    done.append("never")
                done.append("first")
            waiting.result(10)
        assert done == ["first", "second"]


def test_what_two_processes_find_forgotten_is_settled_once(databases: Databases) -> None:
    with databases.new(Holding.WORKING_HALL) as url, closing(Store(url)) as one, closing(Store(url)) as two:
        with one.writing() as session:
            for minute in range(30):
                an_interaction(session, HALL, arrived_at=at(16, minute), outcome=Outcome.WAITING, handled=None)
        morning = at(7, day=DAY + timedelta(days=1))
        with ThreadPoolExecutor() as processes:
            settled = list(processes.map(lambda store: settle_halls(store, Event(), morning), (one, two)))
        assert sorted(settled) == [0, 30]
        with one.reading() as session:
            assert len(session.exec(select(Correction)).all()) == 30
            settling = select(AuditEvent).where(AuditEvent.action == "settle_overnight")
            assert len(session.exec(settling).all()) == 1


def test_machines_folders_are_looked_into_by_one_process_at_a_time(databases: Databases, tmp_path: Path) -> None:
    with databases.new(Holding.WORKING_HALL) as url, closing(Store(url)) as one, closing(Store(url)) as two:
        with one.writing() as session:
            add_device(session, MACHINE, HALL, "queue", kind=DeviceKind.QUEUE_MACHINE, now=at(8))
            set_folder(session, MACHINE, HALL, "queue", str(tmp_path), None, now=at(8))
        (tmp_path / "day.csv").write_text("id,kind,at\n1,heartbeat,2026-03-03 09:00:00\n")
        watches = Watch(one), Watch(two)
        assert [put for watch in watches for put in watch.look(at(9))] == []
        with alone_in(two, LOCK):
            assert watches[0].look(at(9)) == []
        (put,) = watches[0].look(at(9))
        assert put.events == 1
        # Another file has come in its place: it is new to whoever has seen the first.
        (tmp_path / "day.csv").write_text("id,kind,at\n2,heart")
        assert watches[1].look(at(9)) == []
        assert (tmp_path / "day.csv").exists()
