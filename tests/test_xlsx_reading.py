"""Workbooks in: typed cells become the text that a mapping reads, and what can't be read is one sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import Workbook
from sqlmodel import select

from ingest import archive
from ingest import workbook as workbook_module
from ingest.__main__ import main
from ingest.importing import Report, import_file
from ingest.map_file import mapping_of, mapping_text
from ingest.reading import BrokenFile, sheet_of
from ingest.workbook import rows_of, sheet_names, text_of_cell
from models.store import Store
from models.tables import Interaction
from tests.factories import MACHINE, a_hall, at
from tests.test_ingest import MAPPING, NOW, mapped

HEADER = ["no", "business", "taken", "called", "greeted", "finished", "gone", "how"]


def moment(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, second)  # noqa: DTZ001 - cells have no zone


GOOD = ["A1", "payment", moment(10, 0), moment(10, 5), moment(10, 5, 10), moment(10, 12), None, "done"]


def a_workbook(rows: Iterable[Iterable[Any]], *others: str, formats: dict[str, str] | None = None) -> bytes:
    """A workbook whose first sheet holds the rows; `formats` are number formats by cell."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "visits"
    for row in rows:
        sheet.append(list(row))
    for place, form in (formats or {}).items():
        sheet[place].number_format = form
    for name in others:
        book.create_sheet(name).append(HEADER)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def take(store: Store, folder: Path, content: bytes, **options: Any) -> Report:
    (folder / "visits.xlsx").write_bytes(content)
    mapping = options.pop("mapping", None) or mapped()
    return import_file(store, MACHINE, "H1", folder / "visits.xlsx", mapping, now=NOW, **options)


@pytest.fixture
def hall(store: Store) -> Store:
    with store.writing() as session:
        a_hall(session)
    return store


def texts(content: bytes, formats: tuple[str, ...] = ()) -> list[list[str]]:
    """The rows under the header."""
    return [line.fields for line in sheet_of(content, ",", frozenset(), formats).lines]


def test_a_workbook_is_taken_as_the_same_csv_would_be(hall: Store, tmp_path: Path) -> None:
    assert take(hall, tmp_path, a_workbook([HEADER, GOOD])).accepted == 1
    with hall.reading() as session:
        row = session.exec(select(Interaction)).one()
        assert (row.arrived_at, row.called_at, row.ended_at) == (at(10), at(10, 5), at(10, 12))
    line = "A1,payment,2026-03-02 10:00:00,2026-03-02 10:05:00,2026-03-02 10:05:10,2026-03-02 10:12:00,,done\n"
    (tmp_path / "visits.csv").write_text(",".join(HEADER) + "\n" + line, "utf-8")
    again = import_file(hall, MACHINE, "H1", tmp_path / "visits.csv", mapped(), now=NOW)
    assert (again.accepted, again.duplicates) == (0, 1)


