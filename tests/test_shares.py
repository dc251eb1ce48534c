"""The shares against a naive recount: every interaction put before the judge, one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import delete
from sqlmodel import Session, select

from actions.bulk import add_interactions
from analytics import durations
from analytics.durations import Percentiles
from analytics.facts import checks_of, facts_of
from analytics.replay import what_if
from analytics.selection import By, Selection
from analytics.shares import StandardShare, grouped_shares, replayed, shares, together
from analytics.spread import Spread
from analytics.statistics import nearest_rank
from analytics.visits import visits_behind
from models.actor import Actor, Grant, NotAllowed
from models.standing import catalogue
from models.store import Store
from models.tables import Branch, Interaction, ServiceStandard, new_id
from standards.catalogue import CATALOGUE
from standards.judge import judge
from standards.standard import Standard, in_force
from standards.vocabulary import (
    Aggregation,
    Begun,
    Channel,
    HallClass,
    Issuer,
    Measure,
    Outcome,
    Role,
    Source,
    VerdictKind,
)
from tests.engines import Databases, Holding, new_store
from tests.factories import DAY, MACHINE, a_hall, an_interaction, an_observation, at, minutes, the_standards
from tests.random_region import CHANGE, NOW, interactions, observations, switch_on_and_change

H1 = Selection(branch_ids=("H1",), first_on=DAY, last_on=DAY)


def of(code: str, found: tuple[StandardShare, ...]) -> StandardShare:
    return together([share for share in found if share.code == code])


def a_standard(session: Session, code: str) -> Standard:
    return next(row for row in catalogue(session) if row.code == code)


@pytest.fixture(scope="module")
def two_halls(databases: Databases) -> Iterator[Store]:
    """Two halls that differ in class, zone and issuer, the whole catalogue on, and its time limits dated twice."""
    with new_store(databases, Holding.REFERENCE) as made:
        with made.writing() as session:
            a_hall(session, "H1")
            a_hall(session, "H2", zone="Asia/Kathmandu", hall_class=HallClass.A, issuer=Issuer.SOUTHERN_GRID)
            switch_on_and_change(session)
        yield made


@contextmanager
def region(store: Store, rows: list[dict[str, Any]], seen: list[dict[str, Any]]) -> Iterator[Session]:
    """The region with these interactions and checks, forgotten afterwards."""
    with Session(store.engine) as session:
        for row in rows:
            an_interaction(session, waited=None, **row)
        for check in seen if rows else []:
            row = rows[check["index"] % len(rows)]
            an_observation(
                session, row["id"], check["code"], met=check["met"], item=check["item"], branch_id=row["branch_id"]
            )
        yield session
        session.rollback()


def recount(session: Session, selection: Selection, key: Callable[[Interaction], Any]) -> dict[Any, Counter[Any]]:
    """Verdicts by (code, group), found by putting every row before the judge."""
    counted: dict[Any, Counter[Any]] = {}
    halls = {hall.id: hall for hall in session.exec(select(Branch))}
    rows = [row for row in session.exec(select(Interaction)) if _selected(row, selection)]
    checks = checks_of(session, rows)
    standards = catalogue(session)
    for row in rows:
        hall = halls[row.branch_id]
        facts = facts_of(row, hall.hall_class, checks.get((row.branch_id, row.id)))
        for standard in in_force(standards, hall.issuer, row.day_on):
            if standard.judges_interactions:
                verdict = judge(facts, standard, NOW)
                scoped = standard.scope.covers(row.channel, row.business_type, hall.hall_class)
                if scoped:
                    counted.setdefault((standard.code, key(row)), Counter())[verdict.kind] += 1
    return counted


def _selected(row: Interaction, selection: Selection) -> bool:
    named = ("channel", "business_type", "counter_id", "staff_id", "source")
    return (
        row.branch_id in selection.branch_ids
        and selection.first_on <= row.day_on <= selection.last_on
        and all(getattr(selection, name) in {None, getattr(row, name)} for name in named)
    )


def counts_of(share: StandardShare) -> Counter[Any]:
    return Counter(
        {
            VerdictKind.MET: share.met,
            VerdictKind.MISSED: share.missed,
            VerdictKind.PENDING: share.pending,
            VerdictKind.NOT_JUDGED: share.not_judged,
            VerdictKind.NOT_APPLICABLE: share.without_fact,
        }
    )


REGION = some.lists(interactions(), max_size=40), some.lists(observations(), max_size=30)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
ALL_DAYS = Selection(branch_ids=("H1", "H2"), first_on=DAY, last_on=DAY + timedelta(days=2))


@FEW
@given(*REGION)
def test_every_share_is_what_the_judge_says_row_by_row(
    two_halls: Store,
    rows: list[dict[str, Any]],
    seen: list[dict[str, Any]],
) -> None:
    with region(two_halls, rows, seen) as session:
        naive = recount(session, ALL_DAYS, lambda row: ())
        found = shares(session, MACHINE, ALL_DAYS, now=NOW)
        judging = {share.code for share in found if share.standard.judges_interactions}
        assert {code for code, _ in naive} <= judging
        for code in judging:
            assert counts_of(of(code, found)) == naive.get((code, ()), Counter()), code


@settings(FEW, max_examples=10)
@given(*REGION, some.sampled_from([By.DAY, By.HALL, By.BUSINESS_TYPE, By.CHANNEL, By.SOURCE, By.WEEKDAY, By.HOUR]))
def test_every_group_is_what_the_judge_says_row_by_row(
    two_halls: Store,
    rows: list[dict[str, Any]],
    seen: list[dict[str, Any]],
    by: By,
) -> None:
    with region(two_halls, rows, seen) as session:
        zones = {hall.id: hall.zone_info for hall in session.exec(select(Branch))}
        keys: dict[By, Callable[[Interaction], Any]] = {
            By.DAY: lambda row: row.day_on,
            By.HALL: lambda row: row.branch_id,
            By.BUSINESS_TYPE: lambda row: row.business_type,
            By.CHANNEL: lambda row: row.channel,
            By.SOURCE: lambda row: row.source,
            By.WEEKDAY: lambda row: row.day_on.weekday(),
            By.HOUR: lambda row: row.arrived_at.astimezone(zones[row.branch_id]).hour,
        }
        naive = recount(session, ALL_DAYS, lambda row: (keys[by](row),))
        for code in ("H01", "H04", "H05", "H06", "H02", "H15", "T05"):
            found = grouped_shares(session, MACHINE, ALL_DAYS, code, (by,), now=NOW)
            assert {group.key: counts_of(group.share) for group in found} == {
                key: counts for (of_code, key), counts in naive.items() if of_code == code
            }


@FEW
@given(*REGION)
def test_a_narrowed_selection_counts_only_its_own(
    two_halls: Store,
    rows: list[dict[str, Any]],
    seen: list[dict[str, Any]],
) -> None:
    narrow = Selection(
        branch_ids=("H1",),
        first_on=DAY,
        last_on=CHANGE,
        staff_id="S1",
        counter_id=1,
        channel=Channel.COUNTER,
        business_type="payment",
    )
    with region(two_halls, rows, seen) as session:
        naive = recount(session, narrow, lambda row: ())
        for share in (found := shares(session, MACHINE, narrow, now=NOW)):
            if share.standard.judges_interactions:
                assert counts_of(of(share.code, found)) == naive.get((share.code, ()), Counter())


@FEW
@given(*REGION)
def test_the_mean_wait_is_over_every_wait_that_ended(
    two_halls: Store,
    rows: list[dict[str, Any]],
    seen: list[dict[str, Any]],
) -> None:
    with region(two_halls, rows, seen) as session:
        waits = [
            row.wait_ms
            for row in session.exec(select(Interaction))
            if row.wait_ms is not None
            and row.channel is Channel.COUNTER
            and row.outcome not in {Outcome.VOID, Outcome.TEST, Outcome.DIVERTED}
        ]
        share = of("H03", shares(session, MACHINE, ALL_DAYS, now=NOW))
        assert (share.n, share.value_sum_ms) == (len(waits), sum(waits))
        ranked = sorted(waits)
        # The limit changes on the second day: percentiles of the whole are found from the values, never added up.
        whole = [group.share.spread for group in grouped_shares(session, MACHINE, ALL_DAYS, "H03", (), now=NOW)]
        found = whole[0] if whole else None
        spread = None if found is None else (found.p50_ms, found.p90_ms)
        assert spread == ((nearest_rank(ranked, 50), nearest_rank(ranked, 90)) if waits else None)


def every_combination() -> Iterator[dict[str, Any]]:
    """Every outcome and begin, each stage stamped or not, items and times on both sides of the limits."""
    for outcome, begun, called, greeted, started, items, span in product(
        Outcome, Begun, (True, False), (True, False), (True, False), (0, 1, 2), (300_000, 600_000)
    ):
        called_at = at(9, 20) if called else None
        began_at = at(9, 20, 15) + timedelta(milliseconds=items)
        yield {
            "id": new_id(),
            "begun": begun,
            "channel": Channel.COUNTER,
            "business_type": "payment",
            "outcome": outcome,
            "items": items,
            "arrived_at": at(9),
            "called_at": called_at,
            "last_called_at": called_at,
            "at_counter_at": at(9, 20) if items else None,
            "greeted_at": began_at if greeted else None,
            "started_at": began_at if started else None,
            "ended_at": began_at + timedelta(milliseconds=span),
            "left_at": at(9, 30),
        }


def test_every_combination_is_what_the_judge_says(two_halls: Store) -> None:
    with Session(two_halls.engine) as session:
        add_interactions(session, MACHINE, "H1", every_combination(), now=NOW)
        naive = recount(session, ALL_DAYS, lambda row: ())
        found = shares(session, MACHINE, ALL_DAYS, now=NOW)
        for code in {share.code for share in found if share.standard.judges_interactions}:
            assert counts_of(of(code, found)) == naive.get((code, ()), Counter()), code
        for code in ("H01", "H04", "H05"):
            for kind in (VerdictKind.MET, VerdictKind.MISSED, VerdictKind.PENDING, VerdictKind.NOT_JUDGED):
                behind = visits_behind(session, MACHINE, ALL_DAYS, code, kind, now=NOW, limit=5000)
                assert len(behind) == naive[code, ()][kind], (code, kind)
        session.rollback()


# By hand.


def test_a_wait_at_its_limit_is_met_and_one_millisecond_more_is_not(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, waited=minutes(20))
        an_interaction(session, waited=minutes(20) + timedelta(milliseconds=1))
        share = replayed(session, MACHINE, H1, what_if(Measure.WAIT, minutes(20)), now=NOW)
    assert (share.met, share.missed, share.share) == (1, 1, 0.5)


def test_who_left_over_the_limit_fails_the_wait_and_who_left_within_it_is_not_judged(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, waited=minutes(21), outcome=Outcome.LEFT)
        an_interaction(session, waited=minutes(19), outcome=Outcome.LEFT)
        share = replayed(session, MACHINE, H1, what_if(Measure.WAIT, minutes(20)), now=NOW)
    assert (share.met, share.missed, share.not_judged) == (0, 1, 1)


def test_an_open_wait_past_the_limit_has_failed_already(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, arrived_at=at(11, 39, 59), outcome=Outcome.WAITING)
        an_interaction(session, arrived_at=at(11, 40), outcome=Outcome.WAITING)
        share = replayed(session, MACHINE, H1, what_if(Measure.WAIT, minutes(20)), now=NOW)
    assert (share.missed, share.pending) == (1, 1)


def test_with_nothing_judged_there_is_no_share(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        share = of("H01", shares(session, MACHINE, H1, now=NOW))
    assert (share.share, share.low, share.high, share.reached, share.has_data) == (None, None, None, None, False)


def test_a_period_over_a_change_shows_both_editions_and_judges_each_day_by_its_own(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        first = replace(a_standard(session, "H04"), on=True, edition="first", limit=1_200_000)
        session.exec(delete(ServiceStandard))
        the_standards(session, first, replace(first, edition="second", limit=600_000, in_force_from=CHANGE))
        an_interaction(session, waited=minutes(15))
        an_interaction(session, waited=minutes(15), arrived_at=at(10, day=CHANGE))
        found = shares(session, MACHINE, replace(H1, last_on=CHANGE), now=NOW)
    assert [(share.edition, share.first_on, share.last_on, share.met, share.missed) for share in found] == [
        ("first", DAY, DAY, 1, 0),
        ("second", CHANGE, CHANGE, 0, 1),
    ]
    assert (together(found).edition, together(found).share) == ("first / second", 0.5)


def test_a_mean_over_a_change_of_its_limit_is_held_against_neither(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        first = a_standard(session, "H03")
        session.exec(delete(ServiceStandard))
        the_standards(
            session,
            replace(first, edition="first", in_force_from=None),
            replace(first, edition="second", limit=first.limit * 2, in_force_from=CHANGE),
        )
        an_interaction(session, waited=minutes(15))
        an_interaction(session, waited=minutes(16), arrived_at=at(10, day=CHANGE))
        both = shares(session, MACHINE, replace(H1, last_on=CHANGE), now=NOW)
    assert [share.reached for share in both] == [True, True]
    assert (together(both).value, together(both).reached) == (minutes(15.5), None)


def test_the_percentiles_of_a_mean_are_of_the_same_waits_and_of_all_editions_together(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        first = a_standard(session, "H03")
        session.exec(delete(ServiceStandard))
        the_standards(session, first, replace(first, edition="second", in_force_from=CHANGE))
        an_interaction(session, waited=minutes(2))
        an_interaction(session, waited=minutes(4))
        an_interaction(session, waited=minutes(30), outcome=Outcome.LEFT, arrived_at=at(10, day=CHANGE))
        an_interaction(session, waited=minutes(40), outcome=Outcome.NO_SHOW, arrived_at=at(10, day=CHANGE))
        an_interaction(session, waited=minutes(50), outcome=Outcome.VOID)
        both = replace(H1, last_on=CHANGE)
        apart = shares(session, MACHINE, both, now=NOW)
        [group] = grouped_shares(session, MACHINE, both, "H03", (), now=NOW)
    assert [(share.spread.p50, share.spread.p90) for share in apart if share.spread] == [
        (minutes(2), minutes(4)),
        (minutes(30), minutes(40)),
    ]
    assert group.share.spread == Spread(4 * 60_000, 40 * 60_000, Percentiles.EXACT)
    assert together(apart).spread is None


def test_a_mean_of_very_many_cases_has_percentiles_by_class(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durations, "EXACT_CASES", 2)
    with store.writing() as session:
        a_hall(session)
        for wait in (1.2, 1.9, 70.0001):
            an_interaction(session, waited=timedelta(seconds=wait))
        share = of("H03", shares(session, MACHINE, H1, now=NOW))
    # Two of three lie within 9 s, the third between one minute and two: where in them nobody knows.
    assert share.spread == Spread(9_000, 120_000, Percentiles.BUCKETED)


def test_taboo_sentences_are_counted_and_not_shared_out(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        for met in (True, False, True):
            an_observation(session, an_interaction(session), "H11", met=met)
        an_observation(session, an_interaction(session, outcome=Outcome.WAITING), "H11", met=False)
        share = of("H11", shares(session, MACHINE, H1, now=NOW))
    assert share.standard.aggregation is Aggregation.COUNT
    assert (share.findings, share.observed, share.n, share.share, share.reached) == (2, 4, 4, None, False)
    assert (share.scoped, share.without_fact) == (4, 0)


def test_two_observers_who_disagree_make_one_failed_check(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        seen = an_interaction(session)
        an_observation(session, seen, "H07", met=True)
        an_observation(session, seen, "H07", met=False)
        share = of("H07", shares(session, MACHINE, H1, now=NOW))
    assert (share.met, share.missed) == (0, 1)
    assert [source.label for source in share.sources] == ["Observed"]


def test_the_sources_of_a_share_come_with_it(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        for source in (Source.DEVICE, Source.DEVICE, Source.STAFF):
            an_interaction(session, source=source)
        an_interaction(session, source=Source.API, outcome=Outcome.WAITING)
        share = of("H01", shares(session, MACHINE, H1, now=NOW))
    assert share.sources == (Source.DEVICE, Source.STAFF)


def test_one_hour_of_the_day_is_the_halls_own(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        a_hall(session, "H2", zone="Asia/Kathmandu")
        for hour in (9, 10):
            an_interaction(session, arrived_at=at(hour, 59))
        an_interaction(session, "H2", arrived_at=at(12, 10))  # 9:55 in Kathmandu
        asked = replace(H1, branch_ids=("H1", "H2"), hour=9)
        share = of("H01", shares(session, MACHINE, asked, now=NOW))
        hours = grouped_shares(session, MACHINE, replace(asked, hour=None), "H01", (By.HOUR,), now=NOW)
    assert share.judged == 2
    assert [(group.key, group.share.judged) for group in hours] == [((9,), 2), ((10,), 1)]


def test_one_weekday_is_asked_by_its_number(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        for ahead in range(8):
            an_interaction(session, arrived_at=at(10, day=DAY + timedelta(days=ahead)))
        week = replace(H1, last_on=date(2026, 3, 9), weekday=0)
        share = of("H01", shares(session, MACHINE, week, now=datetime(2026, 3, 10, tzinfo=NOW.tzinfo)))
    assert share.judged == 2


def test_groups_come_in_order_with_nobody_last(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        for staff_id in (None, "S2", "S1", "S1"):
            an_interaction(session, staff_id=staff_id)
        groups = grouped_shares(session, MACHINE, H1, "H01", (By.STAFF,), now=NOW)
    assert [(group.key, group.share.judged) for group in groups] == [(("S1",), 2), (("S2",), 1), ((None,), 1)]


@pytest.mark.parametrize("by", [By.STAFF, By.COUNTER])
def test_waits_are_not_charged_to_a_clerk(store: Store, by: By) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, staff_id="S1", counter_id=1)
        assert grouped_shares(session, MACHINE, H1, "H03", (by,), now=NOW) == ()
        own = shares(session, MACHINE, replace(H1, staff_id="S1"), now=NOW)
    assert {share.standard.measure for share in own}.isdisjoint({Measure.WAIT, Measure.DOOR_GREETING})


def test_figures_of_a_hall_out_of_reach_are_not_given(store: Store) -> None:
    stranger = Actor("a", "a", (Grant(Role.SUPERVISOR, frozenset({"H2"})),))
    with store.writing() as session:
        a_hall(session)
        with pytest.raises(NotAllowed):
            shares(session, stranger, H1, now=NOW)


def test_a_clerk_sees_the_hall_and_the_own_results_and_nobody_elses(store: Store) -> None:
    clerk = Actor("a", "a", (Grant(Role.CLERK, frozenset({"H1"})),), branch_id="H1", staff_id="S1")
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, staff_id="S1")
        an_interaction(session, staff_id="S2")
        assert of("H01", shares(session, clerk, H1, now=NOW)).judged == 2
        assert of("H01", shares(session, clerk, replace(H1, staff_id="S1"), now=NOW)).judged == 1
        with pytest.raises(NotAllowed):
            shares(session, clerk, replace(H1, staff_id="S2"), now=NOW)
        with pytest.raises(NotAllowed):
            grouped_shares(session, clerk, H1, "H01", (By.STAFF,), now=NOW)


def test_counters_of_several_halls_are_not_mixed_up() -> None:
    with pytest.raises(ValueError, match="one hall"):
        Selection(branch_ids=("H1", "H2"), first_on=DAY, last_on=DAY, counter_id=1)


@pytest.mark.parametrize(("met", "missed", "signal"), [(88, 12, None), (80, 20, False), (95, 5, True), (10, 5, None)])
def test_a_share_below_its_target_is_a_signal_only_beyond_chance(met: int, missed: int, signal: bool | None) -> None:
    greeted = next(row for row in CATALOGUE if row.code == "H01")
    share = StandardShare(standards=(greeted,), first_on=DAY, last_on=DAY, met=met, missed=missed)
    assert share.signal is signal
