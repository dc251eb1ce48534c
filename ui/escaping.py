"""Text that is not ours, made harmless for where it goes: shown as it was typed, never read as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum, auto

_INLINE = re.compile(r"([\\`*_\[\]~$|<>&])")
# What would begin a heading or a list, or be a rule, where it stands first.
_FIRST = re.compile(r"^(?:(?:#+|[+-]|\d+[.)])(?=\s|$)|[-=]+$)")
_BREAKS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
# Addresses become links and names between colons become pictures after every escape is resolved. Only a sign between
# their letters keeps them apart, and the word joiner is not seen. Times of day (10:31) are left as they are.
_COLON = re.compile(r":(?=//|[\w+-])(?!\d\d(?!\d))")
_WWW = re.compile(r"\b(www)(?=\.)", re.IGNORECASE)
JOINER = "\u2060"


class Place(Enum):
    """Where a text goes, and so what would be read as markup there."""

    MARKDOWN = auto()
    """Streamlit's texts, the labels of its buttons and links, the cells of `st.table`."""
    PLAIN = auto()
    """Options of a select, cells of `st.dataframe`, the data of our components."""
    FIGURE = auto()
    """Plotly's texts, which know some HTML."""


class Written(str):
    """A text that is escaped already, and never is again."""

    __slots__ = ()

    def join(self, parts: Iterable[str], /) -> str:
        """Joined; still written where every part is."""
        listed = list(parts)
        joined = str.join(self, listed)
        return type(self)(joined) if all(isinstance(part, type(self)) for part in listed) else joined


class Marked(Written):
    """Written as markdown."""

    __slots__ = ()


class Drawn(Written):
    """Written for a figure."""

    __slots__ = ()


def in_markdown(text: str) -> Marked:
    """Text as typed, on one line, for a place where markdown is read."""
    if isinstance(text, Marked):
        return text
    inert = _INLINE.sub(r"\\\1", _BREAKS.sub(" ", text).strip())
    apart = _WWW.sub(rf"\1{JOINER}", _COLON.sub(f":{JOINER}", inert))
    return Marked(_FIRST.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", apart))


def in_figure(text: str) -> Drawn:
    """Text as typed, for a figure."""
    if isinstance(text, Drawn):
        return text
    return Drawn(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def escaped(text: str, place: Place) -> str:
    """Text as typed, for a place."""
    if place is Place.MARKDOWN:
        return in_markdown(text)
    return in_figure(text) if place is Place.FIGURE else text


def written(text: str, place: Place) -> str:
    """Text of which every foreign part is escaped for the place, so that it is not escaped again."""
    if place is Place.MARKDOWN:
        return Marked(text)
    return Drawn(text) if place is Place.FIGURE else text
