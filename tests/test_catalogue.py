"""The shipped catalogue against the domain's tables."""

from __future__ import annotations

from datetime import date

import pytest

from standards.catalogue import CATALOGUE
from standards.standard import Standard, in_force
from standards.vocabulary import (
    Aggregation,
    Basis,
    Calendar,
    Channel,
    Grade,
    HallClass,
    Issuer,
    Measure,
    Subject,
    Unit,
)

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
OFF = {"H04", "T02", "C09"}
CODES = (
    [f"H{n:02}" for n in range(1, 16)]
    + ["H01D"]
    + [f"T{n:02}" for n in range(1, 6)]
    + [f"C{n:02}" for n in range(1, 13)]
    + [f"F{n:02}" for n in range(1, 14)]
)
BUSINESS_TYPES = [
    "payment",
    "new_connection",
    "change",
    "enquiry",
    "invoice",
    "meter",
    "repair",
    "complaint",
    "suggestion",
    "other",
]
JUDGING = {"H01", "H01D", "H02", "H05", "H06", "H07", "H08", "H09", "H10", "H13", "H15", "T01", "T03", "T04", "T05"}


def rows(code: str, issuer: Issuer | None = None) -> list[Standard]:
    return [row for row in CATALOGUE if row.code == code and issuer in (None, row.issuer)]


def the(code: str, issuer: Issuer | None = None, edition: str | None = None) -> Standard:
    (row,) = [row for row in rows(code, issuer) if edition in (None, row.edition)]
    return row


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: f"{row.code}-{row.issuer}-{row.edition}")
def test_every_row_has_its_fields(row: Standard) -> None:
    assert row.code
    assert row.edition
    assert row.name_zh
    assert row.name_en.isascii()
    assert row.source
    assert row.source_url is None or row.source_url.startswith(("http://", "https://"))
    assert row.limit >= 0
    assert 0 < row.target <= 1
    assert row.weight > 0


