"""Sentences that a lower room says and a screen translates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Worded(StrEnum):
    """A stable value for stores and links, with its English label for screens (the translator's key)."""

    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


@dataclass(frozen=True, slots=True)
class Message:
    """An English sentence with `{named}` places and what stands in them; `str()` gives it in English.

    The screens translate `text` and format the values for their reader; every room below them passes messages on
    as they are.
    """

    text: str
    values: tuple[tuple[str, object], ...] = ()

    def __str__(self) -> str:
        return self.text.format(**dict(self.values))


def message(text: str, /, **values: object) -> Message:
    """A message; `text` is a literal, so that the catalogue of translations can be checked against the code."""
    return Message(text, tuple(values.items()))
