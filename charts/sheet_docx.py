"""A report as a document that people edit before they send it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from charts.sheet import Line, Section, Sheet, printable

_FONT = "SimSun"
_WIDTHS = (Cm(5.2), Cm(3.4), Cm(1.6), Cm(1.5), Cm(5.3))


def docx_of(sheet: Sheet) -> bytes:
    """The document's bytes, A4 upright, with a page number in the foot."""
    document = Document()
    _page(document)
    _fonts(document)
    title = document.add_heading(printable(sheet.title), level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in sheet.about:
        document.add_paragraph(printable(line))
    for section in sheet.sections:
        _section(document, sheet, section)
    for heading, text in sheet.texts:
        document.add_heading(printable(heading), level=2)
        document.add_paragraph(printable(text))
    document.add_paragraph()
    for head, who in sheet.signatures:
        document.add_paragraph(printable(f"{head}{who or '____________________'}"))
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _page(document: Any) -> None:
    (section,) = document.sections
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)


def _fonts(document: Any) -> None:
    """Names for Latin and for Chinese letters: without the second a word processor guesses."""
    for name in ("Normal", "Title", "Heading 2"):
        style = document.styles[name]
        style.font.name = _FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    document.styles["Normal"].font.size = Pt(10.5)


def _section(document: Any, sheet: Sheet, section: Section) -> None:
    document.add_heading(printable(section.heading), level=2)
    table = document.add_table(rows=1, cols=len(_WIDTHS), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, sheet.heads, strict=True):
        cell.text = printable(head)
        cell.paragraphs[0].runs[0].bold = True
    for line in section.lines:
        for cell, text in zip(table.add_row().cells, _cells(line), strict=True):
            cell.text = printable(text)
    for row in table.rows:
        for cell, width in zip(row.cells, _WIDTHS, strict=True):
            cell.width = width


def _cells(line: Line) -> tuple[str, ...]:
    return line.label, line.value, line.unit, "" if line.cases is None else f"{line.cases:,}", line.beside
