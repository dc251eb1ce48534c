"""A year of all halls with n, share, mean, median and 90th percentile: by the product, and by DuckDB."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import duckdb
from sqlmodel import Session

from analytics.durations import Duration, Durations, grouped_durations
from analytics.selection import By, Selection
from analytics.shares import StandardShare, grouped_shares, what_if
from bench.many_rows import NOW
from bench.places import MACHINE
from standards.vocabulary import Measure

LIMIT = timedelta(minutes=20)
_TIMES = ("wait_ms", "greeting_ms", "handling_ms")


@dataclass(frozen=True, slots=True)
class Figures:
    """Waits of a hall within the limit and over it, and the times of its completed interactions."""

    met: int
    missed: int
    times: tuple[Duration, ...]


@dataclass(frozen=True, slots=True)
class HallYear:
    """A hall's year without what is excluded, and as if nothing were."""

    branch_id: str
    kept: Figures
    whole: Figures


def by_product(session: Session, selection: Selection) -> list[HallYear]:
    """As a page asks for it."""
    standard = what_if(Measure.WAIT, LIMIT)
    shares = grouped_shares(session, MACHINE, selection, standard, (By.HALL,), now=NOW)
    times = grouped_durations(session, MACHINE, selection, (By.HALL,))
    return [_hall_year(group.key[0], group.share, of.durations) for group, of in zip(shares, times, strict=True)]


def _hall_year(branch_id: str, share: StandardShare, of: Durations) -> HallYear:
    return HallYear(branch_id, _figures(share, of), _figures(share.before or share, of.before or of))


def _figures(share: StandardShare, of: Durations) -> Figures:
    return Figures(share.met, share.missed, (of.wait, of.greeting, of.handling))


def by_columns(columnar: duckdb.DuckDBPyConnection, selection: Selection) -> list[HallYear]:
    """The same by one statement over the columns."""
    rows = columnar.execute(_STATEMENT, [list(selection.branch_ids), selection.first_on, selection.last_on]).fetchall()
    return [
        HallYear(branch_id, _of_row(row[: len(row) // 2]), _of_row(row[len(row) // 2 :])) for branch_id, *row in rows
    ]


def _of_row(row: list[object]) -> Figures:
    met, missed, *times = row
    return Figures(_whole(met), _whole(missed), tuple(_duration(times[at : at + 3]) for at in range(0, len(times), 3)))


def _duration(found: list[object]) -> Duration:
    count, mean, percentiles = found
    p50, p90 = percentiles if isinstance(percentiles, list) else (None, None)
    return Duration(_whole(count), mean if isinstance(mean, float) else None, p50, p90)


def _whole(found: object) -> int:
    assert isinstance(found, int)
    return found


def _sums(also: str) -> str:
    """The figures of the rows for which a condition more holds; who gave up within the limit is not judged."""
    gave_up = "(outcome = 'no_show' OR (outcome = 'left' AND called_at IS NULL AND started_at IS NULL))"
    judged = f"begun = 'ticket' AND outcome NOT IN ('void', 'test', 'diverted') AND {also}"
    limit = LIMIT // timedelta(milliseconds=1)
    completed = f"FILTER (outcome = 'completed' AND {also})"
    return ", ".join(
        [
            f"count(*) FILTER (wait_ms <= {limit} AND NOT {gave_up} AND {judged})",
            f"count(*) FILTER (wait_ms > {limit} AND {judged})",
            *(
                f"count({time}) {completed}, avg({time}) {completed}, quantile_disc({time}, [0.5, 0.9]) {completed}"
                for time in _TIMES
            ),
        ]
    )


_STATEMENT = (
    f"SELECT branch_id, {_sums('NOT excluded')}, {_sums('true')} FROM interaction "
    "WHERE branch_id IN (SELECT unnest(?)) AND day_on BETWEEN ? AND ? GROUP BY branch_id ORDER BY branch_id"
)
