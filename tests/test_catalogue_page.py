"""The catalogue's page: what is in force on a day for a hall, its source and editions, and whether there is data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pandas as pd
import pytest
from sqlmodel import Session
from streamlit.testing.v1 import AppTest

from analytics.catalogue import CatalogueLine, Collection, Standing, catalogue_lines
from models.actor import Actor, Grant
from models.store import Store
from models.tables import Branch
from standards.catalogue import CATALOGUE
from standards.vocabulary import Issuer, Role
from tests import small_region as small
from tests.factories import DAY, MACHINE, a_hall, an_interaction, an_observation
from ui.language import translator_of
from ui.standard_words import limit_in_words
from ui.wording import Language

Open = Callable[..., AppTest]


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.writing() as opened:
        yield opened
        opened.rollback()


def lines(
    session: Session, issuer: Issuer = Issuer.STATE_GRID, day: date = DAY, actor: Actor = MACHINE
) -> dict[tuple[str, Issuer, str], CatalogueLine]:
    found = catalogue_lines(session, actor, issuer, day)
    return {(line.standard.code, line.standard.issuer, line.standard.edition): line for line in found}


@pytest.mark.parametrize(
    ("day", "in_force", "other", "standing"),
    [
        (date(2021, 12, 31), "2011", "2022", Standing.COMING),
        (date(2022, 1, 1), "2022", "2011", Standing.REPLACED),
    ],
)
def test_an_edition_stands_until_the_day_before_the_next(
    session: Session, day: date, in_force: str, other: str, standing: Standing
) -> None:
    found = lines(session, day=day)
    assert found["C03", Issuer.STATE_GRID, in_force].standing is Standing.IN_FORCE
    assert found["C03", Issuer.STATE_GRID, other].standing is standing
    assert found["C03", Issuer.STATE_GRID, "2011"].ends_on == date(2021, 12, 31)


def test_a_hall_follows_its_own_company(session: Session) -> None:
    found = lines(session, issuer=Issuer.SOUTHERN_GRID)
    assert found["C03", Issuer.STATE_GRID, "2022"].standing is Standing.NOT_FOLLOWED
    southern = [line for (code, issuer, _), line in found.items() if (code, issuer) == ("C03", Issuer.SOUTHERN_GRID)]
    assert [line.standing for line in southern] == [Standing.IN_FORCE]


def test_every_dated_row_has_one_line_and_at_most_one_of_a_code_is_in_force(session: Session) -> None:
    found = catalogue_lines(session, MACHINE, Issuer.STATE_GRID, DAY)
    assert {line.standard.key for line in found} == {row.key for row in CATALOGUE}
    assert len(found) == len(CATALOGUE)
    codes = [line.standard.code for line in found if line.standing is Standing.IN_FORCE]
    assert len(codes) == len(set(codes))


def test_rows_that_are_off_say_so(session: Session) -> None:
    found = catalogue_lines(session, MACHINE, Issuer.STATE_GRID, DAY)
    of_code = {line.standard.code: line.standing for line in found if line.standing is Standing.OFF}
    assert {"H04", "T02", "C09", "F01-city"} <= set(of_code)


def test_data_is_told_only_where_there_is_a_fact(session: Session) -> None:
    a_hall(session)
    before = {line.standard.code: line.collection for line in lines(session).values()}
    assert (before["H01"], before["H02"], before["H12"], before["C01"]) == (
        Collection.NONE_SO_FAR,
        Collection.NONE_SO_FAR,
        Collection.NOT_YET,
        Collection.NOT_YET,
    )
    an_observation(session, an_interaction(session), "H02", met=True)
    after = {line.standard.code: line.collection for line in lines(session).values()}
    assert (after["H01"], after["H02"], after["H05"]) == (Collection.COMING_IN,) * 3
    assert (after["H06"], after["H15"], after["H13"]) == (Collection.NONE_SO_FAR,) * 3


def test_a_reader_is_not_told_of_data_in_halls_beyond_their_own(session: Session) -> None:
    a_hall(session, "H1")
    a_hall(session, "H2")
    an_interaction(session, "H1")
    other = Actor("s", "s", (Grant(Role.SUPERVISOR, frozenset({"H2"})),))
    found = {line.standard.code: line.collection for line in lines(session, actor=other).values()}
    assert found["H01"] is Collection.NONE_SO_FAR


def test_every_limit_of_the_catalogue_is_said_with_its_unit_in_both_languages() -> None:
    for language in Language:
        t = translator_of(language)
        for row in CATALOGUE:
            said = limit_in_words(t, row)
            assert any(letter.isalpha() for letter in said), (row.code, said)


@pytest.mark.parametrize(
    ("code", "edition", "said"),
    [
        ("H01", None, "within 15 s"),
        ("H03", None, "on average at most 15 min"),
        ("H05", None, "within 5 min an item"),
        ("H07", None, "every time"),
        ("H10", None, "all 3 checks"),
        ("H11", None, "at most 0 times"),
        ("H15", None, "level 4 of 5 or better"),
        ("T05", None, "by the promised time"),
        ("C01", "2011", "within 1 working day"),
        ("C01", "2022", "within 24 h"),
        ("C06", None, "within 7 calendar days"),
        ("F01-remote", "2022", "on average at most 2 h"),
    ],
)
def test_a_limit_in_words(code: str, edition: str | None, said: str) -> None:
    row = next(row for row in CATALOGUE if row.code == code and edition in {None, row.edition})
    assert limit_in_words(translator_of(Language.EN), row) == said


def see(screen: Open, account: str = small.MANAGER, lang: str = "en", **asked: Any) -> AppTest:
    opened = screen("standards", account=account, lang=lang, **asked)
    assert not opened.exception
    return opened


def words_of(opened: AppTest) -> str:
    drawn = [*opened.title, *opened.subheader, *opened.markdown, *opened.caption, *opened.info, *opened.warning]
    return "\n".join(str(element.value) for element in drawn)


def table(opened: AppTest) -> pd.DataFrame:
    found: pd.DataFrame = opened.dataframe[0].value
    return found


@pytest.mark.usefixtures("small_region")
def test_the_page_opens_with_what_is_in_force_today(screen: Open) -> None:
    opened = see(screen)
    assert set(table(opened)["standing"]) == {"In force"}
    assert table(opened)["code"].is_unique
    assert "a hall of State Grid is judged by" in words_of(opened)
    assert "From training material. It is not a regulation." in words_of(opened)


@pytest.mark.usefixtures("small_region")
def test_a_day_in_the_past_shows_the_edition_of_that_day(screen: Open) -> None:
    rows = table(see(screen, day="2012-06-01")).set_index("code")
    assert rows.loc["C03", "edition"] == "2011"
    assert rows.loc["C03", "limit"] == "within 7 working days"
    assert rows.loc["C03", "days"] == "1 Jan 2011 to 31 Dec 2021"


def test_the_halls_issuer_decides(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        session.get_one(Branch, small.BY_DAY).issuer = Issuer.SOUTHERN_GRID
    rows = table(see(screen, hall=small.BY_DAY)).set_index("code")
    assert rows.loc["C03", "issuer"] == "Southern Grid"


@pytest.mark.usefixtures("small_region")
@pytest.mark.parametrize(
    ("asked", "column", "value"),
    [
        ({"dimension": "empathy"}, "dimension", "Empathy"),
        ({"basis": "observed"}, "basis", "Observed"),
        ({"issuer": "law", "tab": "every"}, "issuer", "Law and regulator"),
        ({"grade": "S"}, "grade", "S · Training material"),
        ({"edition": "2005", "tab": "every"}, "edition", "2005"),
        ({"tab": "off"}, "standing", "Switched off"),
    ],
)
def test_a_filter_in_the_address_narrows_the_table(
    screen: Open, asked: dict[str, str], column: str, value: str
) -> None:
    assert set(table(see(screen, **asked))[column]) == {value}


@pytest.mark.usefixtures("small_region")
def test_every_row_can_be_seen_and_searched_in_either_language(screen: Open) -> None:
    assert len(table(see(screen, tab="every"))) == len(CATALOGUE)
    for sought in ("taboo", "忌语"):
        assert list(table(see(screen, search=sought))["code"]) == ["H11"]


@pytest.mark.usefixtures("small_region")
def test_what_fits_nothing_says_so(screen: Open) -> None:
    opened = see(screen, search="no such standard")
    assert "No standard fits these filters." in words_of(opened)
    assert not opened.dataframe


@pytest.mark.usefixtures("small_region")
def test_a_code_shows_its_source_its_grade_and_all_its_editions(screen: Open) -> None:
    said = words_of(see(screen, standard="C03"))
    assert "C03 Complaint answered, public promise" in said
    assert "**2022** State Grid · within 5 working days" in said
    assert "**2011** State Grid · within 7 working days" in said
    assert "1 Jan 2011 to 31 Dec 2021 · grade B · Replaced by a later edition" in said
    assert "Southern Grid · within 5 working days" in said
    assert "](http" in said
    assert "it has a basis (Case records), but no data collection yet" in said
    assert "our own setting (grade I)" in said


@pytest.mark.usefixtures("small_region")
def test_the_three_promises_of_repair_can_be_read_side_by_side(screen: Open) -> None:
    said = words_of(see(screen, standard="F01-city", tab="every"))
    for edition in ("**2005**", "**2011**", "**2022**"):
        assert edition in said
    assert "within 45 min" in said
    assert "on average at most 45 min" in said
    assert "a reference for managers; this product does not collect it" in said


@pytest.mark.usefixtures("small_region")
def test_a_code_that_does_not_exist_is_told(screen: Open) -> None:
    assert "There is no standard X99." in words_of(see(screen, standard="X99"))


@pytest.mark.usefixtures("small_region")
def test_a_clerk_reads_the_same_catalogue(screen: Open) -> None:
    assert list(table(see(screen, account=small.CLERK))["code"]) == list(table(see(screen))["code"])


@pytest.mark.usefixtures("small_region")
def test_the_same_link_opens_in_chinese(screen: Open) -> None:
    opened = see(screen, lang="zh", standard="H01", grade="S")
    assert opened.title[0].value == "服务标准"
    assert table(opened).set_index("code").loc["H01", "limit"] == "15秒以内"
    assert "出自培训教材,不是规章制度。".replace(",", "\uff0c") in words_of(opened)
