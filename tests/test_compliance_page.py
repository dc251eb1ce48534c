"""The compliance page: which standard is below its target, where, and what stands behind it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from analytics.directory import Hall, halls
from analytics.people import staff
from analytics.profile import profile
from analytics.selection import Selection
from analytics.shares import shares
from analytics.standard_share import StandardShare
from charts.share_course import share_course
from charts.share_marks import ShareMark, share_marks
from charts.theme import LIGHT
from charts.time_course import TimeMark, time_course
from models.actor import Actor, Grant
from models.standing import row_of, standard_of
from models.store import Store
from models.tables import ServiceStandard
from standards.standard import Standard
from standards.vocabulary import Dimension, Outcome, Role
from tests import small_region as small
from tests.conftest import RunningApp
from tests.factories import DAY, MACHINE, an_interaction, an_observation, at, minutes, seconds
from ui.keys import Key
from ui.narrowing import groupings
from ui.share_words import shortened

Open = Callable[..., AppTest]
HALL = small.ALWAYS_OPEN
PERIOD = {"from": "2026-03-01", "to": "2026-03-07"}


def visits(session: Session, count: int, **named: Any) -> None:
    for _ in range(count):
        an_interaction(session, HALL, **named)


def a_busy_week(store: Store) -> None:
    """Twenty-five payments at ten, five of them too long at counter 2; one at three in the afternoon."""
    with store.writing() as session:
        visits(session, 20, counter_id=1, staff_id="101", handled=minutes(4))
        visits(session, 5, counter_id=2, staff_id="101", handled=minutes(9), ticket="A900")
        visits(session, 1, counter_id=1, staff_id="101", arrived_at=at(15), handled=minutes(4))


def see(screen: Open, account: str = small.SUPERVISOR, lang: str = "en", **asked: Any) -> AppTest:
    return screen("compliance", account=account, lang=lang, **({"hall": HALL} | PERIOD | asked))


def words_of(opened: AppTest) -> str:
    assert not opened.exception
    drawn = [*opened.title, *opened.subheader, *opened.markdown, *opened.caption, *opened.info, *opened.error]
    return "\n".join(str(element.value) for element in drawn)


def figure(opened: AppTest, key: Key) -> dict[str, Any]:
    [chart] = [chart for chart in opened.get("plotly_chart") if f"-{key}" in chart.proto.id]
    drawn: dict[str, Any] = json.loads(chart.proto.spec)
    return drawn


def names_in(drawn: dict[str, Any]) -> str:
    return "\n".join(text["text"] for text in drawn["layout"]["annotations"])


def standard_of_code(store: Store, code: str) -> Standard:
    with store.reading() as session:
        return standard_of(session.exec(select(ServiceStandard).where(ServiceStandard.code == code)).one())


class TestTheScreen:
    def test_an_empty_hall_says_that_there_is_no_data(self, small_region: Store, screen: Open) -> None:
        assert "No data" in words_of(see(screen))

    def test_one_visit_is_shown_with_its_n_and_not_judged(self, small_region: Store, screen: Open) -> None:
        with small_region.writing() as session:
            an_interaction(session, HALL)
        opened = see(screen)
        assert "Too few cases to judge any standard" in words_of(opened)
        marks = figure(opened, Key.COMPLIANCE_STANDARDS)
        assert "100.0% (n=1)<br>Too few to judge" in names_in(marks)
        assert set(marks["data"][3]["marker"]["color"]) == {LIGHT.neutral}

    def test_the_sentence_names_the_standard_furthest_below_its_target(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        said = words_of(see(screen))
        assert "1 of 3 standards below target beyond chance; furthest below: Payment handled 80.8% (n=26)" in said
        assert "**Average queue wait**: 5 min 00 s (n=26); median 5 min 00 s, p90 5 min 00 s · on average" in said
        assert "on average at most 15 min · Met" in said
        assert "Share abandoned 0.0% (n=26)" in said

    def test_what_has_no_data_stands_in_one_line(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        [line] = [text.value for text in see(screen).caption if str(text.value).startswith("No data: ")]
        assert "First person asked owns the case" in line
        assert "Greeted within 15 s of arrival at the counter" not in line

    def test_it_speaks_chinese(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        said = words_of(see(screen, lang="zh"))
        assert "3 项标准中 1 项低于目标且超出正常波动" in said
        assert "差距最大：居民收费办理时间 80.8% (n=26)" in said

    def test_where_it_is_missed_is_a_button_that_narrows_the_view(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        opened = see(screen)
        [button] = [button for button in opened.button if "10:00–11:00" in button.label]
        assert button.label == "→ 10:00–11:00: 5 of 5 missed · 80.0% (n=25)"
        button.click().run()
        assert "Narrowed to **10:00–11:00**" in words_of(opened)
        assert opened.query_params["hour"] == "10"
        next(button for button in opened.button if button.label == "Show all again").click().run()
        assert "hour" not in opened.query_params

    def test_the_visits_behind_the_figure_are_the_missed_ones_each_with_its_page(
        self, small_region: Store, screen: Open
    ) -> None:
        a_busy_week(small_region)
        lines = see(screen).dataframe[0].value
        assert list(lines["Number"]) == ["A900"] * 5
        assert set(lines["Handling time"]) == {"9 min 00 s"}
        assert all(page.startswith("visit?hall=DEMO-01&visit=") for page in lines["Page"])
        met = see(screen, verdict="met").dataframe[0].value
        assert len(met) == 21

    def test_a_link_is_the_same_view_in_either_language(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        asked = {"standard": "H01", "tab": "counter", "business": "payment"}
        for lang in ("en", "zh"):
            opened = see(screen, lang=lang, **asked)
            assert opened.query_params["standard"] == "H01"
            drawn = figure(opened, Key.COMPLIANCE_GROUPS)
            assert sorted(drawn["data"][0]["customdata"]) == ["1", "2"]

    def test_the_table_has_every_standard_with_its_interval_target_and_source(
        self, small_region: Store, screen: Open
    ) -> None:
        a_busy_week(small_region)
        table = see(screen).dataframe[1].value.set_index("Standard")
        payment = table.loc["H05 Payment handled"]
        assert payment["Figure"] == "80.8% (n=26)"
        assert payment["95% interval"] == "62–92%"
        assert payment["Target"] == "95.0%"
        assert payment["Source"] == "Staff entry"
        assert payment["Judgement"] == "Below target"

    def test_an_edition_that_changes_within_the_period_shows_both_rows(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        newer = replace(
            standard_of_code(small_region, "H05"), edition="2026", in_force_from=date(2026, 3, 3), limit=600_000
        )
        with small_region.writing() as session:
            session.add(row_of(newer))
            visits(session, 20, arrived_at=at(10, day=date(2026, 3, 4)), handled=minutes(9))
        drawn = names_in(figure(see(screen), Key.COMPLIANCE_STANDARDS))
        assert "Payment handled (2010)" in drawn
        assert "Payment handled (2026)" in drawn

    def test_times_say_how_their_percentiles_were_found(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        opened = see(screen)
        times = opened.table[0].value
        assert list(times["Measure"]) == ["Wait", "Greeting delay", "Handling time"]
        assert list(times["Cases"]) == ["26", "26", "26"]
        assert list(times["p90"]) == ["5 min 00 s", "10 s", "9 min 00 s"]
        assert "Percentiles: Exact." in words_of(opened)

    def test_findings_are_counted_by_group(self, small_region: Store, screen: Open) -> None:
        with small_region.writing() as session:
            visit = an_interaction(session, HALL)
            an_observation(session, visit, "H11", met=False, branch_id=HALL)
        opened = see(screen, standard="H11")
        assert "No taboo sentence used" in words_of(opened)
        assert "1 found in 1 check" in words_of(opened)
        assert list(opened.table[0].value["Findings"]) == [1]

    def test_a_mean_is_drawn_against_its_limit(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        drawn = figure(see(screen, standard="H03"), Key.COMPLIANCE_GROUPS)
        assert drawn["layout"]["shapes"][0]["y0"] == 15
        assert [trace.get("name") for trace in drawn["data"]][:3] == ["p90", "Median", "Mean"]

    def test_a_mean_stands_with_its_median_and_p90_and_says_which_waits_it_is_over(
        self, small_region: Store, screen: Open
    ) -> None:
        a_busy_week(small_region)
        with small_region.writing() as session:
            for _ in range(4):
                an_interaction(session, HALL, outcome=Outcome.LEFT, waited=minutes(20))
        opened = see(screen, standard="H03")
        said = words_of(opened)
        assert "7 min 00 s (n=30); median 5 min 00 s, p90 20 min 00 s" in said
        assert "Over every wait that ended: called, left or no-show." in said
        assert "Over completed visits. Percentiles: Exact." in said
        assert (
            "(n=30); median" in opened.dataframe[1].value.set_index("Standard").loc["H03 Average queue wait", "Figure"]
        )

    def test_a_mean_of_two_editions_has_the_percentiles_of_both(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        newer = replace(standard_of_code(small_region, "H03"), edition="2026", in_force_from=date(2026, 3, 3))
        with small_region.writing() as session:
            session.add(row_of(newer))
            visits(session, 26, arrived_at=at(10, day=date(2026, 3, 4)), waited=minutes(9))
        assert "7 min 00 s (n=52); median 5 min 00 s, p90 9 min 00 s" in words_of(see(screen, standard="H03"))


@pytest.mark.browser
def test_a_click_on_a_row_looks_into_its_standard_and_a_visit_s_row_opens_its_page(
    small_region: Store, app: RunningApp, browser: Browser
) -> None:
    a_busy_week(small_region)
    page = browser.new_page(viewport={"width": 1440, "height": 2400}, locale="en-GB")
    asked = urlencode({"as": small.SUPERVISOR, "hall": HALL, "lang": "en"} | PERIOD)
    page.goto(f"{app.url}/compliance?{asked}")
    rows = page.locator(".js-plotly-plot").first
    # A figure listens for clicks only some time after it is there to be seen.
    for _ in range(10):
        rows.locator(".barlayer .point").nth(1).click(force=True)
        with suppress(PlaywrightTimeout):
            page.wait_for_url("**standard=H01**", timeout=5_000)
            break
    page.wait_for_url("**standard=H01**")
    page.get_by_text("Visits behind it: Greeted within 15 s").wait_for()
    listed = page.get_by_test_id("stDataFrame").first
    listed.locator("canvas").first.wait_for()
    listed.click(position={"x": 18, "y": 54})
    page.wait_for_url("**/visit?**")
    page.get_by_text("Back to the figures").click()
    page.wait_for_url("**/compliance?**standard=H01**")
    page.close()


class TestResultsByPerson:
    def test_a_supervisor_may_look_by_person_but_never_at_waits(self, small_region: Store) -> None:
        head = Actor("h", "head", (Grant(Role.SUPERVISOR, frozenset({HALL})),), HALL)
        hall = _hall(small_region, head)
        assert [by.value for by in groupings(head, hall, chargeable=True)][-2:] == ["counter", "staff"]
        assert {by.value for by in groupings(head, hall, chargeable=False)} == {
            "hour",
            "day",
            "business_type",
            "channel",
        }

    def test_a_clerk_gets_no_grouping_by_person_and_no_names(self, small_region: Store) -> None:
        clerk = Actor("c", "clerk", (Grant(Role.CLERK, frozenset({HALL})),), HALL, "101")
        hall = _hall(small_region, clerk)
        assert "staff" not in {by.value for by in groupings(clerk, hall, chargeable=True)}
        with small_region.reading() as session:
            assert staff(session, clerk, HALL) == ()

    def test_a_link_to_a_person_s_results_is_refused_in_words_to_who_may_not_see_them(
        self, small_region: Store, screen: Open
    ) -> None:
        a_busy_week(small_region)
        opened = see(screen, account=small.ADMINISTRATOR, staff="101")
        assert "You may not do this here: See results by person." in words_of(opened)

    def test_at_a_counter_the_waits_are_left_out_and_it_says_so(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        opened = see(screen, counter=2)
        said = words_of(opened)
        assert "Waits are not charged to a counter or a person" in said
        assert "Average queue wait" not in said
        assert list(opened.table[0].value["Measure"]) == ["Greeting delay", "Handling time"]


class TestTheFiveDimensions:
    def test_a_dimension_is_the_weighted_mean_of_the_standards_that_have_data(self, small_region: Store) -> None:
        a_busy_week(small_region)
        asked = Selection(branch_ids=(HALL,), first_on=DAY, last_on=DAY)
        with small_region.reading() as session:
            dimensions = {one.dimension: one for one in profile(shares(session, MACHINE, asked, now=at(20)))}
        response = dimensions[Dimension.RESPONSIVENESS]
        # Greeted in time (weight 2, all of 26) and payments handled in time (weight 1, 21 of 26).
        assert {share.code for share in response.behind} == {"H01", "H05"}
        assert response.share == pytest.approx((2 * 1 + 21 / 26) / 3)
        assert response.target == pytest.approx((2 * 0.9 + 0.95) / 3)
        assert response.reached is True
        assert {share.code for share in response.without_data} >= {"H01D"}
        assert dimensions[Dimension.TANGIBLES].share is None
        assert dimensions[Dimension.TANGIBLES].reached is None

    def test_a_dimension_that_rests_on_a_handful_is_not_judged(self, small_region: Store) -> None:
        standard = standard_of_code(small_region, "H13")
        few = StandardShare((standard,), DAY, DAY, met=19)
        enough = StandardShare((replace(standard, code="H09"),), DAY, DAY, met=20)
        by_dimension = {one.dimension: one for one in profile([few, enough])}
        assert by_dimension[Dimension.TANGIBLES].few
        assert not {one.dimension: one for one in profile([enough])}[Dimension.TANGIBLES].few

    def test_editions_of_one_standard_count_once(self, small_region: Store) -> None:
        standard = standard_of_code(small_region, "H13")
        older = StandardShare((standard,), DAY, DAY, met=30)
        newer = StandardShare((replace(standard, edition="2026"),), DAY, DAY, met=0, missed=10)
        [tangibles] = [one for one in profile([older, newer]) if one.dimension is Dimension.TANGIBLES]
        assert tangibles.share == 0.75

    def test_the_profile_is_drawn_with_what_stands_behind_it(self, small_region: Store, screen: Open) -> None:
        a_busy_week(small_region)
        opened = see(screen)
        assert "93.6% (n=52)" in names_in(figure(opened, Key.COMPLIANCE_PROFILE))
        assert "Greeted within 15 s of arrival at the counter 100.0% (n=26), weight 2" in words_of(opened)


A_MARK = ShareMark(key="H05", name="Payment", text="80%", share=0.8, low=0.7, high=0.9, target=0.95)


class TestTheFigures:
    def test_a_row_holds_share_interval_and_target(self) -> None:
        area, interval, target, point = share_marks([replace(A_MARK, reached=False)], LIGHT).to_dict()["data"]
        assert list(interval["x"])[:2] == [0.7, 0.9]
        assert list(target["x"]) == [0.95]
        assert list(point["x"]) == [0.8]
        assert (point["marker"]["symbol"][0], point["marker"]["color"][0]) == ("diamond", LIGHT.missed)
        assert list(area["customdata"]) == ["H05"]

    def test_a_mark_without_judgement_has_no_colour(self) -> None:
        point = share_marks([replace(A_MARK, reached=None)], LIGHT).to_dict()["data"][3]
        assert (point["marker"]["symbol"][0], point["marker"]["color"][0]) == ("circle-open", LIGHT.neutral)

    def test_the_scale_begins_below_everything_that_can_be_judged(self) -> None:
        drawn = share_marks([replace(A_MARK, low=0.42, reached=False)], LIGHT).to_dict()
        assert drawn["layout"]["xaxis"]["range"][0] <= 0.42

    def test_a_course_shows_each_group_with_its_cases(self) -> None:
        marks = [
            replace(A_MARK, key="9", name="9:00", reached=True),
            replace(A_MARK, key="10", name="10:00", share=None, low=None, high=None),
        ]
        _, _, points, cases = share_course(marks, [40, 0], LIGHT, cases_title="Judged").to_dict()["data"]
        assert list(points["x"]) == ["9:00"]
        assert points["error_y"]["array"] == [pytest.approx(0.1)]
        assert list(cases["y"]) == [40, 0]

    def test_times_are_drawn_in_minutes_below_and_above_their_limit(self) -> None:
        marks = [
            TimeMark(key="9", name="9:00", cases=40, mean=minutes(6), median=minutes(4), p90=seconds(930), reached=True)
        ]
        drawn = time_course(
            marks,
            LIGHT,
            limit=minutes(15),
            words=("Mean", "Median", "p90"),
            minutes_title="Minutes",
            cases_title="Cases",
        ).to_dict()
        p90, median, mean, cases = drawn["data"]
        assert (list(p90["y"]), list(median["y"]), list(mean["y"]), list(cases["y"])) == ([15.5], [4.0], [6.0], [40])

    def test_a_long_name_loses_its_brackets_before_its_words(self) -> None:
        assert (
            shortened("Five greeting principles (timing, distance, eye contact, smile)") == "Five greeting principles"
        )
        assert shortened("x" * 60).endswith("…")
        assert shortened("Payment handled") == "Payment handled"


def _hall(store: Store, actor: Actor) -> Hall:
    with store.reading() as session:
        return next(hall for hall in halls(session, actor) if hall.id == HALL)
