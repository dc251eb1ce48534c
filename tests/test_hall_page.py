"""The page of halls side by side: missing data first, then signals, funnel and table; no rank, links with filters."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from charts.theme import LIGHT
from models.store import Store
from standards.vocabulary import Outcome
from tests import small_region as small
from tests.factories import DAY, an_interaction, an_observation, at, minutes, seconds
from ui.keys import Key

Open = Callable[..., AppTest]
DAYS = {"from": DAY.isoformat(), "to": DAY.isoformat()}


def put_greetings(store: Store, hall: str, met: int, missed: int = 0, day: date = DAY) -> None:
    with store.writing() as session:
        for number in range(met + missed):
            after = seconds(10 if number < met else 40)
            an_interaction(session, hall, arrived_at=at(9 + number % 3, number % 60, day=day), greeted_after=after)


def see(screen: Open, account: str = small.MANAGER, lang: str = "en", **asked: Any) -> AppTest:
    opened = screen("halls", account=account, **(DAYS | {"standard": "H01", "lang": lang} | asked))
    assert not opened.exception
    return opened


def words_of(opened: AppTest) -> str:
    drawn = [*opened.title, *opened.subheader, *opened.markdown, *opened.caption]
    drawn += [*opened.info, *opened.warning, *opened.error, *opened.success]
    return "\n".join(str(element.value) for element in drawn)


def figures_table(opened: AppTest) -> pd.DataFrame:
    table: pd.DataFrame = next(
        frame.value for frame in opened.dataframe if {"hall", "hall_class"} <= set(frame.value.columns)
    )
    return table.set_index(table["hall"].str.partition("#")[2])


def funnel_traces(opened: AppTest) -> dict[str, dict[str, Any]]:
    return {trace.get("name"): trace for trace in json.loads(opened.get("plotly_chart")[0].proto.spec)["data"]}


@pytest.fixture
def two_halls(small_region: Store) -> Store:
    """The hall by day met the greeting in 20 of 60, the one round the clock in 60 of 60."""
    put_greetings(small_region, small.BY_DAY, met=20, missed=40)
    put_greetings(small_region, small.ALWAYS_OPEN, met=60)
    return small_region


@pytest.mark.usefixtures("small_region")
def test_without_visits_every_hall_is_told_as_missing_and_nothing_is_drawn(screen: Open) -> None:
    opened = see(screen)
    assert "Data is complete in 0 of 2 halls." in words_of(opened)
    assert words_of(opened).count("no data in the whole period.") == 2
    assert "No data for H01 in this period." in words_of(opened)
    assert not opened.get("plotly_chart")


@pytest.mark.usefixtures("embedded_store")
def test_without_halls_a_sentence_says_so(screen: Open) -> None:
    from models.settings import DEMO, put_setting
    from models.store import store as store_of
    from models.tables import Account, RoleGrant
    from standards.vocabulary import Role

    with store_of().writing() as session:
        account = Account(name="demo-manager", demo=True)
        session.add(account)
        session.flush()
        session.add(RoleGrant(account_id=account.id, role=Role.REGIONAL_MANAGER, scope="*"))
        put_setting(session, DEMO, "empty")
    assert "No hall is set up for you yet." in words_of(see(screen))


@pytest.mark.usefixtures("two_halls")
def test_what_is_missing_stands_before_every_figure(screen: Open) -> None:
    kinds = [element.type for element in see(screen).main]
    assert kinds.index("success") < kinds.index("plotly_chart")
    assert kinds.index("success") < kinds.index("markdown")


@pytest.mark.usefixtures("two_halls")
def test_halls_beyond_chance_are_named_with_share_n_and_interval(screen: Open) -> None:
    said = words_of(see(screen))
    assert "Against the region's mean of 66.7%, 1 of 2 halls lie below what chance allows and 1 above it." in said
    assert "East Hall **33.3%** (n=60) · 95% interval 22–46% · Below the 99.8% limits" in said
    assert "Downtown Hall **100.0%** (n=60)" in said


@pytest.mark.usefixtures("two_halls")
def test_the_centre_can_be_the_target(screen: Open) -> None:
    said = words_of(see(screen, measure="target"))
    assert "Against the target of 90.0%, 1 of 2 halls lie below" in said


def test_a_hall_with_too_few_cases_is_neither_coloured_nor_ranked(small_region: Store, screen: Open) -> None:
    put_greetings(small_region, small.BY_DAY, met=5, missed=14)
    put_greetings(small_region, small.ALWAYS_OPEN, met=60)
    opened = see(screen)
    assert "**Too few to judge**\n- East Hall **26.3%** (n=19)" in words_of(opened)
    few = funnel_traces(opened)["Too few to judge"]
    assert few["customdata"] == [[small.BY_DAY]]
    assert few["marker"]["color"] == LIGHT.muted
    assert few["marker"]["symbol"] == "circle-open"
    row = figures_table(opened).loc["East Hall"]
    assert pd.isna(row["share"])
    assert row["place"] == "Too few to judge (26.3%)"
    assert row["n"] == 19


def test_one_more_case_and_the_hall_is_compared(small_region: Store, screen: Open) -> None:
    put_greetings(small_region, small.BY_DAY, met=6, missed=14)
    put_greetings(small_region, small.ALWAYS_OPEN, met=60)
    opened = see(screen)
    assert "Too few to judge" not in funnel_traces(opened)
    assert figures_table(opened).loc["East Hall", "share"] == pytest.approx(0.3)


@pytest.mark.usefixtures("two_halls")
def test_the_table_has_no_rank_and_links_that_carry_hall_standard_and_days(screen: Open) -> None:
    table = figures_table(see(screen))
    assert "rank" not in {str(name).lower() for name in table.columns}
    assert list(table.index) == ["Downtown Hall", "East Hall"]
    link = urlsplit(table.loc["East Hall", "hall"])
    assert link.path == "compliance"
    asked = {name: values[0] for name, values in parse_qs(link.query).items()}
    wanted = {"hall": small.BY_DAY, "standard": "H01", **DAYS, "as": small.MANAGER}
    assert wanted.items() <= asked.items()


@pytest.mark.usefixtures("two_halls")
def test_the_view_stands_in_the_address(screen: Open) -> None:
    opened = see(screen, standard="H05", measure="target")
    kept = {name: opened.query_params[name] for name in ("standard", "measure", "from", "to")}
    assert kept == {"standard": "H05", "measure": "target", **DAYS}
    opened.selectbox(Key.HALLS_STANDARD).select("H01").run()
    assert opened.query_params["standard"] == "H01"


@pytest.mark.usefixtures("two_halls")
def test_a_supervisor_of_one_hall_sees_theirs_alone(screen: Open) -> None:
    opened = see(screen, account=small.DAY_SUPERVISOR)
    assert "You may see one hall" in words_of(opened)
    assert "Downtown" not in words_of(opened)
    assert list(figures_table(opened).index) == ["East Hall"]
    marks = [trace for trace in funnel_traces(opened).values() if "customdata" in trace]
    assert [trace["customdata"] for trace in marks] == [[[small.BY_DAY]]]


@pytest.mark.usefixtures("two_halls")
def test_a_mean_has_no_funnel_but_its_times_against_the_limit(screen: Open) -> None:
    opened = see(screen, standard="H03")
    said = words_of(opened)
    assert "A funnel plot is for shares." in said
    assert "In 0 of 2 halls the mean is over the limit: on average at most 15 min." in said
    table = figures_table(opened)
    assert table.loc["East Hall", "mean"] == pytest.approx(300)
    assert "share" not in table
    assert {"abandoned", "tickets", "p50", "p90", "attention"} <= set(table.columns)


def test_the_percentiles_beside_a_mean_are_of_every_wait_that_ended(small_region: Store, screen: Open) -> None:
    put_greetings(small_region, small.BY_DAY, met=20)
    with small_region.writing() as session:
        for _ in range(20):
            an_interaction(session, small.BY_DAY, waited=minutes(25), outcome=Outcome.LEFT)
    opened = see(screen, standard="H03")
    row = figures_table(opened).loc["East Hall"]
    assert (row["mean"], row["p50"], row["p90"], row["n"]) == (900, 300, 1500, 40)
    assert (
        "Mean, median and p90 are of the same cases. Over every wait that ended: called, left or no-show."
        in words_of(opened)
    )


def test_a_mean_of_few_cases_is_told_but_not_sorted(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        an_interaction(session, small.BY_DAY, waited=minutes(40))
    opened = see(screen, standard="H03")
    row = figures_table(opened).loc["East Hall"]
    assert "mean" not in row
    assert row["place"] == "Too few to judge (40 min 00 s)"


def test_findings_are_counted_without_a_funnel(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        visit = an_interaction(session, small.BY_DAY)
        an_observation(session, visit, "H11", met=False, branch_id=small.BY_DAY)
    opened = see(screen, standard="H11")
    assert "findings are counted in the table" in words_of(opened)
    assert figures_table(opened).loc["East Hall", "findings"] == 1
    assert not opened.get("plotly_chart")


def test_the_period_before_is_compared_in_points(small_region: Store, screen: Open) -> None:
    put_greetings(small_region, small.BY_DAY, met=30, missed=30)
    put_greetings(small_region, small.BY_DAY, met=15, missed=45, day=DAY - timedelta(days=1))
    assert figures_table(see(screen)).loc["East Hall", "change"] == pytest.approx(0.25)


@pytest.mark.usefixtures("two_halls")
def test_the_same_link_opens_in_chinese(screen: Open) -> None:
    opened = see(screen, lang="zh")
    assert opened.title[0].value == "厅际比较"
    assert "城东营业厅" in figures_table(opened).index
    assert "East Hall" not in words_of(opened)


@pytest.mark.usefixtures("two_halls")
def test_every_hall_has_its_panel_on_the_same_axes(screen: Open) -> None:
    layout = json.loads(see(screen).get("plotly_chart")[1].proto.spec)["layout"]
    ranges = {tuple(axis["range"]) for name, axis in layout.items() if name.startswith("yaxis")}
    assert len(ranges) == 1
    assert [note["text"].partition("<br>")[0] for note in layout["annotations"]] == ["Downtown Hall", "East Hall"]
