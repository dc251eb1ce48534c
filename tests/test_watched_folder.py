"""Files of machines that only write files: whole ones in, torn rows back to be mended, nothing twice, nothing lost."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import md5
from pathlib import Path
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlmodel import select

from actions.devices import set_folder, set_in_use
from ingest.event_map import event_map, event_map_of, known_maps
from ingest.formulas import as_said, inert
from ingest.mapping import WrongMapping
from ingest.watched_folder import folder_of, machines_root, state_of
from ingest.watching import FolderDevice, PutAway, Watch, folder_devices, run, take_file
from models.tables import DeviceEvent
from standards.vocabulary import EventState, Outcome
from tests.desks import HALL, a_store_with
from tests.machines import ROOT, Machines, Q, at

NOW = at(480)
HEADER = "id,kind,at,ticket,counter,business"
VISIT = (
    "1,ticket_taken,2026-03-03 09:00:00,A001,,payment",
    "2,called,2026-03-03 09:05:00,A001,1,",
    "3,greeted,2026-03-03T09:05:10+08:00,A001,,",
    "4,ended,2026/03/03 09:11:00,A001,,",
)


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    made = Machines(a_store_with(tmp_path_factory.mktemp("hall")))
    yield made
    made.store.close()


@pytest.fixture
def machines(hall: Machines, request: pytest.FixtureRequest) -> Machines:
    """The hall before its day; the queue machine writes into a folder of the test's own beside the database."""
    hall.start_again()
    with hall.store.writing() as session:
        set_in_use(session, ROOT, HALL, Q, True, now=NOW)
    tell_folder(hall, f"{HALL}/{md5(request.node.name.encode()).hexdigest()}")
    return hall


def tell_folder(machines: Machines, folder: str, mapping: str | None = None) -> None:
    with machines.store.writing() as session:
        set_folder(session, ROOT, HALL, Q, folder, mapping, now=NOW)


def device_of(machines: Machines) -> FolderDevice:
    (device,) = folder_devices(machines.store)
    return device


@pytest.fixture
def folder(machines: Machines) -> Path:
    found = folder_of(machines.store.url, device_of(machines).folder)
    assert found is not None
    found.mkdir(parents=True)
    return found


def drop(folder: Path, *rows: str, name: str = "day.csv", header: str = HEADER, encoding: str = "utf-8") -> Path:
    file = folder / name
    file.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return file


def look(machines: Machines, times: int = 2, watch: Watch | None = None) -> list[PutAway]:
    watch = watch or Watch(machines.store)
    return [put for _ in range(times) for put in watch.look(NOW)]


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def test_a_whole_file_is_taken_in_and_put_away_with_the_time(machines: Machines, folder: Path) -> None:
    drop(folder, *VISIT)
    (put,) = look(machines)
    row = machines.row()
    assert (row.called_at, row.greeted_at, row.ended_at) == (at(5), at(5, seconds=10), at(11))
    assert (row.outcome, row.business_type, row.counter_id) == (Outcome.COMPLETED, "payment", 1)
    assert (put.events, put.unreadable) == (4, 0)
    assert names(folder) == ["done"]
    assert names(folder / "done") == ["20260303-170000 day.csv"]


def test_a_file_that_grows_is_left_alone_until_two_looks_agree(machines: Machines, folder: Path) -> None:
    watch = Watch(machines.store)
    file = drop(folder, *VISIT[:1])
    assert look(machines, 1, watch) == []
    drop(folder, *VISIT)
    assert look(machines, 1, watch) == []
    assert file.exists()
    (put,) = look(machines, 1, watch)
    assert put.events == 4


@pytest.mark.parametrize("name", ["~$day.xlsx", ".day.csv", "day.csv.tmp", "day.csv.part", "day.part.csv", "day.txt"])
def test_what_somebody_still_writes_is_not_touched(machines: Machines, folder: Path, name: str) -> None:
    drop(folder, *VISIT, name=name)
    assert look(machines, 3) == []
    assert names(folder) == [name]


