"""Attacks by files that are handed in: bombs, lies about what they are, torn and endless ones."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator

from openpyxl import Workbook

from ingest.broken import BrokenFile
from ingest.looking import look_at
from ingest.surveying import GivenFile
from tests.attacks.tried import Tried

NAMES = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def a_workbook() -> bytes:
    """A workbook like any other, of one row under its header."""
    book = Workbook()
    book.worksheets[0].append(["no", "taken"])
    book.worksheets[0].append(["A1", "2026-03-02 10:00"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(name: str, content: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The workbook with one part replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(a_workbook())) as whole, zipfile.ZipFile(out, "w", method) as archive:
        for part in whole.namelist():
            archive.writestr(part, content if part == name else whole.read(part))
        if name not in whole.namelist():
            archive.writestr(name, content)
    return out.getvalue()


def declaring(declaration: bytes, encoding: str = "utf-8") -> bytes:
    """A sheet behind a declaration of entities, of which a cell uses one."""
    cells = b'<row><c t="inlineStr"><is><t>&a;&j;</t></is></c></row></sheetData></worksheet>'
    text = (declaration + NAMES + cells).decode()
    return with_part(SHEET, text.replace("?>", f' encoding="{encoding}"?>', 1).encode(encoding))


def many_parts() -> bytes:
    out = io.BytesIO(a_workbook())
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(3_000):
            archive.writestr(f"xl/media/{number}", b"")
    return out.getvalue()


def cells(content: bytes) -> bytes:
    return with_part(SHEET, NAMES + content + b"</sheetData></worksheet>")


def bombs() -> Iterator[tuple[str, bytes]]:
    """Workbooks that are made to harm."""
    blank = b" " * 40_000_000
    yield "a sheet of 40 MB of nothing", with_part(SHEET, NAMES + blank + b"</sheetData></worksheet>")
    yield (
        "styles of 20 MB",
        with_part("xl/styles.xml", b"<styleSheet>" + random.Random(1).randbytes(10_000_000).hex().encode()),
    )
    yield "an archive within the archive", with_part("xl/more.zip", with_part("xl/media/a", blank))
    yield "three thousand parts", many_parts()
    yield "parts packed in another way", with_part(SHEET, NAMES + b" " * 2_000_000, zipfile.ZIP_LZMA)
    yield "entities within entities", declaring(LAUGHS)
    yield "the same in UTF-16", declaring(LAUGHS, "utf-16")
    yield "an entity that is a file here", declaring(OUTSIDE)
    yield "entities among the styles", with_part("xl/styles.xml", LAUGHS + b"<styleSheet>&j;</styleSheet>")
    yield "entities among the types", with_part("[Content_Types].xml", LAUGHS + b"<Types>&j;</Types>")
    yield (
        "entities behind 70 kB of remarks",
        declaring(b'<?xml version="1.0"?><!--' + b" " * 70_000 + b"-->" + LAUGHS[21:]),
    )
    yield "a row far down", cells(b'<row r="1999999999"><c><v>1</v></c></row>')
    yield "a cell far out", cells(b'<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>')
    relation = f'<Relationship Id="rId1" Type="{RELATED}/worksheet" Target="../../../../etc/passwd"/>'
    related = f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>'
    yield "a link out of the archive", with_part("xl/_rels/workbook.xml.rels", related.encode())


def malformed() -> Iterator[tuple[str, str, bytes]]:
    """Files that are not what they say, or nothing at all."""
    whole = a_workbook()
    yield "nothing", "a.csv", b""
    yield "a picture called a table", "a.csv", b"\x89PNG\r\n\x1a\n" + bytes(200)
    yield "a program called a workbook", "a.xlsx", b"MZ" + bytes(500)
    yield "a document called a workbook", "a.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3"
    yield "an archive called a workbook", "a.xlsx", b"PK\x03\x04" + bytes(100)
    yield "half a workbook", "a.xlsx", whole[: len(whole) // 2]
    yield "zero bytes in a table", "a.csv", b"no,taken\nA\x00,1\n"
    yield "UTF-16", "a.csv", "no,taken\nA1,1\n".encode("utf-16")
    yield "broken UTF-8", "a.csv", "编号,取号\nA1,一二三四五六\n".encode()[:-3] + b"\xff\n"
    yield "an endless field", "a.csv", b"no,taken\n" + b"x" * 10_000_000
    yield "an endless row", "a.csv", b"no,taken\n" + b"," * 5_000_000
    yield "an endless header", "a.csv", b",".join(b"c%d" % n for n in range(200_000)) + b"\n1\n"
    yield "a quote that never ends", "a.csv", b'no,taken\n"' + b"\n" * 500_000
    yield "a name with a path", "../../etc/cron.d/x.xlsx", b"no"


def handed_in() -> list[Tried]:
    """Every file handed to what reads it first; each must be refused with a sentence."""
    asked = [("workbook bomb", what, "a.xlsx", content) for what, content in bombs()]
    asked += [("malformed file", what, name, content) for what, name, content in malformed()]
    asked += [("malformed file", f"random bytes as {ending}", f"a.{ending}", content) for ending, content in noise()]
    return [_handed_in(*one) for one in asked]


def noise() -> Iterator[tuple[str, bytes]]:
    chance = random.Random(7)
    for ending in ("csv", "xlsx"):
        yield ending, b"PK\x03\x04" * (ending == "xlsx") + chance.randbytes(5_000)


def _handed_in(kind: str, what: str, name: str, content: bytes) -> Tried:
    try:
        look_at(GivenFile(name, content))
    except BrokenFile as refused:
        return Tried(kind, what, str(refused)[:70], True)
    except Exception as error:  # whatever else comes is what this looks for
        return Tried(kind, what, f"{type(error).__name__}: {error}"[:70], False)
    return Tried(kind, what, "it was read", what == "an archive within the archive")
