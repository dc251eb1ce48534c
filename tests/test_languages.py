"""Both languages are complete: what the code says is translated, and nothing is translated that nobody says."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from standards.catalogue import CATALOGUE
from standards.message import Worded
from ui.catalogue import entries, files, sentences

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("standards", "models", "analytics", "actions", "ingest", "seed", "charts", "ui", "pages", "web")
SCREENS = ("charts", "ui", "pages")
SPEAKERS = frozenset({"words", "message", "speak"})
# The one place that hands on what others said.
HANDS_ON = ROOT / "ui" / "language.py"
# The glossary may hold a word before a screen uses it.
GLOSSARY = "terms.po"
CHINESE = re.compile(r"[㐀-鿿]")


@cache
def trees(*rooms: str) -> tuple[tuple[Path, ast.Module], ...]:
    found = sorted(file for room in rooms for file in (ROOT / room).rglob("*.py"))
    return tuple((file, ast.parse(file.read_text("utf-8"))) for file in found)


def spoken() -> Iterator[tuple[str, ast.expr]]:
    """Where it is said, and the first argument of every `words(…)` and `message(…)`."""
    for file, tree in trees(*ROOMS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and file != HANDS_ON:
                called = node.func
                name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                if name in SPEAKERS:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node.args[0]


@cache
def literals() -> frozenset[str]:
    """Every string that stands in the code."""
    return frozenset(
        node.value
        for _, tree in trees(*ROOMS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@cache
def labels() -> frozenset[str]:
    """The labels of every closed list."""
    for room in ("standards", "models", "analytics", "actions", "ingest", "seed", "charts", "ui"):
        for module in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            if not module.name.endswith(("__main__", "ui.frame")) and "migrations" not in module.name:
                importlib.import_module(module.name)
    return frozenset(member.label for kind in kinds(Worded) for member in kind)


def kinds(parent: type[Worded]) -> Iterator[type[Worded]]:
    for kind in parent.__subclasses__():
        yield kind
        yield from kinds(kind)


def notes() -> set[str]:
    """What the catalogue of standards says beside its rows; the screens translate it."""
    return {text for row in CATALOGUE for text in (row.note, row.edition) if text is not None and text.isascii()}


def places(sentence: str) -> list[tuple[str, str | None, str | None]]:
    return [(name, spec, how) for _, name, spec, how in Formatter().parse(sentence) if name is not None]


def test_what_is_said_is_a_literal() -> None:
    assert [where for where, text in spoken() if not isinstance(text, ast.Constant | ast.JoinedStr)] == []
    assert [where for where, text in spoken() if isinstance(text, ast.JoinedStr)] == []


def test_every_sentence_has_its_chinese() -> None:
    missing = {
        f"{where}: {text.value!r}"
        for where, text in spoken()
        if isinstance(text, ast.Constant) and text.value not in sentences("zh_CN")
    }
    assert missing == set()


def test_every_label_of_a_closed_list_has_its_chinese() -> None:
    # A grade's letter and a hall's class are the same in both languages.
    assert {label for label in labels() if label not in sentences("zh_CN") and len(label) > 1} == set()


def test_every_note_of_the_catalogue_has_its_chinese() -> None:
    assert {note for note in notes() if not note.isdigit() and note not in sentences("zh_CN")} == set()


def test_a_translation_keeps_the_places() -> None:
    different = {
        english for english, chinese in sentences("zh_CN").items() if set(places(english)) != set(places(chinese))
    }
    assert different == set()


def test_places_are_plain_names() -> None:
    formatted = {
        english
        for english in sentences("zh_CN")
        for name, spec, how in places(english)
        if spec or how or not name.isidentifier()
    }
    assert formatted == set()


@pytest.mark.parametrize("file", files("zh_CN"), ids=lambda file: file.name)
def test_nothing_is_translated_that_nobody_says(file: Path) -> None:
    if file.name != GLOSSARY:
        assert set(entries(file)) - literals() - labels() - notes() == set()


def test_a_sentence_stands_in_one_file_once() -> None:
    read = [
        line for file in files("zh_CN") for line in re.findall(r'^msgid ((?:".*"\s*)+)', file.read_text("utf-8"), re.M)
    ]
    said = Counter("".join(re.findall(r'"(.*)"', line)) for line in read)
    del said[""]
    assert {sentence for sentence, times in said.items() if times > 1} == set()


def test_no_translation_is_left_empty_or_unsure() -> None:
    for file in files("zh_CN"):
        text = file.read_text("utf-8")
        assert not re.search(r'^msgstr ""\n(?!")', text, re.M), file.name
        assert "fuzzy" not in text, file.name


def test_the_screens_hold_no_chinese_of_their_own() -> None:
    found = {
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file, tree in trees(*SCREENS)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CHINESE.search(node.value)
        and not is_docstring(node, tree)
    }
    assert found == set()


def is_docstring(constant: ast.Constant, tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Expr) and node.value is constant for node in ast.walk(tree))


def test_customers_are_called_by_one_word() -> None:
    other = re.compile("顾客|用户")
    assert {chinese for chinese in sentences("zh_CN").values() if other.search(chinese)} == set()