def test_a_workbook_that_is_open_or_empty_is_not_touched(machines: Machines, folder: Path) -> None:
    drop(folder, *VISIT, name="day.csv")
    (folder / "~$day.csv").touch()
    (folder / "begun.csv").touch()
    assert look(machines, 3) == []
    assert names(folder) == ["begun.csv", "day.csv", "~$day.csv"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_and_words_are_read_in_the_usual_encodings(
    machines: Machines, folder: Path, encoding: str
) -> None:
    rows = ("取号,2026-03-03 09:00,A001,,payment", "叫号,2026-03-03 09:05,A001,2,", "结束办理,2026-03-03 09:11,A001,,")
    drop(folder, *rows, header="事件,时间,票号,窗口,业务", encoding=encoding)
    look(machines)
    assert [(row.counter_id, row.outcome) for row in machines.rows()] == [(2, Outcome.COMPLETED)]


def test_a_workbook_is_read_with_its_dates_and_numbers(machines: Machines, folder: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["kind", "at", "ticket", "counter", "business"])
    sheet.append(["ticket_taken", datetime(2026, 3, 3, 9, 0), "A001", None, "payment"])  # noqa: DTZ001 - a cell
    sheet.append(["called", datetime(2026, 3, 3, 9, 5, 30), "A001", 2, None])  # noqa: DTZ001 - a cell
    book.save(folder / "day.xlsx")
    look(machines)
    row = machines.row()
    assert (row.arrived_at, row.called_at, row.counter_id) == (at(0), at(5, seconds=30), 2)


@pytest.mark.parametrize("second", ["day.csv", "day - copy.csv"])
def test_the_same_file_dropped_twice_adds_nothing(machines: Machines, folder: Path, second: str) -> None:
    bare = [row.partition(",")[2] for row in VISIT]  # rows without a number of their own
    for name in ("day.csv", second):
        drop(folder, *bare, name=name, header=HEADER.partition(",")[2])
        look(machines)
    assert len(machines.rows()) == 1
    assert len(machines.events()) == len(VISIT)
    assert len(names(folder / "done")) == 2


def test_equal_rows_of_one_file_are_so_many_events(machines: Machines, folder: Path) -> None:
    recall = "recalled,2026-03-03 09:06:00,A001,1,"
    bare = [row.partition(",")[2] for row in VISIT[:2]]
    drop(folder, *bare, recall, recall, header=HEADER.partition(",")[2])
    look(machines)
    assert machines.row().recalls == 2


def test_good_rows_are_taken_and_bad_ones_come_back_with_their_reason(machines: Machines, folder: Path) -> None:
    bad = ("5,called,yesterday,A002,1,", "6,called,2026-03-03 09:07:00,A002,,", "7,dance,2026-03-03 09:07:00,A002,1,")
    drop(folder, *VISIT, *bad, "8,called", header=HEADER)
    (put,) = look(machines)
    assert (put.events, put.unreadable) == (4, 4)
    (kept,) = names(folder / "failed")
    with (folder / "failed" / kept).open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["id"] for row in rows] == ["5", "6", "7", "8"]
    because = [row["refused_because"] for row in rows]
    assert "yesterday is no time" in because[0]
    assert "called needs counter" in because[1]
    assert because[2].startswith("kind: ")
    assert "fields" in because[3]