def test_moments_are_written_by_the_first_format_that_keeps_them_whole(hall: Store, tmp_path: Path) -> None:
    mapping = mapped(times={"formats": ["%H:%M", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S"]})
    assert take(hall, tmp_path, a_workbook([HEADER, GOOD]), mapping=mapping).accepted == 1


@pytest.mark.parametrize(
    ("cell", "form", "text"),
    [
        (1, None, "1"),
        (1.0, None, "1"),
        (0.1, None, "0.1"),
        (1e15, None, "1000000000000000"),
        (7, "0000", "0007"),
        (12345, "000", "12345"),
        (True, None, "1"),
        (None, None, ""),
        ("  007 ", None, "  007 "),
        (datetime(2026, 3, 2), "yyyy-mm-dd", "2026-03-02"),  # noqa: DTZ001
        (datetime(2026, 3, 2), "yyyy-mm-dd hh:mm:ss", "2026-03-02 00:00:00"),  # noqa: DTZ001
        (date(2026, 3, 2), None, "2026-03-02"),
        (time(9, 5), None, "09:05:00"),
        (timedelta(hours=9, minutes=5), "[h]:mm:ss", "09:05:00"),
    ],
)
def test_a_typed_cell_is_what_a_person_sees(cell: Any, form: str | None, text: str) -> None:
    content = a_workbook([["a", "b"], [cell, "x"]], formats={"A2": form} if form else None)
    assert texts(content) == [[text, "x"]]


@given(some.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_a_moment_survives_every_format_that_can_hold_it(cell: datetime) -> None:
    whole = cell.replace(microsecond=0)
    form = "%d.%m.%Y %H:%M:%S"
    assert datetime.strptime(text_of_cell(whole, ("%H:%M:%S", form)), form) == whole  # noqa: DTZ007
    assert datetime.fromisoformat(text_of_cell(cell, ("%Y-%m-%d %H:%M:%S",))) == cell


def test_rows_keep_their_number_and_are_as_wide_as_the_header() -> None:
    lines = list(
        sheet_of(a_workbook([["a", "b"], [], [1], [None, None], [1, 2, None], [1, 2, 3]]), ",", frozenset()).lines
    )
    assert [(line.number, line.fields) for line in lines] == [
        (3, ["1", ""]),
        (5, ["1", "2"]),
        (6, ["1", "2", "3"]),
    ]


def test_the_first_sheet_is_read_unless_another_is_named(hall: Store, tmp_path: Path) -> None:
    content = a_workbook([HEADER, GOOD], "empty")
    assert sheet_names(content) == ("visits", "empty")
    assert take(hall, tmp_path, content, dry_run=True).rows == 1
    assert take(hall, tmp_path, content, dry_run=True, sheet_name="empty").rows == 0
    with pytest.raises(BrokenFile, match="no sheet other; there are: visits, empty"):
        take(hall, tmp_path, content, dry_run=True, sheet_name="other")


def test_a_hidden_sheet_is_not_the_first() -> None:
    book = Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.sheet_state = "hidden"
    book.create_sheet("seen").append(["a"])
    out = io.BytesIO()
    book.save(out)
    assert [row.cells for row in rows_of(out.getvalue())] == [("a",)]


def test_the_command_takes_a_workbook(hall: Store, tmp_path: Path) -> None:
    (tmp_path / "visits.xlsx").write_bytes(a_workbook([HEADER, GOOD], "empty"))
    (tmp_path / "map.toml").write_text(mapping_text(mapping_of(MAPPING, "map")), "utf-8")
    command = [str(tmp_path / "visits.xlsx"), "--map", str(tmp_path / "map.toml"), "--branch", "H1"]
    assert main([*command, "--sheet", "visits"]) == 0
    with hall.reading() as session:
        assert len(session.exec(select(Interaction)).all()) == 1


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
WHOLE = a_workbook([HEADER, GOOD])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (a_workbook([]), "The file is empty"),
        (OLD, "old Excel workbook"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "locked by a password"),
        (zipped(readme=b"no workbook"), "no Excel workbook"),
        (WHOLE[:400], "no Excel workbook"),
        (WHOLE.replace(b"PK\x01\x02", b"PK\x01\x03"), "no Excel workbook"),
    ],
)
def test_a_workbook_that_cannot_be_read_says_so_in_a_sentence(content: bytes, says: str) -> None:
    with pytest.raises(BrokenFile, match=says):
        texts(content)


def damaged(name: str, content: bytes) -> bytes:
    """The whole workbook with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WHOLE)) as parts, zipfile.ZipFile(out, "w") as archive:
        for part in parts.namelist():
            archive.writestr(part, content if part == name else parts.read(part))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
NAMES = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (damaged(SHEET, b"<worksheet"), "no Excel workbook"),
        (damaged("xl/workbook.xml", b"nothing"), "no Excel workbook"),
    ],
)
def test_a_workbook_with_a_damaged_part_says_so_too(content: bytes, says: str) -> None:
    with pytest.raises(BrokenFile, match=says):
        texts(content)


def test_what_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_UNPACKED", 1000)
    with pytest.raises(BrokenFile, match="too large"):
        sheet_names(WHOLE)


def test_a_row_that_claims_to_be_far_down_is_not_waited_for() -> None:
    content = damaged(SHEET, NAMES + b'<row r="1999999999"><c><v>1</v></c></row></sheetData></worksheet>')
    with pytest.raises(BrokenFile, match="too large"):
        texts(content)


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_module, "MOST_CELLS", 2 * len(HEADER))
    assert len(texts(WHOLE)) == 1
    with pytest.raises(BrokenFile, match="too large"):
        texts(a_workbook([HEADER, GOOD, GOOD]))
