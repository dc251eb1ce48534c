"""The READMEs: their commands are what the checks run, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")


def command(readme: str, heading: str) -> str:
    """The one line alone in the fence under a heading."""
    text = (ROOT / readme).read_text("utf-8")
    found = re.search(rf"^## {heading}\n\n```\n([^\n]+)\n```$", text, re.M)
    assert found, f"{readme} has no one-line command under {heading}"
    return found[1]


@pytest.mark.parametrize("heading", ["Run", "Test"])
def test_both_languages_give_the_same_one_line_command(heading: str) -> None:
    assert len({command(readme, heading) for readme in READMES}) == 1


def test_the_commands_install_by_the_constraints_and_end_as_they_should() -> None:
    assert command("README.md", "Run").endswith(".venv/bin/streamlit run dashboard.py")
    assert command("README.md", "Test").endswith(".venv/bin/python -m pytest")
    assert all("-c constraints.txt -e " in command("README.md", heading) for heading in ("Run", "Test"))


def test_both_languages_have_the_same_parts() -> None:
    headings, rows = zip(
        *[
            (len(re.findall(r"^## ", text, re.M)), len(re.findall(r"^\|", text, re.M)))
            for text in ((ROOT / readme).read_text("utf-8") for readme in READMES)
        ],
        strict=True,
    )
    assert len(set(headings)) == 1
    assert len(set(rows)) == 1


def test_constraints_name_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.+!]+", line)] == []
