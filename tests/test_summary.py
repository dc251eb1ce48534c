"""`python -m analytics summary`: the promised keys, its exit codes, and its table."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from analytics.__main__ import main
from models.store import Store
from standards.vocabulary import Outcome
from tests.factories import a_hall, an_interaction, an_observation, minutes, seconds

PERIOD = ["summary", "--branch", "H1", "--from", "2026-03-02", "--to", "2026-03-02"]
SHARE = {"code", "edition", "met", "missed", "pending", "not_judged", "share", "low", "high", "target"}


def asked(capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    assert main([*PERIOD, "--json", *more]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def put_visits(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, waited=minutes(10), greeted_after=seconds(15))
        an_interaction(session, waited=minutes(30), greeted_after=seconds(15.001))
        an_interaction(session, waited=minutes(30), outcome=Outcome.LEFT)
        an_observation(session, an_interaction(session, outcome=Outcome.TEST), "H11", met=False)


def test_the_summary_has_the_promised_keys(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    put_visits(store)
    answer = asked(capsys)
    assert set(answer) >= {
        "branch",
        "from",
        "to",
        "as_of",
        "counts",
        "durations",
        "standards",
        "percentiles",
        "excluded",
    }
    assert (answer["branch"], answer["from"], answer["to"]) == ("H1", "2026-03-02", "2026-03-02")
    assert datetime.fromisoformat(answer["as_of"]).utcoffset() is not None
    assert (answer["counts"]["completed"], answer["counts"]["left"], answer["counts"]["no_show"]) == (2, 1, 0)
    assert answer["durations"]["wait"] == {"count": 2, "mean_seconds": 1200, "p50_seconds": 600, "p90_seconds": 1800}
    assert set(answer["durations"]) == {"wait", "greeting", "handling"}
    assert answer["percentiles"] == "exact"
    told = {name: answer[name] for name in ("abandoned", "durations", "standards")}
    assert answer["excluded"] == {"n": 0} | told


def test_each_kind_of_standard_has_its_own_keys(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    put_visits(store)
    by_code = {standard["code"]: standard for standard in asked(capsys)["standards"]}
    assert set(by_code["H01"]) == SHARE
    assert (by_code["H01"]["met"], by_code["H01"]["missed"], by_code["H01"]["share"]) == (1, 1, 0.5)
    assert (by_code["H03"]["value"], by_code["H03"]["n"]) == (pytest.approx(70 * 60 / 3), 3)
    assert (by_code["H03"]["p50_seconds"], by_code["H03"]["p90_seconds"]) == (1800, 1800)
    assert by_code["H03"]["percentiles"] == "exact"
    assert "share" not in by_code["H03"]
    assert (by_code["H11"]["value"], by_code["H11"]["n"]) == (None, 0)


def test_without_data_share_low_and_high_are_null(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    with store.writing() as session:
        a_hall(session)
    answer = asked(capsys, "--measure", "wait", "--limit-seconds", "20")
    standards = [answer["limit"], *(one for one in answer["standards"] if "share" in one)]
    assert {(one["share"], one["low"], one["high"]) for one in standards} == {(None, None, None)}
    assert answer["abandoned"]["share"] is None
    assert answer["durations"]["wait"] == {"count": 0, "mean_seconds": None, "p50_seconds": None, "p90_seconds": None}


def test_any_limit_can_be_asked_for(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    put_visits(store)
    limit = asked(capsys, "--measure", "greeting", "--limit-seconds", "15.001")["limit"]
    assert set(limit) >= SHARE
    assert (limit["met"], limit["missed"], limit["measure"], limit["limit_seconds"]) == (2, 0, "greeting", 15.001)


def test_without_json_people_get_a_table(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    put_visits(store)
    assert main([*PERIOD, "--measure", "wait", "--limit-seconds", "900"]) == 0
    said = capsys.readouterr().out
    assert "H01" in said
    assert "50.00%" in said
    assert "Replayed under 900 s" in said
    assert "completed visits" in said
    assert "median 1,800.0 s, p90 1,800.0 s (percentiles: Exact; every wait that ended" in said


def test_an_unknown_hall_is_refused_with_a_sentence(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*PERIOD, "--json"]) == 1
    assert "There is no hall with the code H1." in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ["--measure", "wait"],
        ["--limit-seconds", "20"],
        ["--measure", "wait", "--limit-seconds", "soon"],
        ["--measure", "wait", "--limit-seconds", "-1"],
        ["--measure", "rating", "--limit-seconds", "4"],
        ["--from", "2026-03-03"],
        ["--to", "yesterday"],
    ],
)
def test_wrong_usage_has_an_exit_code_of_its_own(
    store: Store, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*PERIOD, "--json", *wrong])
    assert ended.value.code == 2
    assert capsys.readouterr().out == ""