def test_a_mended_file_of_bad_rows_is_taken_as_it_comes_back(machines: Machines, folder: Path) -> None:
    drop(folder, VISIT[0], VISIT[1].replace("2026-03-03 09:05:00", "9.05"))
    look(machines)
    (kept,) = (folder / "failed").iterdir()
    mended = kept.read_text("utf-8-sig").replace("9.05", "2026-03-03 09:05:00")
    (folder / "mended.csv").write_text(mended, "utf-8")
    look(machines)
    assert machines.row().called_at == at(5)
    assert len(names(folder / "failed")) == 1


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("day.xlsx", b"PK\x03\x04 torn", "no Excel workbook"),
        ("day.csv", b"ticket,counter\nA001,1\n", "lacks columns: kind / "),
        ("day.csv", b'kind,at\n"open', "no CSV"),
        ("day.csv", "kind,at\n叫号,".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_broken_file_fails_whole_and_says_why(
    machines: Machines, folder: Path, name: str, content: bytes, why: str
) -> None:
    (folder / name).write_bytes(content)
    (put,) = look(machines)
    assert why in put.why
    assert names(folder) == ["failed"]
    kept = names(folder / "failed")
    assert kept == [f"20260303-170000 {name}", f"20260303-170000 {name}.txt"]
    assert (folder / "failed" / kept[0]).read_bytes() == content
    assert why in (folder / "failed" / kept[1]).read_text("utf-8")
    assert machines.events() == []


def test_nothing_is_overwritten_where_names_meet(machines: Machines, folder: Path) -> None:
    for place in range(3):
        drop(folder, VISIT[place], header=HEADER)
        look(machines)
    kept = [(folder / "done" / name).read_text("utf-8") for name in names(folder / "done")]
    assert sorted(text.splitlines()[1] for text in kept) == list(VISIT[:3])


def test_a_link_is_left_alone(machines: Machines, folder: Path, tmp_path: Path) -> None:
    (folder / "link.csv").symlink_to(drop(tmp_path, *VISIT))
    assert look(machines) == []
    assert (folder / "link.csv").is_symlink()
    assert machines.rows() == []


@pytest.mark.parametrize("row", [VISIT[0], "5,unheard,2026-03-03 09:00:00,A001,,"])
def test_a_name_as_long_as_a_file_system_takes_is_shortened(machines: Machines, folder: Path, row: str) -> None:
    drop(folder, row, name=f"{'窗' * 83}ab.csv")
    (put,) = look(machines)
    assert put.path.name.endswith("窗.csv")
    assert len(put.path.name.encode()) <= 255


def test_a_workbook_by_its_name_alone_fails_in_words(machines: Machines, folder: Path) -> None:
    drop(folder, *VISIT, name="day.xlsx")
    (put,) = look(machines)
    assert "no XLSX" in put.why


@given(st.text("='+-@ab\t", max_size=6))
def test_what_looks_like_a_formula_is_written_as_text_and_read_back(text: str) -> None:
    assert not inert(text).startswith(("=", "+", "-", "@", "\t"))
    assert as_said(inert(text)) == text


def test_rows_to_mend_hold_no_formula_and_come_back_as_they_were(machines: Machines, folder: Path) -> None:
    drop(folder, "1,ticket_taken,=1+1,=A001,,payment")
    look(machines)
    (failed,) = (folder / "failed").glob("*.csv")
    text = failed.read_text(encoding="utf-8-sig")
    assert "1,ticket_taken,'=1+1,'=A001,,payment" in text
    (folder / "mended.csv").write_text(text.replace("'=1+1", "2026-03-03 09:00:00"), encoding="utf-8")
    look(machines)
    assert machines.row().ticket == "=A001"


def test_a_crash_between_taking_in_and_moving_is_harmless(machines: Machines, folder: Path) -> None:
    content = drop(folder, *VISIT, "5,called,never,A9,1,").read_bytes()
    take_file(machines.store, device_of(machines), folder / "day.csv", NOW)
    before = machines.whole()
    (folder / "day.csv").write_bytes(content)  # as if it had not been moved
    look(machines)
    assert machines.whole() == before
    assert len(names(folder / "failed")) == 1


def test_a_machine_whose_clock_runs_ahead_loses_nothing(machines: Machines, folder: Path) -> None:
    local = [f"{number},{kind},{when:%Y-%m-%d %H:%M:%S},A001,1,payment" for number, kind, when in ahead()]
    drop(folder, *local)
    look(machines)
    assert {event.state for event in machines.events()} == {EventState.APPLIED}
    row = machines.row()
    assert row.called_at is not None
    assert row.called_at - row.arrived_at == timedelta(minutes=5)


def ahead() -> list[tuple[int, str, datetime]]:
    taken = NOW + timedelta(hours=8, seconds=90) - timedelta(minutes=5)
    return [(1, "ticket_taken", taken), (2, "called", taken + timedelta(minutes=5))]


def test_a_file_that_can_t_be_moved_waits_and_others_are_taken(
    machines: Machines, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    drop(folder, VISIT[0], name="a.csv")
    drop(folder, *VISIT[1:], name="b.csv")
    (folder / "a.csv").chmod(0)
    if os.access(folder / "a.csv", os.R_OK):
        (folder / "done").write_text("in the way", "utf-8")
        assert look(machines, 4) == []
        assert caplog.text.count("waits") == 2  # once a file, not once a look
        (folder / "done").unlink()
    else:
        assert [put.path.name for put in look(machines, 3)] == ["20260303-170000 b.csv"]
        (folder / "a.csv").chmod(0o600)
    look(machines)
    assert machines.row().outcome is Outcome.COMPLETED


def test_a_mapping_of_the_folder_says_what_columns_mean(machines: Machines, folder: Path) -> None:
    (folder / "pads.toml").write_text(
        '[columns]\nat = "日期+时刻"\nticket = "号"\ncounter = "台"\n'
        '[constants]\nkind = "called"\n[times]\nzone = "Asia/Tokyo"\nformats = ["%d.%m.%Y %H:%M"]\n',
        "utf-8",
    )
    tell_folder(machines, device_of(machines).folder, "pads")
    drop(folder, "03.03.2026,10:05,A001,2", header="日期,时刻,号,台")
    machines.say("ticket_taken", 0)
    look(machines)
    assert (machines.row().called_at, machines.row().counter_id) == (at(5), 2)


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"columns": {"at": "a"}}, "kind"),
        ({"columns": {"kind": "a", "at": "b", "nonsense": "c"}}, "nonsense"),
        ({"columns": {"kind": "a", "at": "b"}, "times": {"zone": "Mars"}}, "Mars"),
        ({"columns": {"kind": 1, "at": "b"}}, "columns.kind"),
        ({"columns": {"kind": "a", "at": "b"}, "delimiter": ",,"}, "delimiter"),
        ({"columns": [], "more": 1}, "more"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(said: dict[str, Any], wrong: str) -> None:
    with pytest.raises(WrongMapping, match=wrong):
        event_map_of(said, "m")


def test_a_mapping_that_is_missing_fails_the_file_in_words(machines: Machines, folder: Path) -> None:
    tell_folder(machines, device_of(machines).folder, "nowhere")
    drop(folder, *VISIT)
    (put,) = look(machines)
    assert "no mapping nowhere" in put.why
    with pytest.raises(WrongMapping):
        event_map("../secret", folder)


def test_the_shipped_mappings_read() -> None:
    assert "usual" in known_maps()


def test_a_relative_folder_stays_beside_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'monitor.db'}"
    root = machines_root(url)
    assert root == tmp_path / "machines"
    assert folder_of(url, "H1/Q1") == root / "H1" / "Q1"
    assert folder_of(url, "../outside") is None
    assert folder_of(url, ".") is None
    assert folder_of(url, str(root)) == root


def test_a_retired_machine_s_folder_is_left_alone(machines: Machines, folder: Path) -> None:
    with machines.store.writing() as session:
        set_in_use(session, ROOT, HALL, Q, False, now=NOW)
    drop(folder, *VISIT)
    assert look(machines, 3) == []


def test_the_state_of_a_folder_says_what_waits_and_what_failed(machines: Machines, folder: Path) -> None:
    drop(folder, "1,called,never,A1,1,", name="bad.csv")
    look(machines)
    drop(folder, *VISIT)
    state = state_of(folder)
    assert (state.there, state.waiting, len(state.failed)) == (True, ("day.csv",), 1)
    assert not state_of(folder / "nowhere").there


def test_the_watch_stops_when_told(machines: Machines) -> None:
    stop = Signal()
    watching = Thread(target=run, args=(machines.store, stop, lambda: NOW))
    watching.start()
    stop.set()
    watching.join(10)
    assert not watching.is_alive()
    with machines.store.reading() as session:
        assert session.exec(select(DeviceEvent)).all() == []
