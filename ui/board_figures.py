"""The board's pictures below the fold, in the reader's words."""

from __future__ import annotations

from datetime import timedelta

from analytics.board import Board
from charts.board_hours import HourWords, arrivals_by_hour, waits_by_hour
from charts.shared import SharedFigure
from charts.theme import Theme
from ui.board_clock import limit_said
from ui.language import Translator

_MINUTE = timedelta(minutes=1)


def arrivals(board: Board, theme: Theme) -> SharedFigure:
    """Who came, by hour of the day so far."""
    counts = [hour.arrivals for hour in board.hours]
    return arrivals_by_hour(_hours(board), counts, theme)


def waits(board: Board, t: Translator, theme: Theme) -> SharedFigure:
    """How long they waited, by hour of arrival, with the limit for a single wait or for the mean."""
    limit = board.wait_limit
    return waits_by_hour(
        _hours(board),
        [_minutes(hour.p50) for hour in board.hours],
        [_minutes(hour.p90) for hour in board.hours],
        [t.sample(hour.waits) for hour in board.hours],
        None if limit is None else limit.time / _MINUTE,
        _words(board, t),
        theme,
    )


def _hours(board: Board) -> list[str]:
    return [f"{hour.hour:02d}:00" for hour in board.hours]


def _minutes(wait: timedelta | None) -> float | None:
    return None if wait is None else wait / _MINUTE


def _words(board: Board, t: Translator) -> HourWords:
    limit = board.wait_limit
    if limit is None:
        line = ""
    elif limit.of_mean:
        line = t.words("Mean limit {limit}", limit=limit_said(limit.time, t))
    else:
        line = t.words("Limit {limit}", limit=limit_said(limit.time, t))
    return HourWords(median=t.words("Median"), p90=t.words("p90"), limit=line)
