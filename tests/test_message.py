"""The sentences of the standards, in English and Chinese."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from standards import vocabulary
from standards.catalogue import CATALOGUE
from standards.message import Message, Worded, message
from ui.catalogue import sentences

ROOT = Path(__file__).parent.parent


def said() -> set[str]:
    """Every literal that the room passes to `message`."""
    found: set[str] = set()
    for file in (ROOT / "standards").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                text = node.args[0]
                assert isinstance(text, ast.Constant), f"{file.name}:{node.lineno} says no literal"
                found.add(str(text.value))
    return found


def labels() -> set[str]:
    lists = [held for held in vars(vocabulary).values() if isinstance(held, type) and issubclass(held, Worded)]
    return {member.label for held in lists for member in held}


def notes() -> set[str]:
    return {row.note for row in CATALOGUE if row.note}


def test_a_message_reads_in_english_with_its_values() -> None:
    spoken = message("Waited {value} of {limit}.", value=3, limit=15)
    assert str(spoken) == "Waited 3 of 15."
    assert spoken == Message("Waited {value} of {limit}.", (("value", 3), ("limit", 15)))


def test_a_member_of_a_list_is_its_stable_value_and_has_a_label() -> None:
    assert vocabulary.VerdictKind("missed") is vocabulary.VerdictKind.MISSED
    assert (str(vocabulary.VerdictKind.MISSED), vocabulary.VerdictKind.MISSED.label) == ("missed", "Missed")


@pytest.mark.parametrize("texts", [said(), labels(), notes()], ids=["sentences", "labels", "notes"])
def test_everything_the_standards_say_has_its_chinese(texts: set[str]) -> None:
    known = sentences("zh_CN")
    assert texts
    assert not [text for text in texts if not known.get(text)]


def test_the_chinese_says_customer_in_one_word_alone() -> None:
    assert not [text for text in sentences("zh_CN").values() if "顾客" in text or "用户" in text]
