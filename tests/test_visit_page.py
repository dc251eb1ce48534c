"""A visit's page: its stages, its verdicts with their reasons, what was corrected, and the form that corrects."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from actions.amending import correct
from actions.press import Stamp
from analytics.visit import visit_story
from charts.stage_line import StageBar, stage_line
from charts.theme import LIGHT
from models.actor import Actor, Grant, NotAllowed
from models.store import Store
from models.tables import Correction, Hold, Interaction
from standards.vocabulary import Begun, HoldKind, Outcome, Role, Source, Stage
from tests import small_region as small
from tests.factories import MACHINE, ZONE, an_interaction, an_interaction_row, an_observation, at, minutes, seconds
from ui.correction_form import read_time
from ui.keys import Key

Open = Callable[..., AppTest]
HALL = small.ALWAYS_OPEN
CLERK = Actor("c", "clerk", (Grant(Role.CLERK, frozenset({HALL})),), HALL, "101")
OTHER_CLERK = Actor("d", "other", (Grant(Role.CLERK, frozenset({HALL})),), HALL, "102")


def a_visit(store: Store, **named: Any) -> UUID:
    with store.writing() as session:
        plain: dict[str, Any] = {"counter_id": 1, "staff_id": "101", "ticket": "A007"}
        return an_interaction(session, HALL, **(plain | named))


def words_of(opened: AppTest) -> str:
    assert not opened.exception
    drawn = [*opened.title, *opened.header, *opened.subheader, *opened.markdown, *opened.caption]
    drawn += [*opened.info, *opened.warning, *opened.error, *opened.success]
    return "\n".join(str(element.value) for element in drawn)


def see(screen: Open, visit: UUID, account: str = small.SUPERVISOR, lang: str = "en") -> AppTest:
    return screen("visit", account=account, hall=HALL, visit=visit, lang=lang)


def bars(opened: AppTest) -> list[dict[str, Any]]:
    drawn: list[dict[str, Any]] = json.loads(opened.get("plotly_chart")[0].proto.spec)["data"]
    return drawn


def field(visit: UUID, name: str, round_: int = 0) -> str:
    return f"{Key.CORRECTION_FORM}-{name}-{visit}-{round_}"


def submit(opened: AppTest) -> AppTest:
    return next(button for button in opened.button if button.label == "Correct").click().run()


def stored(store: Store, visit: UUID) -> Interaction:
    with store.reading() as session:
        row = an_interaction_row(session, visit, HALL)
        session.expunge(row)
        return row


class TestTheScreen:
    def test_an_address_without_a_visit_says_so(self, small_region: Store, screen: Open) -> None:
        opened = screen("visit", account=small.SUPERVISOR, lang="en")
        assert "Choose a visit from a list" in words_of(opened)

    def test_a_visit_that_is_not_there_is_said_in_words(self, small_region: Store, screen: Open) -> None:
        assert "There is no such visit in this hall." in words_of(see(screen, uuid4()))

    def test_the_missed_standard_comes_first_with_its_reason_and_its_edition(
        self, small_region: Store, screen: Open
    ) -> None:
        visit = a_visit(small_region, handled=minutes(6), greeted_after=seconds(10))
        said = words_of(see(screen, visit))
        assert "A007 · Payment" in said
        assert "Missed 1 of 2: Payment handled" in said
        assert "Handled in 6 min 00 s; the limit is 5 min 00 s." in said
        assert "H05 · State Grid · 2010" in said
        assert "evidence S: Training material" in said
        assert said.index("✗ Missed · 1") < said.index("✓ Met · 1")

    def test_it_speaks_chinese(self, small_region: Store, screen: Open) -> None:
        said = words_of(see(screen, a_visit(small_region), lang="zh"))
        assert "2 项判定中 1 项未达标：居民收费办理时间" in said
        assert "1号窗口" in said

    def test_what_does_not_apply_is_folded_into_one_line(self, small_region: Store, screen: Open) -> None:
        opened = see(screen, a_visit(small_region))
        assert any(folded.label.startswith("Not applicable: ") for folded in opened.expander)

    def test_the_line_of_time_has_a_bar_for_each_stage_in_local_time(self, small_region: Store, screen: Open) -> None:
        opened = see(screen, a_visit(small_region, waited=minutes(5), greeted_after=seconds(10), handled=minutes(6)))
        wait, greeting, handling, *_ = bars(opened)
        assert wait["x"] == ["2026-03-02T10:00:00", "2026-03-02T10:05:00"]
        assert greeting["x"] == ["2026-03-02T10:05:00", "2026-03-02T10:05:10"]
        assert handling["x"] == ["2026-03-02T10:05:10", "2026-03-02T10:11:10"]
        assert "limit 5 min 00 s" in handling["hovertext"]

    def test_a_waiting_visit_is_pending_and_draws_what_there_is(self, small_region: Store, screen: Open) -> None:
        visit = a_visit(small_region, outcome=Outcome.WAITING, arrived_at=datetime.now(UTC) - minutes(3), staff_id=None)
        opened = see(screen, visit)
        assert "No standard judges this visit so far" in words_of(opened)
        assert "Pending" in words_of(opened)
        assert bars(opened)

    def test_all_parts_of_a_visit_are_listed_in_order_and_lead_to_each_other(
        self, small_region: Store, screen: Open
    ) -> None:
        first = a_visit(small_region)
        second = a_visit(
            small_region,
            begun=Begun.ADDED,
            visit_id=first,
            previous_id=first,
            business_type="enquiry",
            arrived_at=at(10),
            queued_at=at(10, 12),
            waited=None,
            started_at=at(10, 12),
            ended_at=at(10, 15),
        )
        opened = see(screen, second)
        assert "This visit has 2 parts" in words_of(opened)
        link, *_ = opened.get("page_link")
        assert link.proto.label.startswith("1. Ticket · A007 · Payment")
        assert str(first) in link.proto.query_string
        assert "▸ **2. Added business · A007 · Enquiry" in words_of(opened)

    def test_holds_marks_and_findings_are_told(self, small_region: Store, screen: Open) -> None:
        visit = a_visit(small_region, attention=True, attention_note="asked twice", held_ms=60_000)
        with small_region.writing() as session:
            an_observation(session, visit, "H11", met=False, branch_id=HALL)
            session.add(
                Hold(
                    branch_id=HALL,
                    interaction_id=visit,
                    kind=HoldKind.PHONE,
                    began_at=at(10, 7),
                    ended_at=at(10, 8),
                )
            )
        said = words_of(see(screen, visit))
        assert "Marked for attention: asked twice" in said
        assert "On hold 10:07:00–10:08:00: Phone interruption" in said
        assert "No taboo sentence used: 1 found in 1 check" in said
        assert "holds of 1 min 00 s not counted" in json.dumps(bars(see(screen, visit)))

    def test_a_link_from_the_figures_leads_back_to_them(self, small_region: Store, screen: Open) -> None:
        visit = a_visit(small_region)
        asked = {"standard": "H05", "from": "2026-03-01", "to": "2026-03-07"}
        opened = screen("visit", account=small.SUPERVISOR, hall=HALL, visit=visit, lang="en", **asked)
        link, *_ = opened.get("page_link")
        assert link.proto.label == "← Back to the figures"
        assert "standard=H05" in link.proto.query_string
        assert "visit=" not in link.proto.query_string


class TestWhoMaySeeWhat:
    def test_a_clerk_does_not_read_whose_visit_another_s_is(self, small_region: Store) -> None:
        visit = a_visit(small_region, attention=True, attention_note="private")
        with small_region.reading() as session:
            others = visit_story(session, OTHER_CLERK, HALL, visit)
            own = visit_story(session, CLERK, HALL, visit)
        assert others is not None
        assert own is not None
        assert (others.parts[0].staff_id, others.parts[0].attention_note, others.parts[0].may_correct) == (
            None,
            None,
            False,
        )
        assert (own.parts[0].staff_id, own.parts[0].attention_note, own.parts[0].may_correct) == (
            "101",
            "private",
            True,
        )

    def test_another_hall_s_visit_is_not_read(self, small_region: Store) -> None:
        visit = a_visit(small_region)
        stranger = Actor("e", "stranger", (Grant(Role.SUPERVISOR, frozenset({small.BY_DAY})),), small.BY_DAY)
        with small_region.reading() as session, pytest.raises(NotAllowed):
            visit_story(session, stranger, HALL, visit)

    def test_who_may_not_correct_sees_no_form(self, small_region: Store, screen: Open) -> None:
        opened = see(screen, a_visit(small_region), account=small.AUDITOR)
        assert not any(button.label == "Correct" for button in opened.button)


class TestTheCorrection:
    def test_it_changes_the_record_and_shows_the_first_one(self, small_region: Store, screen: Open) -> None:
        visit = a_visit(small_region)
        opened = see(screen, visit)
        opened.text_input(key=field(visit, "ended_at")).set_value("10:09:30")
        opened.number_input(key=field(visit, "items")).set_value(2)
        opened.text_input(key=field(visit, "why")).set_value("pressed late")
        said = words_of(submit(opened))
        assert "Corrected. The first record is kept and shown below." in said
        assert "Finished: 2 Mar 2026 10:11:10 → 2 Mar 2026 10:09:30" in said
        assert "Items: 1 → 2" in said
        assert "pressed late" in said
        assert stored(small_region, visit).ended_at == at(10, 9, 30)
        assert stored(small_region, visit).items == 2

    def test_without_a_reason_nothing_is_changed_and_nothing_typed_is_lost(
        self, small_region: Store, screen: Open
    ) -> None:
        visit = a_visit(small_region)
        opened = see(screen, visit)
        opened.text_input(key=field(visit, "ended_at")).set_value("10:09:30")
        submit(opened)
        assert "A reason is needed." in words_of(opened)
        assert opened.text_input(key=field(visit, "ended_at")).value == "10:09:30"
        assert stored(small_region, visit).ended_at == at(10, 11, 10)

    def test_stamps_out_of_order_are_refused_in_words(self, small_region: Store, screen: Open) -> None:
        visit = a_visit(small_region)
        opened = see(screen, visit)
        opened.text_input(key=field(visit, "ended_at")).set_value("10:01:00")
        opened.text_input(key=field(visit, "why")).set_value("wrong")
        assert "Finished can't be before Started." in words_of(submit(opened))

    @pytest.mark.parametrize("typed", ["soon", "25:00:00"])
    def test_what_is_no_time_of_day_is_said_and_stays(self, small_region: Store, screen: Open, typed: str) -> None:
        visit = a_visit(small_region)
        opened = see(screen, visit)
        opened.text_input(key=field(visit, "ended_at")).set_value(typed)
        opened.text_input(key=field(visit, "why")).set_value("wrong")
        assert f"“{typed}” is no time of day" in words_of(submit(opened))
        assert opened.text_input(key=field(visit, "ended_at")).value == typed

    def test_a_record_that_moved_on_is_refused_and_only_what_was_typed_stays(
        self, small_region: Store, screen: Open
    ) -> None:
        visit = a_visit(small_region)
        opened = see(screen, visit)
        with small_region.writing() as session:
            stamp = Stamp(HALL, "elsewhere", at(12), 1)
            correct(session, MACHINE, stamp, interaction_id=visit, changes={"items": 5}, why="counted")
        opened.text_input(key=field(visit, "ended_at")).set_value("10:09:30")
        opened.text_input(key=field(visit, "why")).set_value("pressed late")
        assert "This had moved on" in words_of(submit(opened))
        assert opened.text_input(key=field(visit, "ended_at")).value == "10:09:30"
        assert opened.number_input(key=field(visit, "items")).value == 5
        assert "Corrected." in words_of(submit(opened))
        assert stored(small_region, visit).items == 5
        assert stored(small_region, visit).ended_at == at(10, 9, 30)

    def test_a_stamp_can_be_marked_inaccurate_and_a_record_voided(self, small_region: Store, screen: Open) -> None:
        visit = a_visit(small_region)
        opened = see(screen, visit)
        opened.multiselect(key=field(visit, "inaccurate")).set_value([Stage.GREETED])
        opened.checkbox(key=field(visit, "outcome")).set_value(True)
        opened.text_input(key=field(visit, "why")).set_value("a duplicate")
        said = words_of(submit(opened))
        assert "Outcome: Finished → Void" in said
        assert "Stamps marked inaccurate: (nothing) → Greeted" in said
        assert stored(small_region, visit).outcome is Outcome.VOID
        assert stored(small_region, visit).greeting_ms is None

    def test_submitting_what_was_not_changed_writes_nothing(self, small_region: Store, screen: Open) -> None:
        visit = a_visit(small_region)
        opened = see(screen, visit)
        opened.text_input(key=field(visit, "why")).set_value("no reason at all")
        assert "Nothing would change." in words_of(submit(opened))
        with small_region.reading() as session:
            assert session.exec(select(Correction)).all() == []

    def test_a_clerk_corrects_their_own_visit(self, small_region: Store, screen: Open) -> None:
        visit = a_visit(small_region)
        opened = see(screen, visit, account=small.CLERK)
        opened.number_input(key=field(visit, "items")).set_value(3)
        opened.text_input(key=field(visit, "why")).set_value("three bills")
        assert "Corrected." in words_of(submit(opened))


def test_a_typed_time_is_on_the_day_that_brings_it_nearest() -> None:
    midnight = at(23, 59, 50)
    assert read_time("00:00:10", midnight, ZONE) == midnight + seconds(20)
    assert read_time("23:59", midnight, ZONE) == midnight - seconds(50)
    with pytest.raises(ValueError, match="08:00"):
        read_time("10:09:30+08:00", midnight, ZONE)


def test_a_stage_s_bar_ends_where_the_stage_does_and_its_limit_stands_where_it_was_up() -> None:
    bar = StageBar(
        name="Wait",
        text="5 min",
        begin=at(10),
        end=at(10, 5),
        limits_at=(at(10, 20),),
        reached=True,
        holds=((at(10, 1), at(10, 2)),),
    )
    drawn = stage_line([bar], LIGHT, zone=ZONE, hold="On hold").to_dict()
    stretch, holds, limits = drawn["data"]
    assert [moment.isoformat() for moment in stretch["x"]] == ["2026-03-02T10:00:00", "2026-03-02T10:05:00"]
    assert stretch["line"]["color"] == LIGHT.met
    assert holds["x"] == [timedelta(minutes=1) / timedelta(milliseconds=1)]
    assert [moment.isoformat() for moment in limits["x"]] == ["2026-03-02T10:20:00"]


def test_a_rating_is_for_the_supervisor_and_never_for_whoever_was_rated(small_region: Store, screen: Open) -> None:
    visit = a_visit(small_region, staff_id="101", rating=2, rating_tags="slow attitude")
    shown = words_of(screen("visit", account=small.SUPERVISOR, hall=HALL, visit=visit, lang="en"))
    assert "Rated 2 of 5 (Handled too slowly, Attitude)" in shown
    assert "Rating: satisfied or better" in shown
    hidden = words_of(screen("visit", account=small.CLERK, hall=HALL, visit=visit, lang="en"))
    assert "Rated" not in hidden
    assert "Rating: satisfied" not in hidden


def test_a_stamp_from_elsewhere_names_its_source(small_region: Store, screen: Open) -> None:
    told = {"source": Source.DEVICE, "stamp_sources": "greeted_at=staff", "served_source": Source.STAFF}
    visit = a_visit(small_region, **told)
    opened = screen("visit", account=small.SUPERVISOR, hall=HALL, visit=visit, lang="en")
    stages = next(table.value for table in opened.table if "Stage" in table.value.columns)
    assert dict(zip(stages["Stage"], stages["Source"], strict=True))["Greeted"] == "Staff entry"
    assert set(stages["Source"]) == {"", "Staff entry"}
