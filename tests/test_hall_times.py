"""What is derived of many rows at once is what is derived of each alone, and times read fast are times read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from actions.hall_times import hall_times
from ingest.mapping import Times
from ingest.rejects import Rejected
from ingest.time_formats import has_date, read_time
from ingest.times import ORDER, Clock
from models.standing import hall_clock
from models.store import Store
from models.tables import Branch, BranchHours, BranchWalking, DayHours
from standards.derive import day_on
from standards.vocabulary import Begun, Channel, Outcome
from tests.factories import a_hall

ZONES = ("Asia/Shanghai", "Europe/Paris", "Asia/Kolkata", "America/St_Johns")
FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y/%m/%d %H:%M",
    "%Y%m%d%H%M%S",
    "%d.%m.%Y %H:%M:%S",
    "%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%z",
    "%m-%d-%YT%H:%M",
    "%Y-%m-%d%%%H:%M:%S",
)
SPANS = some.none() | some.timedeltas(timedelta(), timedelta(hours=30))


@pytest.fixture(params=ZONES)
def hall(request: pytest.FixtureRequest, store: Store) -> Store:
    """A hall with a standing week that changed once, days of its own, and a walking allowance that changed."""
    with store.writing() as session:
        a_hall(session, zone=request.param, walking_ms=20_000)
        for from_on, weekdays in ((date(2025, 1, 1), range(5)), (date(2026, 3, 20), range(7))):
            for weekday in weekdays:
                for opens, closes in ((510, 720), (780, 1500)):
                    session.add(
                        BranchHours(branch_id="H1", from_on=from_on, weekday=weekday, opens=opens, closes=closes)
                    )
        session.add(DayHours(branch_id="H1", day_on=date(2026, 3, 29), intervals="600-660"))
        session.add(DayHours(branch_id="H1", day_on=date(2026, 3, 30), intervals=""))
        session.add(BranchWalking(branch_id="H1", from_on=date(2026, 3, 15), walking_ms=5_000))
    return store


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    arrivals=some.lists(some.datetimes(datetime(2024, 12, 20), datetime(2026, 4, 10)), min_size=1, max_size=6),  # noqa: DTZ001
    channel=some.sampled_from(Channel),
    begun=some.sampled_from(Begun),
    spans=some.tuples(SPANS, SPANS, SPANS),
)
def test_rows_together_are_derived_as_each_alone(
    hall: Store,
    arrivals: list[datetime],
    channel: Channel,
    begun: Begun,
    spans: tuple[timedelta | None, timedelta | None, timedelta | None],
) -> None:
    with hall.reading() as session:
        branch = session.get_one(Branch, "H1")
        times = hall_times(session, branch)
        for naive in arrivals:
            arrived_at = naive.replace(tzinfo=UTC)
            called, greeted, ended = (None if span is None else arrived_at + span for span in spans)
            row = {
                "begun": begun,
                "channel": channel,
                "outcome": Outcome.COMPLETED,
                "arrived_at": arrived_at,
                "queued_at": arrived_at,
                "called_at": called,
                "last_called_at": called,
                "greeted_at": greeted,
                "started_at": greeted,
                "ended_at": ended,
                "inaccurate": "greeted_at" if begun is Begun.ADDED else "",
            }
            clock = hall_clock(session, branch, day_on(arrived_at, ZoneInfo(branch.zone)))
            assert times.derived(row) == clock.derived(row)


@settings(max_examples=500, deadline=None)
@given(
    formats=some.lists(some.sampled_from(FORMATS), min_size=1, max_size=3),
    at=some.datetimes(datetime(1900, 1, 1), datetime(9999, 1, 1)),  # noqa: DTZ001
    form=some.sampled_from(FORMATS),
    edits=some.lists(some.tuples(some.integers(0, 25), some.sampled_from("0249 :-/.T+ZW_٣")), max_size=2),
    cut=some.integers(0, 6),
)
def test_a_time_is_read_as_the_parser_reads_it(
    formats: list[str], at: datetime, form: str, edits: list[tuple[int, str]], cut: int
) -> None:
    written = list(at.strftime(form))
    for place, mark in edits:
        if place < len(written):
            written[place] = mark
    text = "".join(written)[: len(written) - cut]
    assert read_time(text, tuple(formats)) == parsed(text, formats)


def parsed(text: str, formats: list[str]) -> tuple[datetime, bool] | None:
    for form in formats:
        try:
            return datetime.strptime(text, form), has_date(form)  # noqa: DTZ007 - what is compared with
        except ValueError:
            continue
    return None


@settings(max_examples=300, deadline=None)
@given(
    zone=some.sampled_from(ZONES),
    begins=some.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 30)) | some.datetimes(datetime(1988, 1, 1)),  # noqa: DTZ001
    steps=some.lists(some.sampled_from((0, 0, 1, 61, 3599, 40_000, -5, -7_300)), max_size=7),
    form=some.sampled_from(FORMATS[:2] + FORMATS[4:6]),
)
def test_times_in_good_order_are_the_instants_that_each_is(
    zone: str, begins: datetime, steps: list[int], form: str
) -> None:
    stages = ("arrived_at", *ORDER)[: len(steps) + 1]
    texts, at = {}, begins.replace(microsecond=begins.microsecond if "%f" in form else 0)
    for stage, step in zip(stages, (0, *steps), strict=True):
        at = at + timedelta(seconds=step) if at < datetime(9990, 1, 1) else at  # noqa: DTZ001
        texts[stage] = at.strftime(form)
    quick = Clock(Times((form,), tolerance=timedelta(seconds=10)), ZoneInfo(zone), date(2026, 3, 29))
    # A second format is never reached, but the first of these two is no short way.
    slow = replace(quick, times=replace(quick.times, formats=("%d %H", form)))
    assert instants(quick, texts) == instants(slow, texts)


def instants(clock: Clock, texts: dict[str, str]) -> object:
    try:
        return clock.stages(texts)
    except Rejected as rejected:
        return rejected.reason, rejected.message
