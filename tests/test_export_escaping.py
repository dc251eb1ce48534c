"""Whatever leaves as a file: texts that a spreadsheet program would reckon with stay texts, numbers stay numbers."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as some
from openpyxl import load_workbook

from actions.imports import RejectedLine
from charts.sheet import Line, Section, Sheet
from charts.sheet_docx import docx_of
from charts.sheet_xlsx import xlsx_of
from ingest.checking import header_of
from ingest.formulas import as_said, inert, like_a_formula, write_csv
from ingest.reading import sheet_of
from ingest.rejects import rejects_text
from tests.conftest import ROOT
from tests.test_ingest import mapped

HOSTILE = [
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("http://evil.test","x")',
    "+1+cmd",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "'=1",
]
BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
WRITERS = ("csv.writer", "DictWriter", ".to_csv", ".to_excel")
PRODUCT = ("actions", "analytics", "charts", "ingest", "models", "pages", "seed", "ui", "web")


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(some.lists(some.text("='+-@＝＋ab,;\"\t\r\n1", max_size=6), min_size=1, max_size=4))
def test_no_cell_of_a_csv_file_begins_like_a_formula_and_every_text_comes_back(row: list[str]) -> None:
    out = io.StringIO(newline="")
    write_csv(out, [row])
    (read,) = cells(out.getvalue())
    assert not any(cell.startswith(BEGINS) for cell in read)
    assert [as_said(cell) for cell in read] == row


def test_numbers_stay_numbers_in_a_csv_file() -> None:
    out = io.StringIO(newline="")
    write_csv(out, [[-5, -0.25, 7, None, "-5"]])
    assert cells(out.getvalue()) == [["-5", "-0.25", "7", "", "'-5"]]


def test_rejected_rows_hold_no_formula_in_their_columns_names_or_reasons() -> None:
    rejects = [RejectedLine(2, "bad_value", text, {"no": text, text: "x"}) for text in HOSTILE]
    assert not [cell for row in cells(rejects_text(rejects)) for cell in row if cell.startswith(BEGINS)]


def test_rejected_rows_come_back_as_they_were_with_the_names_of_their_columns() -> None:
    mapping = mapped()
    header = [*sorted(mapping.needed), "=extra"]
    content = dict.fromkeys(header, "=1")
    text = rejects_text([RejectedLine(2, "bad_value", "why", content)], header)
    found = sheet_of(text.encode("utf-8-sig"), ",", mapping.needed)
    (line,) = found.lines
    assert header_of(found, mapping).content(line) == content


def a_sheet(text: str) -> Sheet:
    line = Line(text, text, text, 20, text)
    figure = Line("share", "-5 %", "%", 20, number=-0.05, number_format="0.0%")
    return Sheet(
        title=text,
        about=(text,),
        heads=(text, text, text, text, text),
        sections=(Section(text, (line, figure)),),
        texts=((text, text),),
        signatures=((text, text),),
        page="&P",
    )


@pytest.mark.parametrize("text", [*HOSTILE, "\x00=1\x0b\ud800", "<script>&amp;</script>", "]]>"])
def test_a_report_as_a_workbook_holds_texts_and_numbers_and_no_formulas(text: str) -> None:
    page = load_workbook(io.BytesIO(xlsx_of(a_sheet(text)))).worksheets[0]
    for row in page.iter_rows():
        for cell in row:
            assert cell.data_type != "f", cell.coordinate
            if isinstance(cell.value, str):
                assert bool(cell.quotePrefix) == like_a_formula(cell.value)
    assert [cell.value for row in page.iter_rows() for cell in row if cell.data_type == "n" and cell.value] == [
        20,
        -0.05,
        20,
    ]


@pytest.mark.parametrize("text", [*HOSTILE, "\x00=1\x0b\ud800", "<w:br/>&amp;]]>", "{{ 7*7 }}"])
def test_a_report_as_a_document_holds_what_was_typed_as_text(text: str) -> None:
    document = Document(io.BytesIO(docx_of(a_sheet(text))))
    typed = "".join(letter for letter in text if letter in "\n\t" or letter.isprintable())
    shown = [paragraph.text for paragraph in document.paragraphs]
    assert shown[1].strip() == typed.strip()
    assert document.element.xml.count("w:fldSimple") == 0
    assert document.element.xml.count("w:hyperlink") == 0


@pytest.mark.parametrize("text", ["DEMO-01", "张敏", "10:31:04", "a=b", "1-2", ""])
def test_usual_texts_are_written_as_they_are(text: str) -> None:
    assert inert(text) == text


def calls(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_files_of_rows_are_written_in_one_place() -> None:
    found = {
        str(file.relative_to(ROOT))
        for room in PRODUCT
        for file in (ROOT / room).rglob("*.py")
        if any(name.endswith(WRITERS) for name in calls(file))
    }
    # The second keeps rows for itself while it reads them; nobody is given that file.
    assert found == {"ingest/formulas.py", "ingest/surveying.py"}


def test_workbooks_are_filled_cell_by_cell_in_one_place() -> None:
    files = [file for room in PRODUCT for file in (ROOT / room).rglob("*.py") if "Workbook" in calls(file)]
    assert len(files) >= 2
    for file in files:
        assert "put" in calls(file), f"{file.name} fills a workbook without ingest.formulas.put"
        assert ".value = " not in file.read_text("utf-8"), file.name
