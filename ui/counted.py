"""One of a thing, said in English as one: 1 hall, 2 halls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

_ONE = {
    "files wait": "file waits",
    "files are": "file is",
    "rows are": "row is",
    "rows were": "row was",
    "rows stand": "row stands",
    "others are": "other is",
    "checks were": "check was",
    "interactions usually come": "interaction usually comes",
    "interactions count": "interaction counts",
    "more interactions were": "more interaction was",
}
_NOUNS = """account case check column counter day fault figure file hall hour interaction item line minute month other
person place rating record row standard ticket time verdict visit week"""
_ONE |= {f"{one}s": one for one in _NOUNS.split()}
_COUNTED = re.compile(rf"\{{(\w+)\}} ({'|'.join(sorted(_ONE, key=len, reverse=True))})\b")


def one_as_one(sentence: str, filled: Mapping[str, str]) -> str:
    """An English sentence, its places not filled yet, with the nouns that a one stands before in the singular."""
    for place, counted in _nouns(sentence):
        if filled.get(place) == "1":
            sentence = sentence.replace(f"{{{place}}} {counted}", f"{{{place}}} {_ONE[counted]}")
    return sentence


def figure_with_unit(figure: str, unit: str) -> str:
    """A figure and the word for what it counts, if there is one: 3 cases, 1 case."""
    filled = {"figure": figure}
    return one_as_one(f"{{figure}} {unit}", filled).replace("{figure}", figure).strip()


@cache
def _nouns(sentence: str) -> tuple[tuple[str, str], ...]:
    return tuple((found[1], found[2]) for found in _COUNTED.finditer(sentence))
