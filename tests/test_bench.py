"""The benchmarks run and say what they promise; their figures are never a test."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest

from bench.__main__ import BENCHMARKS, main
from bench.asked import Asked
from bench.figures import Row
from tests.conftest import ROOT

PROMISED = {"name", "value", "reference", "ratio", "target", "met", "unit", "rows"}


def test_the_stamp_and_the_whole_press_are_measured_against_a_plain_commit() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "stamp", "--rows", "small", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    stamp, press = answer["rows"]
    for row, name, target in ((stamp, "stamp", 1.5), (press, "press", None)):
        assert row.keys() >= PROMISED
        assert (row["name"], row["unit"], row["rows"], row["target"]) == (name, "ms", 2_000, target)
        assert row["value"] > 0
    kinds = {"take_ticket", "call_next", "greet", "finish"}
    assert stamp["details"]["row and mark"].keys() == stamp["details"]["plain commit"].keys() == kinds
    assert press["details"].keys() >= kinds
    assert stamp["reference"] == press["reference"]
    assert {"system", "processor", "cores"} <= answer["machine"].keys()
    assert {"python", "streamlit"} <= answer["versions"].keys()


def test_an_unknown_benchmark_is_wrong_usage() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["nonsense"])
    assert ended.value.code == 2


def test_a_benchmark_that_comes_to_no_end_takes_nothing_from_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_run: Asked) -> list[Row]:
        raise RuntimeError("nobody came")

    monkeypatch.setitem(BENCHMARKS, "writers", fails)
    monkeypatch.setitem(BENCHMARKS, "stamp", lambda _run: [Row(name="x", value=3.0, reference=2.0, unit="ms", rows=1)])
    try:
        assert main(["writers", "stamp", "--json"]) == 1
    finally:
        logging.disable(logging.NOTSET)
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert (answer["failed"], [row["name"] for row in answer["rows"]]) == (["writers"], ["x"])
    assert "nobody came" in said.err


@pytest.mark.parametrize(
    ("compared", "target", "met"),
    [
        ("ratio", 1.5, True),
        ("ratio", 1.4, False),
        ("value", 2.9, False),
        ("difference", 1.0, True),
        ("ratio", None, None),
    ],
)
def test_a_target_is_held_against_the_ratio_the_value_or_the_difference(
    compared: str, target: float | None, met: bool | None
) -> None:
    row = Row(name="x", value=3.0, reference=2.0, unit="ms", rows=1, target=target, compared=compared)
    assert (row.ratio, row.met) == (1.5, met)


def test_without_a_reference_there_is_no_ratio() -> None:
    row = Row(name="x", value=3.0, reference=0.0, unit="ms", rows=1, target=1.0)
    assert (row.ratio, row.met) == (None, None)
