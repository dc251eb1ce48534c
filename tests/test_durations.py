"""How long it took: exact percentiles, by the second beyond the bound, whole and in groups."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlmodel import Session

from analytics import durations as module
from analytics.durations import Percentiles, durations, grouped_durations
from analytics.selection import By, Selection
from models import rollups
from models.counters import WAIT_COMPLETED
from models.store import Store
from standards.vocabulary import Outcome
from tests.factories import DAY, MACHINE, a_hall, an_interaction, minutes, seconds

H1 = Selection(branch_ids=("H1",), first_on=DAY, last_on=DAY)


def test_only_completed_interactions_have_durations(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, waited=minutes(5), greeted_after=seconds(10), handled=minutes(6))
        for outcome in set(Outcome) - {Outcome.COMPLETED}:
            an_interaction(session, waited=minutes(50), outcome=outcome)
        found = durations(session, MACHINE, H1)
    assert [found.wait.count, found.greeting.count, found.handling.count] == [1, 1, 1]
    assert (found.wait.mean, found.greeting.p50, found.handling.p90) == (minutes(5), seconds(10), minutes(6))


def test_a_greeting_nobody_stamped_is_not_a_zero(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        an_interaction(session, greeted_after=None)
        found = durations(session, MACHINE, H1)
    assert (found.wait.count, found.greeting.count, found.greeting.mean) == (1, 0, None)


def test_without_interactions_there_is_nothing_to_tell(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        found = durations(session, MACHINE, H1)
        assert grouped_durations(session, MACHINE, H1, (By.DAY,)) == ()
    assert (found.wait.count, found.wait.p90, found.percentiles) == (0, None, Percentiles.EXACT)


def test_groups_have_durations_of_their_own(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        for business, waited in (("payment", 2), ("payment", 4), ("repair", 30)):
            an_interaction(session, business_type=business, waited=minutes(waited))
        groups = grouped_durations(session, MACHINE, H1, (By.BUSINESS_TYPE,))
    assert [(group.key, group.durations.wait.mean) for group in groups] == [
        (("payment",), minutes(3)),
        (("repair",), minutes(30)),
    ]


def put_waits(session: Session, waits: list[int]) -> None:
    a_hall(session)
    for wait in waits:
        an_interaction(session, waited=timedelta(milliseconds=wait))


def test_an_hour_is_of_the_clock_of_its_own_hall(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        a_hall(session, "H2", zone="Asia/Tokyo")
        for branch_id in ("H1", "H2"):
            an_interaction(session, branch_id)
    for _ in range(2):  # from the rows, and from the cells
        with store.reading() as session:
            both = Selection(branch_ids=("H1", "H2"), first_on=DAY, last_on=DAY)
            found = grouped_durations(session, MACHINE, both, (By.HALL, By.HOUR))
            assert [(of.key, of.durations.wait.count) for of in found] == [(("H1", 10), 1), (("H2", 11), 1)]
        rollups.refresh(store)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(waits=some.lists(some.integers(0, 5000), min_size=1, max_size=40))
def test_exact_percentiles_are_values_that_occurred(store: Store, waits: list[int]) -> None:
    with Session(store.engine) as session:
        put_waits(session, waits)
        found = durations(session, MACHINE, H1).wait
        session.rollback()
    listed = sorted(waits)
    assert found.mean_ms == sum(waits) / len(waits)
    assert (found.p50_ms, found.p90_ms) == (listed[ceil(len(waits) / 2) - 1], listed[-(-9 * len(waits) // 10) - 1])


def a_class_of(wait_ms: int) -> int:
    """The upper edge of the class that a wait falls into; nought is in the first."""
    return next(edge for edge in WAIT_COMPLETED.edges if max(1, wait_ms) <= edge)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(waits=some.lists(some.integers(0, 2_000_000), min_size=2, max_size=40))
def test_percentiles_of_very_many_cases_lie_in_the_class_of_the_exact_ones(
    store: Store, monkeypatch: pytest.MonkeyPatch, waits: list[int]
) -> None:
    with Session(store.engine) as session:
        put_waits(session, waits)
        exact = durations(session, MACHINE, H1)
        monkeypatch.setattr(module, "EXACT_CASES", 1)
        bucketed = durations(session, MACHINE, H1)
        monkeypatch.undo()
        session.rollback()
    assert (exact.percentiles, bucketed.percentiles) == (Percentiles.EXACT, Percentiles.BUCKETED)
    assert bucketed.wait.mean_ms == exact.wait.mean_ms
    for name in ("p50_ms", "p90_ms"):
        assert a_class_of(getattr(bucketed.wait, name)) == a_class_of(getattr(exact.wait, name))
