"""One process feeds the demo halls, from when it is started until it is told to end."""

from __future__ import annotations

from threading import Event

from models.settings import DEMO, put_setting, setting
from models.store import Store
from seed import demo, feed
from seed.demo import Size
from seed.lease import NAME, TERM, Lease
from tests.demo_halls import NOW


def test_only_one_process_feeds(store: Store) -> None:
    one, two = Lease(store, "one"), Lease(store, "two")
    assert one.keep(NOW)
    assert not two.keep(NOW + TERM / 4)
    assert one.keep(NOW + TERM / 2)
    assert not two.keep(NOW + TERM)
    assert two.keep(NOW + 2 * TERM)
    assert not one.keep(NOW + 2 * TERM)


def test_a_lease_given_up_is_free_at_once(store: Store) -> None:
    one, two = Lease(store, "one"), Lease(store, "two")
    assert one.keep(NOW)
    one.give_up(NOW + TERM / 4)
    assert two.keep(NOW + TERM / 4)


def test_without_a_demo_region_the_feed_returns_at_once(store: Store) -> None:
    feed.run(store, Event())
    with store.writing() as session:
        put_setting(session, DEMO, "small")
    feed.run(store, Event())
    with store.reading() as session:
        assert setting(session, NAME) is None


def test_the_feed_ends_when_it_is_told_to(store: Store) -> None:
    demo.build(store, Size(halls=1, days=1), now=NOW)
    stop = Event()
    stop.set()
    feed.run(store, stop)
    with store.reading() as session:
        assert setting(session, NAME) is None
