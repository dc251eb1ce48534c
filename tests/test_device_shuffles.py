"""A day's events of a hall's machines give the same rows in any order and split into any batches."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as any_

from ingest.events import Event
from tests.desks import a_store_with
from tests.machines import Machines, at

KINDS = (
    *(
        "called",
        "called",
        "recalled",
        "at_counter",
        "greeted",
        "greeted",
        "started",
        "held",
        "resumed",
        "ended",
        "ended",
    ),
    *("items", "assisted", "business_added", "transferred", "no_show", "restored", "left", "business_changed"),
    *("voided", "rating_asked", "rated", "ticket_taken", "counter_opened", "counter_closed"),
)


@any_.composite
def a_day(draw: any_.DrawFn) -> list[Event]:
    """Some tickets, taken and then anything; several things may happen in one instant."""
    events = []
    for number in range(draw(any_.integers(1, 3))):
        minute = draw(any_.integers(0, 20))
        kinds = ["ticket_taken", *draw(any_.lists(any_.sampled_from(KINDS), max_size=9))]
        for place, kind in enumerate(kinds):
            minute += draw(any_.integers(0, 3)) if place else 0
            events.append(an_event(draw, f"e{number}-{place}", kind, minute, f"A00{number}"))
    return events


def an_event(draw: any_.DrawFn, name: str, kind: str, minute: int, ticket: str) -> Event:
    counter = draw(any_.sampled_from([1, 2]))
    more: dict[str, object] = {"counter": counter, "ticket": ticket}
    if kind in {"ticket_taken", "business_added", "business_changed", "transferred"}:
        more["business"] = draw(any_.sampled_from(["payment", "enquiry"]))
    if kind == "held":
        more["hold"] = draw(any_.sampled_from(["phone", "waiting", "away_for_papers"]))
    if kind == "rated":
        more["rating"] = draw(any_.integers(1, 5))
        more |= draw(any_.sampled_from([{}, {"ticket": None}]))
    if kind == "items":
        more["items"] = draw(any_.integers(1, 9))
    if kind in {"called", "counter_opened"}:
        more["staff"] = draw(any_.sampled_from([None, "S1", "S2"]))
    if kind.startswith("counter_"):
        more["ticket"] = None
    return Event(id=name, kind=kind, at=at(minute), **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Machines, Machines]]:
    """The same hall twice; each example starts both again."""
    both = [Machines(a_store_with(tmp_path_factory.mktemp("hall"))) for _ in range(2)]
    yield both[0], both[1]
    for one in both:
        one.store.close()


@given(day=a_day(), data=any_.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_order_and_any_batches_give_the_same_rows(
    twins: tuple[Machines, Machines], day: list[Event], data: any_.DataObject
) -> None:
    in_order, late = twins
    shuffled = data.draw(any_.permutations(day))
    cuts = sorted(data.draw(any_.sets(any_.integers(1, len(day)), max_size=3)) | {len(day)})
    for one in twins:
        one.start_again()
    in_order.send(*sorted(day, key=lambda event: event.at), sent=at(100))
    for begin, end in pairwise([0, *cuts]):
        late.send(*shuffled[begin:end], sent=at(100))
    assert late.whole() == in_order.whole()
