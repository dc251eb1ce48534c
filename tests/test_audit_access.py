"""Files that were taken and personal data that was looked at stand in the trail: once, with what was asked for."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from actions.access import ONCE_IN, Matter, note_export, note_view
from models.actor import Actor, Grant, NotAllowed
from models.audit_check import check_chains
from models.store import Store
from models.tables import BranchPulse
from standards.vocabulary import Role
from tests import small_region as small
from tests.conftest import ROOT
from tests.factories import an_interaction
from tests.trails import lines_of
from ui.downloads import Taken, draw_download

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
LOOKER = Actor("1", "looker", (Grant(Role.AUDITOR, frozenset({"H1", "H2"})),), origin="10.0.0.7", session_id="one")
SHOWN: dict[str, Any] = {"from": "2026-03-01", "staff": "101", "hour": None}


def seen(session: Session, who: Actor = LOOKER, after: timedelta = timedelta(), **filters: Any) -> int:
    asked = SHOWN | filters
    return note_view(session, who, ["H1"], Matter.RESULTS_BY_PERSON, asked, 12, now=NOW + after)


def test_a_file_that_is_taken_stands_in_each_hall_with_its_filters_and_rows(empty_store: Store) -> None:
    with empty_store.writing() as session:
        note_export(session, LOOKER, ["H2", "H1", "H2"], Matter.VISITS, SHOWN, 12, now=NOW)
        for hall in ("H1", "H2"):
            (line,) = lines_of(session, hall)
            assert (line.action, line.subject, line.actor, line.origin) == ("export", "visits", "looker", "10.0.0.7")
            assert line.after == {"export": {"from": "2026-03-01", "staff": "101", "rows": 12}}
        assert check_chains(session).count == 0


def test_every_file_that_is_taken_counts(empty_store: Store) -> None:
    with empty_store.writing() as session:
        for _ in range(3):
            note_export(session, LOOKER, ["H1"], Matter.VISITS, SHOWN, 12, now=NOW)
        assert len(lines_of(session)) == 3


def test_the_same_view_of_a_session_counts_once_in_ten_minutes(empty_store: Store) -> None:
    with empty_store.writing() as session:
        assert [seen(session), seen(session), seen(session, after=ONCE_IN - timedelta(seconds=1))] == [1, 0, 0]
        assert seen(session, after=ONCE_IN) == 1
        assert len(lines_of(session)) == 2


def test_another_session_another_person_and_another_view_count_for_themselves(empty_store: Store) -> None:
    with empty_store.writing() as session:
        assert seen(session) == 1
        assert seen(session, replace(LOOKER, session_id="two")) == 1
        assert seen(session, replace(LOOKER, name="other")) == 1
        assert seen(session, staff="102") == 1
        assert note_view(session, LOOKER, ["H1"], Matter.VISITS, SHOWN, 12, now=NOW) == 1


def test_looking_moves_no_hall(empty_store: Store) -> None:
    with empty_store.writing() as session:
        seen(session)
        assert session.get(BranchPulse, "H1") is None


@pytest.mark.parametrize("grants", [(), LOOKER.grants, (Grant(Role.DEVICE, None),)])
def test_whoever_may_not_see_a_hall_takes_nothing_from_it(empty_store: Store, grants: tuple[Grant, ...]) -> None:
    other = replace(LOOKER, grants=grants)
    with empty_store.writing() as session:
        for note in (note_export, note_view):
            with pytest.raises(NotAllowed):
                note(session, other, ["H1", "H3", "*"], Matter.VISITS, SHOWN, 12, now=NOW)
        assert lines_of(session) == lines_of(session, "*") == []


def test_what_belongs_to_no_hall_is_taken_by_whoever_sees_one(empty_store: Store) -> None:
    with empty_store.writing() as session:
        note_export(session, LOOKER, ["*"], Matter.ACCOUNTS, {}, 3, now=NOW)
        assert [line.action for line in lines_of(session, "*")] == ["export"]
        for grants in ((), (Grant(Role.DEVICE, None),)):
            with pytest.raises(NotAllowed):
                note_export(session, replace(LOOKER, grants=grants), ["*"], Matter.ACCOUNTS, {}, 3, now=NOW)


def test_no_screen_gives_files_past_the_trail() -> None:
    callers = {
        file.relative_to(ROOT).as_posix()
        for room in ("ui", "pages", "web")
        for file in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "download_button"
    }
    # The copy of the backups' key stands in the trail from the moment when it is made, with its reason.
    assert callers <= {"ui/downloads.py", "ui/system_backups.py"}


Screen = Callable[..., AppTest]


def actions_of(target: Store, hall: str = small.ALWAYS_OPEN) -> list[tuple[str, str, str]]:
    with target.reading() as session:
        noted = [line for line in lines_of(session, hall) if line.action in {"export", "view_personal"}]
    return [(line.actor, line.action, line.subject) for line in noted]


def test_a_visit_that_somebody_else_served_is_noted_once_and_ones_own_never(
    small_region: Store, screen: Screen
) -> None:
    with small_region.writing() as session:
        visit = an_interaction(session, small.ALWAYS_OPEN, staff_id="101")
    for account in (small.CLERK, small.SUPERVISOR, small.SUPERVISOR):
        opened = screen("visit", account=account, lang="en", hall=small.ALWAYS_OPEN, visit=visit)
        assert not opened.exception
        opened.run()
    assert actions_of(small_region) == [(small.SUPERVISOR, "view_personal", "visit")]


def test_results_by_person_are_noted_with_whose_they_were(small_region: Store, screen: Screen) -> None:
    with small_region.writing() as session:
        an_interaction(session, small.ALWAYS_OPEN, staff_id="101")
    asked = {"hall": small.ALWAYS_OPEN, "from": "2026-03-01", "to": "2026-03-03", "staff": "101"}
    for account in (small.SUPERVISOR, small.ADMINISTRATOR):
        assert not screen("compliance", account=account, lang="en", **asked).exception
    assert actions_of(small_region) == [(small.SUPERVISOR, "view_personal", "results_by_person")]
    with small_region.reading() as session:
        (line,) = (line for line in lines_of(session, small.ALWAYS_OPEN) if line.action == "view_personal")
    assert json.loads(json.dumps(line.after))["view_personal"]["staff"] == "101"


class Place:
    """Where a button is drawn: it keeps what the button gives when it is pressed."""

    def download_button(self, _label: str, data: Callable[[], bytes], *_: Any, **__: Any) -> None:
        self.pressed = data


def test_a_file_is_given_only_once_its_line_stands_in_the_trail(small_region: Store) -> None:
    who = Actor("1", "looker", (Grant(Role.AUDITOR, None),))
    place, hall = Place(), small.ALWAYS_OPEN
    taken = Taken(who, (hall,), Matter.DAY_REPORT, 7, {"day": "2026-03-02"})
    draw_download(place, "XLSX", lambda: b"content", "report.xlsx", "text/plain", key="k", taken=taken)
    assert actions_of(small_region) == []
    assert place.pressed() == b"content"
    assert actions_of(small_region) == [("looker", "export", "day_report")]
    draw_download(place, "XLSX", lambda: b"", "x", "x", key="k", taken=replace(taken, who=replace(who, grants=())))
    with pytest.raises(NotAllowed):
        place.pressed()


def test_the_report_offers_its_files_through_the_one_button(small_region: Store, screen: Screen) -> None:
    opened = screen("day-report", account=small.SUPERVISOR, lang="en", hall=small.ALWAYS_OPEN)
    assert not opened.exception
    assert len(opened.get("download_button")) == 2
    assert actions_of(small_region) == []
