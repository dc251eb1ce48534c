"""Figures in words: what is shown never hides a miss."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as any_

from standards.message import message
from standards.vocabulary import Outcome
from ui.counted import figure_with_unit
from ui.language import translator_of
from ui.wording import Language, percent, rounded_up, whole_percents

ZH, EN = translator_of(Language.ZH), translator_of(Language.EN)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("taken", "chinese", "english"),
    [
        (seconds(0), "0秒", "0 s"),
        (seconds(15), "15秒", "15 s"),
        (seconds(15.4), "15.4秒", "15.4 s"),
        (seconds(15.001), "15.1秒", "15.1 s"),
        (seconds(59.96), "1分00秒", "1 min 00 s"),
        (seconds(725), "12分05秒", "12 min 05 s"),
        (seconds(300.2), "5分01秒", "5 min 01 s"),
        (seconds(3725), "1小时02分05秒", "1 h 02 min 05 s"),
        (seconds(-80), "−1分20秒", "−1 min 20 s"),
    ],
)
def test_a_time_is_said_as_the_trade_says_it(taken: timedelta, chinese: str, english: str) -> None:
    assert (ZH.duration(taken), EN.duration(taken)) == (chinese, english)


@given(any_.integers(0, 10**8), any_.integers(0, 10**5))
def test_a_time_over_a_limit_in_whole_seconds_is_shown_over_it(taken_ms: int, limit_seconds: int) -> None:
    taken, limit = timedelta(milliseconds=taken_ms), seconds(limit_seconds)
    assert (rounded_up(taken) > limit) == (taken > limit)


@given(any_.integers(0, 5000), any_.integers(1, 5000), any_.sampled_from([0.8, 0.9, 0.95, 0.98, 1.0]))
def test_a_share_below_its_target_is_not_shown_as_the_target(met: int, more: int, target: float) -> None:
    share = met / (met + more)
    shown = float(percent(share, target).rstrip("%"))
    assert shown < 100
    assert (shown > 0) == (met > 0)
    if share < target:
        assert shown < target * 100


def test_shares_have_one_decimal() -> None:
    assert (percent(0.924), percent(1.0), percent(0.0), percent(0.9244)) == ("92.4%", "100.0%", "0.0%", "92.4%")


def test_the_ends_of_an_interval_are_rounded_outwards() -> None:
    assert whole_percents(0.881, 0.959) == (88, 96)
    assert whole_percents(0.0, 1.0) == (0, 100)
    assert (ZH.interval(0.88, 0.96), EN.interval(0.88, 0.96)) == ("95%范围 88–96%", "95% interval 88–96%")


def test_nothing_judged_is_no_data_and_not_a_nought() -> None:
    assert (ZH.share(None), EN.share(None), ZH.interval(None, None)) == ("暂无数据", "No data", "")


def test_a_change_of_a_share_is_said_in_points() -> None:
    assert ZH.points(-0.0125) == "-1.3 个百分点"
    assert EN.points(0.012) == "+1.2 percentage points"


def test_days_and_times_are_said_in_the_hall_s_zone() -> None:
    at, zone = datetime(2026, 2, 12, 16, 30, 5, tzinfo=UTC), ZoneInfo("Asia/Shanghai")
    assert ZH.moment(at, zone) == "2026年2月13日 00:30:05"
    assert EN.moment(at, zone) == "13 Feb 2026 00:30:05"
    assert (ZH.short_day(date(2026, 2, 13)), ZH.weekday(date(2026, 2, 13))) == ("2月13日", "周五")


def test_a_message_is_said_with_its_values_in_the_reader_s_words() -> None:
    waited = message("Waited {value}; the limit is {limit}.", value=seconds(15.001), limit=seconds(15))
    assert EN.say(waited) == "Waited 15.1 s; the limit is 15 s."
    assert "15.1秒" in ZH.say(waited)
    assert EN.say(message("{outcome}: such tickets are never judged.", outcome=Outcome.VOID)).startswith("Void")


def test_what_has_no_chinese_yet_is_said_in_english() -> None:
    assert ZH.words("Nobody has translated this {thing}.", thing=3) == "Nobody has translated this 3."


@pytest.mark.parametrize(
    ("sentence", "values", "said"),
    [
        ("It changes {n} of {m} verdicts, on {days} days in {halls} halls.", {"n": 1, "m": 7, "days": 2, "halls": 1},
         "It changes 1 of 7 verdicts, on 2 days in 1 hall."),
        ("{n} files wait to be read.", {"n": 1}, "1 file waits to be read."),
        ("{n} lines, and there are older ones", {"n": "1"}, "1 line, and there are older ones"),
        ("{n} lines, and there are older ones", {"n": 21}, "21 lines, and there are older ones"),
        ("{name} lines", {"name": "East 1"}, "East 1 lines"),
    ],
)  # fmt: skip
def test_one_of_a_thing_is_said_as_one(sentence: str, values: dict[str, object], said: str) -> None:
    assert EN.words(sentence, **values) == said


def test_the_word_for_what_a_figure_counts_follows_the_figure() -> None:
    shown = [
        figure_with_unit(figure, unit) for figure, unit in (("1", "cases"), ("11", "cases"), ("1", "件"), ("–", ""))
    ]
    assert shown == ["1 case", "11 cases", "1 件", "–"]
