"""The house: what each room may import, and who may look at a clock."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BELOW_THE_SCREENS = ("actions", "analytics", "charts", "models", "standards")


def imports(file: Path) -> set[str]:
    """The first names of all that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def sources(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from (file for file in sorted((ROOT / room).rglob("*.py")) if "migrations" not in file.parts)


def calls(file: Path, *names: str) -> list[str]:
    """Where a file calls something by its last two names, such as `datetime.now`."""
    return [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ".".join(ast.unparse(node.func).split(".")[-2:]) in names
    ]


def test_data_flows_one_way() -> None:
    linted = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_the_application_is_put_together_from_web_alone() -> None:
    assert imports(ROOT / "dashboard.py") <= {"__future__", "pathlib", "starlette", "streamlit", "web"}


@pytest.mark.parametrize("file", list(sources("pages", "ui")), ids=lambda file: file.stem)
def test_screens_ask_no_database_themselves(file: Path) -> None:
    assert not imports(file) & {"sqlmodel", "sqlalchemy", "sqlite3", "alembic"}


@pytest.mark.parametrize("file", list(sources("pages")), ids=lambda file: file.stem)
def test_a_screen_is_a_script_without_functions_of_its_own_rules(file: Path) -> None:
    assert not any(isinstance(node, ast.ClassDef) for node in ast.walk(ast.parse(file.read_text("utf-8"))))
    assert "st.set_page_config" not in file.read_text("utf-8")


def test_the_rules_use_the_standard_library_alone() -> None:
    foreign = {name for file in sources("standards") for name in imports(file)} - sys.stdlib_module_names
    assert foreign <= {"standards"}


def test_below_the_screens_nobody_looks_at_a_clock() -> None:
    looked = [
        where
        for file in sources(*BELOW_THE_SCREENS)
        if file.name != "__main__.py" and not file.stem.endswith("_commands")
        for where in calls(file, "datetime.now", "date.today", "datetime.today", "datetime.utcnow", "time.time")
    ]
    assert looked == []


def test_only_the_frame_configures_the_page_and_only_the_boundary_keeps_answers() -> None:
    for file in sources("pages"):
        text = file.read_text("utf-8")
        assert "cache_data" not in text, file.name
        assert "cache_resource" not in text, file.name