def test_codes_are_unique_per_issuer_and_date() -> None:
    assert len({row.key for row in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_the_tables_is_there(code: str) -> None:
    assert any(row.code.split("-")[0] == code for row in CATALOGUE)


def test_the_catalogue_has_no_code_beyond_the_tables() -> None:
    assert {row.code.split("-")[0] for row in CATALOGUE} == set(CODES)


@pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: f"{row.code}-{row.issuer}-{row.edition}")
def test_rows_are_on_and_off_as_the_tables_say(row: Standard) -> None:
    assert row.on == (row.code not in OFF and not row.code.startswith("F"))


@pytest.mark.parametrize(
    ("code", "limit", "unit", "aggregation", "grade"),
    [
        ("H01", 15 * SECOND, Unit.MILLISECOND, Aggregation.WITHIN, Grade.S),
        ("H01D", 15 * SECOND, Unit.MILLISECOND, Aggregation.WITHIN, Grade.S),
        ("H02", 5, Unit.ITEM, Aggregation.BOOLEAN, Grade.S),
        ("H03", 15 * MINUTE, Unit.MILLISECOND, Aggregation.MEAN, Grade.B),
        ("H04", 20 * MINUTE, Unit.MILLISECOND, Aggregation.WITHIN, Grade.I),
        ("H05", 5 * MINUTE, Unit.MILLISECOND, Aggregation.WITHIN, Grade.B),
        ("H06", 20 * MINUTE, Unit.MILLISECOND, Aggregation.WITHIN, Grade.B),
        ("H07", 1, Unit.ITEM, Aggregation.BOOLEAN, Grade.B),
        ("H08", 1, Unit.ITEM, Aggregation.BOOLEAN, Grade.B),
        ("H09", 1, Unit.ITEM, Aggregation.BOOLEAN, Grade.B),
        ("H10", 3, Unit.ITEM, Aggregation.BOOLEAN, Grade.B),
        ("H11", 0, Unit.TIMES, Aggregation.COUNT, Grade.S),
        ("H12", 1, Unit.ITEM, Aggregation.BOOLEAN, Grade.B),
        ("H13", 6, Unit.ITEM, Aggregation.BOOLEAN, Grade.S),
        ("H14", 1, Unit.ITEM, Aggregation.BOOLEAN, Grade.B),
        ("H15", 4, Unit.LEVEL, Aggregation.WITHIN, Grade.B),
        ("T01", 9 * SECOND, Unit.MILLISECOND, Aggregation.WITHIN, Grade.S),
        ("T02", 12 * SECOND, Unit.MILLISECOND, Aggregation.WITHIN, Grade.B),
        ("T03", 1, Unit.ITEM, Aggregation.BOOLEAN, Grade.B),
        ("T04", 3, Unit.ITEM, Aggregation.BOOLEAN, Grade.S),
        ("T05", 0, Unit.MILLISECOND, Aggregation.DEADLINE, Grade.S),
        ("C02", 4, Unit.WORKING_DAY, Aggregation.DEADLINE, Grade.A),
        ("C04", 9, Unit.WORKING_DAY, Aggregation.DEADLINE, Grade.A),
        ("C06", 7, Unit.DAY, Aggregation.DEADLINE, Grade.A),
        ("C07", 10, Unit.DAY, Aggregation.DEADLINE, Grade.A),
        ("C08", 5, Unit.WORKING_DAY, Aggregation.DEADLINE, Grade.B),
        ("C09", 20 * MINUTE, Unit.MILLISECOND, Aggregation.DEADLINE, Grade.B),
        ("C10", 5, Unit.WORKING_DAY, Aggregation.DEADLINE, Grade.B),
        ("C11", 1, Unit.ITEM, Aggregation.BOOLEAN, Grade.B),
        ("C12", 1, Unit.ITEM, Aggregation.BOOLEAN, Grade.A),
        ("F03-remote", 4 * HOUR, Unit.MILLISECOND, Aggregation.DEADLINE, Grade.B),
        ("F05-high-double", 32, Unit.WORKING_DAY, Aggregation.DEADLINE, Grade.A),
        ("F06", 5, Unit.WORKING_DAY, Aggregation.DEADLINE, Grade.A),
    ],
)
def test_limits_and_grades_are_those_of_the_tables(
    code: str, limit: int, unit: Unit, aggregation: Aggregation, grade: Grade
) -> None:
    row = the(code)
    assert (row.limit, row.unit, row.aggregation, row.grade) == (limit, unit, aggregation, grade)


def test_no_training_material_is_presented_as_regulation() -> None:
    taught = [row for row in CATALOGUE if row.grade is Grade.S or row.issuer is Issuer.TRAINING]
    assert {row.code for row in taught} == {"H01", "H01D", "H02", "H11", "H13", "T01", "T04", "T05"}
    for row in taught:
        assert (row.grade, row.issuer, row.in_force_from) == (Grade.S, Issuer.TRAINING, None)
        assert row.source.startswith("培训教材")
        assert row.source_url is None


def test_what_is_recalled_is_off() -> None:
    assert not [row for row in CATALOGUE if row.grade is Grade.R and row.on]


def test_a_weak_page_is_on_only_where_a_better_one_has_the_same_number() -> None:
    weak = [row for row in CATALOGUE if row.grade is Grade.C and row.on]
    assert [row.code for row in weak] == ["C03"]
    assert the("C03", Issuer.SOUTHERN_GRID).limit == weak[0].limit
    assert the("C03", Issuer.SOUTHERN_GRID).grade is Grade.B


def test_the_live_board_shows_five_headline_standards() -> None:
    assert {row.code for row in CATALOGUE if row.headline} == {"H01", "H03", "H05", "H06", "H15"}


def test_the_critical_standards_are_taboo_sentences_and_absence() -> None:
    assert {row.code for row in CATALOGUE if row.critical} == {"H11", "H14"}


def test_waiting_and_handling_standards_are_judged_at_the_counter_alone() -> None:
    for code in ["H01", "H01D", "H02", "H03", "H04", "H05", "H06"]:
        assert the(code).scope.channels == (Channel.COUNTER,)
    for code in ["T01", "T02", "T03", "T04", "T05"]:
        assert the(code).scope.channels == (Channel.TELEPHONE,)


@pytest.mark.parametrize("business_type", BUSINESS_TYPES)
def test_every_business_at_the_counter_has_exactly_one_handling_limit(business_type: str) -> None:
    covering = [
        row.code
        for row in CATALOGUE
        if row.measure is Measure.HANDLING and row.scope.covers(Channel.COUNTER, business_type, HallClass.A)
    ]
    assert covering == (["H05"] if business_type == "payment" else ["H06"])


def test_handling_is_counted_per_item() -> None:
    assert {row.code for row in CATALOGUE if row.per_item} == {"H05", "H06"}


def test_conduct_is_observed_and_never_ticked_by_a_clerk() -> None:
    for code in ["H02", *[f"H{n:02}" for n in range(7, 15)], "T03", "T04"]:
        assert the(code).basis is Basis.OBSERVED
    assert {the("T01").basis, the("T02").basis} == {Basis.DEVICE}


@pytest.mark.parametrize(
    ("code", "channels", "kinds"),
    [
        ("C01", ("95598",), ("complaint",)),
        ("C02", ("95598",), ("complaint",)),
        ("C03", (), ("complaint",)),
        ("C04", ("95598",), ("report",)),
        ("C05", ("12398",), ()),
        ("C06", ("12345",), ()),
        ("C07", ("other",), ()),
        ("C08", (), ("enquiry",)),
    ],
)
def test_case_clocks_depend_on_the_route_and_kind_of_a_case(
    code: str, channels: tuple[str, ...], kinds: tuple[str, ...]
) -> None:
    for row in rows(code):
        assert (row.scope.case_channels, row.scope.case_kinds) == (channels, kinds)
        assert row.subject is Subject.CASE
        assert not row.judges_interactions


def test_each_unit_runs_on_its_calendar() -> None:
    calendars = {Unit.WORKING_DAY: Calendar.WORKING_DAYS, Unit.DAY: Calendar.CALENDAR_DAYS}
    for row in CATALOGUE:
        assert row.calendar is calendars.get(row.unit, Calendar.CLOCK)


def test_a_state_grid_hall_is_judged_by_these_interaction_standards_today() -> None:
    standing = in_force(CATALOGUE, Issuer.STATE_GRID, date(2025, 7, 1))
    assert {row.code for row in standing if row.judges_interactions} == JUDGING
    assert {"H03", "H11"} <= {row.code for row in standing}
