"""The catalogue of translations: English sentences and their Chinese, read from the `.po` files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "locale"


def files(locale: str) -> tuple[Path, ...]:
    """The catalogue's files of a locale (such as `zh_CN`), one an area of the product."""
    return tuple(sorted((FOLDER / locale).glob("*.po")))


def entries(file: Path) -> dict[str, str]:
    """The sentences of one file, English to translation; what is empty or marked fuzzy is not translated."""
    with file.open("rb") as opened:
        catalogue = read_po(opened)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and entry.string and not entry.fuzzy}


@cache
def sentences(locale: str) -> dict[str, str]:
    """All sentences of a locale; read once."""
    found: dict[str, str] = {}
    for file in files(locale):
        found |= entries(file)
    return found
