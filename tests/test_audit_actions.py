"""Every action that the product writes into the trail has words, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from actions.access import Matter
from ui.audit_actions import ACTIONS, action_words
from ui.language import translator_of
from ui.wording import Language

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("models", "actions", "ingest", "seed", "web")
"""Whatever writes does so from here; the screens go through actions."""


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    files = (file for room in ROOMS for file in (ROOT / room).rglob("*.py") if "migrations" not in file.parts)
    return tuple((file, ast.parse(file.read_text("utf-8"))) for file in sorted(files))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def place_of_action(made: ast.FunctionDef) -> int | None:
    """Where a function takes the action that it hands on, if it does."""
    names = [argument.arg for argument in made.args.args if argument.arg != "self"]
    return names.index("action") if "action" in names else None


def handed_on() -> dict[tuple[str, str], int]:
    """The functions that take an action, by their module's name (own ones) or by none (those of every module)."""
    found = {}
    for file, tree in modules():
        for made in functions(tree):
            if (place := place_of_action(made)) is not None:
                found[("" if made.name in {"perform", "record", "write_event"} else str(file), made.name)] = place
    return found


def literals(given: ast.expr, within: ast.AST, module: ast.Module) -> set[str] | None:
    """The words that an expression may be; None where that is not said nearby."""
    if isinstance(given, ast.Constant):
        return {str(given.value)}
    if isinstance(given, ast.IfExp):
        both = [literals(one, within, module) for one in (given.body, given.orelse)]
        return None if None in both else set().union(*(one for one in both if one))
    if not isinstance(given, ast.Name):
        return None
    for scope in (within, module):
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign):
                found = _assigned(node, given.id)
                if found is not None:
                    return literals(found, within, module)
    return None


def _assigned(node: ast.Assign, name: str) -> ast.expr | None:
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id == name:
            return node.value
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for one, value in zip(target.elts, node.value.elts, strict=False):
                if isinstance(one, ast.Name) and one.id == name:
                    return value
    return None


def given_actions() -> Iterator[tuple[str, set[str] | None]]:
    """Where an action is given, and what it may be."""
    takers = handed_on()
    for file, tree in modules():
        for within in functions(tree):
            for node in ast.walk(within):
                for given in _given(node, str(file), takers):
                    own = place_of_action(within) is not None
                    if not (own and isinstance(given, ast.Name) and given.id == "action"):
                        yield f"{file.relative_to(ROOT)}:{node.lineno}", literals(given, within, tree)  # type: ignore[attr-defined]


def _given(node: ast.AST, file: str, takers: dict[tuple[str, str], int]) -> Iterator[ast.expr]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        place = takers.get((file, node.func.id), takers.get(("", node.func.id)))
        if place is not None:
            named = [keyword.value for keyword in node.keywords if keyword.arg == "action"]
            yield from named or node.args[place : place + 1]
    if isinstance(node, ast.Dict) and any(_is(key, "key") for key in node.keys):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if _is(key, "action"))


def _is(key: ast.expr | None, text: str) -> bool:
    return isinstance(key, ast.Constant) and key.value == text


def written() -> set[str]:
    return {action for _, found in given_actions() for action in found or ()}


def test_every_action_that_is_written_stands_in_the_code_as_a_word() -> None:
    assert [where for where, found in given_actions() if found is None] == []
    assert {"call_next", "finish_and_call_next", "add_device", "import", "copy", "undo", "export"} <= written()


def test_every_action_that_is_written_has_words() -> None:
    """A new one gets its words in `ui/audit_actions.py` and its Chinese in `audit.po`."""
    assert written() - ACTIONS.keys() == set()


def test_no_words_are_kept_for_what_nobody_writes() -> None:
    assert ACTIONS.keys() - written() == set()


def test_two_actions_are_never_called_the_same_in_either_language() -> None:
    for language in Language:
        t = translator_of(language)
        assert len({action_words(action, t) for action in ACTIONS}) == len(ACTIONS)


def test_an_action_of_an_older_version_is_said_as_it_is_stored() -> None:
    assert action_words("unheard_of", translator_of(Language.ZH).plain) == "unheard_of"


def test_what_was_looked_at_has_words_of_its_own() -> None:
    assert len({matter.label for matter in Matter}) == len(Matter)
