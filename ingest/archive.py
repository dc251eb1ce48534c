"""A workbook as the archive it is, looked at before it is unpacked: what is made to harm is refused unread."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from xml.etree.ElementTree import ParseError, fromstring
from xml.parsers import expat

from ingest.broken import BrokenFile
from standards.message import message

MOST_PARTS = 2_000
MOST_UNPACKED = 300_000_000
"""Bytes; a file of 20 MB that unpacks to more is made to harm."""
MOST_AT_ONCE = 16_000_000
"""Bytes of a part that is held as a whole: all but the rows and their texts, which are read as they go."""
MOST_TIGHTLY, SMALL = 100, 1_000_000
"""How many times smaller a part of more than so many bytes may be packed; rows that are all alike reach twenty."""
_TYPES = "[Content_Types].xml"
_AS_THEY_GO = ("worksheet+xml", "sharedStrings+xml")
_HEAD = 65_536


class _Seen(Exception):
    """A part's first element has come: no declaration of entities can follow."""


def check_archive(content: bytes) -> None:
    """Raise BrokenFile for an archive that no office program writes; what is merely damaged its reader finds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise BrokenFile(message("The sheet is too large: split it into several files."))
        names = [part.filename for part in parts]
        if len(names) > MOST_PARTS or len(set(names)) < len(names) or any(map(_packed_oddly, parts)):
            raise _made_to_harm()
        types = _types(archive) if _TYPES in names else {}
        for part in parts:
            with archive.open(part) as opened:
                _check_part(part, opened.read(_HEAD), types.get(part.filename, set()))


def _packed_oddly(part: zipfile.ZipInfo) -> bool:
    """Whether it is packed in a way of its own, or holds next to nothing, over and over."""
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return True
    return part.file_size > SMALL and part.file_size > MOST_TIGHTLY * part.compress_size


def _types(archive: zipfile.ZipFile) -> dict[str, set[str]]:
    """What each part says that it is; one that says two things is both."""
    part = archive.getinfo(_TYPES)
    if part.file_size > SMALL:
        raise _made_to_harm()
    said = archive.read(part)
    _check_entities(said)
    found: defaultdict[str, set[str]] = defaultdict(set)
    try:
        for element in fromstring(said):  # noqa: S314 - without declarations there is nothing to expand
            found[element.get("PartName", "").lstrip("/")].add(element.get("ContentType", ""))
    except ParseError:
        return {}
    return found


def _check_part(part: zipfile.ZipInfo, head: bytes, types: set[str]) -> None:
    text = _check_entities(head)
    as_it_goes = bool(types) and all(said.endswith(_AS_THEY_GO) for said in types)
    if text and not as_it_goes and part.file_size > MOST_AT_ONCE:
        raise _made_to_harm()


def _check_entities(head: bytes) -> bool:
    """Whether this is XML; raises BrokenFile where it declares entities, or may do so behind a long preamble."""
    reader = expat.ParserCreate()
    reader.StartElementHandler = _seen
    reader.StartDoctypeDeclHandler = _refuse
    try:
        reader.Parse(head, len(head) < _HEAD)
    except _Seen:
        return True
    except expat.ExpatError:
        return False
    raise _made_to_harm()


def _seen(*_: object) -> None:
    raise _Seen


def _refuse(*_: object) -> None:
    raise _made_to_harm()


def _made_to_harm() -> BrokenFile:
    return BrokenFile(message("No office program wrote this workbook as it is: open it in one and save it as XLSX."))
