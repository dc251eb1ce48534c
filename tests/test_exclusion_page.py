"""The page of the exclusions: asked for with what it would do seen first, decided, reversed; and both figures after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from actions.exclusions import ask_exclusion, decide_exclusion
from actions.press import Stamp
from models.actor import Actor, Grant
from models.stays import Taken
from models.store import Store
from models.tables import Exclusion, new_id
from standards.vocabulary import Decision, ExclusionReason, Role
from tests import small_region as small
from tests.factories import MACHINE, an_interaction, at, minutes
from ui.exclusion_form import What
from ui.keys import Key

Open = Callable[..., AppTest]
HALL = small.ALWAYS_OPEN
HEAD = Actor("4", "head", (Grant(Role.SUPERVISOR, frozenset({HALL})),), HALL)
TEN_TO_ELEVEN = Taken(at(10), at(11))
LINKED = {"since": at(10).isoformat(), "until": at(11).isoformat()}
PERIOD = {"hall": HALL, "from": "2026-03-01", "to": "2026-03-07"}


def a_day(session: Session) -> UUID:
    """Twenty payments in time at nine; ten too long at ten, when the system was down. One of the latter."""
    for _ in range(20):
        an_interaction(session, HALL, arrived_at=at(9), handled=minutes(4))
    late = [an_interaction(session, HALL, arrived_at=at(10), handled=minutes(9), ticket="A007") for _ in range(10)]
    return late.pop()


def asked(session: Session, taken: Taken = TEN_TO_ELEVEN, why: str = "the line was cut") -> UUID:
    stamp = Stamp(HALL, str(new_id()), at(18))
    ask_exclusion(session, HEAD, stamp, taken, ExclusionReason.SYSTEM_FAILURE, why)
    return session.exec(select(Exclusion.id)).one()


def approved(session: Session, taken: Taken = TEN_TO_ELEVEN) -> UUID:
    made = asked(session, taken)
    decide_exclusion(session, MACHINE, Stamp(HALL, str(new_id()), at(18)), made, Decision.APPROVED, "seen in the log")
    return made


def see(screen: Open, account: str = small.SUPERVISOR, lang: str = "en", **parameters: Any) -> AppTest:
    return screen("exclusions", account=account, lang=lang, **({"hall": HALL} | parameters))


def words_of(opened: AppTest) -> str:
    assert not opened.exception
    drawn = [*opened.title, *opened.subheader, *opened.markdown, *opened.caption]
    drawn += [*opened.info, *opened.warning, *opened.error, *opened.success]
    return "\n".join(str(element.value) for element in drawn)


def stored(store: Store) -> Exclusion:
    with store.reading() as session:
        found = session.exec(select(Exclusion)).one()
        session.expunge(found)
        return found


def press(opened: AppTest, key: str) -> AppTest:
    return opened.button(key=key).click().run()


def test_a_hall_without_requests_says_so(small_region: Store, screen: Open) -> None:
    assert "Nothing is taken out of this hall's figures" in words_of(see(screen))


def test_a_link_fills_the_period_in_and_the_page_says_what_it_would_take(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        a_day(session)
    said = words_of(see(screen, **LINKED))
    assert "Takes 10 visits with 10 interactions." in said
    assert "Over all visits of 2 Mar 2026, now → then:" in said
    assert "Payment handled: 66.7% (n=30) → 100.0% (n=20)" in said
    assert "Share abandoned: 0.0% (n=30) → 0.0% (n=20)" in said


def test_what_is_asked_for_waits_with_its_reason(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        a_day(session)
    opened = see(screen, **LINKED)
    opened.text_input(key=Key.EXCLUSION_WHY).set_value("the line was *cut*").run()
    said = words_of(press(opened, Key.EXCLUSION_PRESS))
    assert "Asked for. The level above decides." in said
    assert "Waits for a decision" in said
    assert r"the line was \*cut\*" in said
    made = stored(small_region)
    assert (made.from_at, made.until_at, made.decision) == (at(10), at(11), None)


def test_without_a_reason_nothing_is_asked_for(small_region: Store, screen: Open) -> None:
    said = words_of(press(see(screen, **LINKED), Key.EXCLUSION_PRESS))
    assert "A reason is needed." in said
    with small_region.reading() as session:
        assert session.exec(select(Exclusion)).all() == []


def test_a_visit_is_asked_for_from_its_own_page(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        visit = a_day(session)
    own = screen("visit", account=small.SUPERVISOR, lang="en", hall=HALL, visit=visit)
    assert "Ask to exclude this visit" in [link.proto.label for link in own.get("page_link")]
    opened = see(screen, visit=visit)
    assert "Number A007" in words_of(opened)
    opened.text_input(key=Key.EXCLUSION_WHY).set_value("a duplicate").run()
    press(opened, Key.EXCLUSION_PRESS)
    assert stored(small_region).visit_id == visit


def test_a_visit_is_found_by_its_number(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        an_interaction(session, HALL, ticket="B012")
    opened = see(screen)
    opened.segmented_control(key=Key.EXCLUSION_WHAT).set_value(What.VISIT).run()
    opened.date_input(key=Key.EXCLUSION_DAY).set_value(at(10).date()).run()
    opened.text_input(key=Key.EXCLUSION_NUMBER).set_value("B013").run()
    assert "No visit of that day has this number." in words_of(opened)
    opened.text_input(key=Key.EXCLUSION_NUMBER).set_value("B012").run()
    assert "Takes 1 visit with 1 interaction." in words_of(opened)


def test_the_manager_sees_what_an_approval_brings_and_approves(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        a_day(session)
        made = asked(session)
    opened = see(screen, small.MANAGER)
    assert "Payment handled: 66.7% (n=30) → 100.0% (n=20)" in words_of(opened)
    opened.text_input(key=f"{Key.EXCLUSION_WHY} {made} asked").set_value("seen in the log").run()
    said = words_of(press(opened, f"{Key.EXCLUSION_PRESS} {made} approved"))
    assert "Approved: the figures leave these visits out from now on." in said
    assert "Approved: demo-manager" in said
    assert stored(small_region).decision is Decision.APPROVED


def test_the_manager_reverses_with_a_reason_and_the_trail_stays(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        a_day(session)
        made = approved(session)
    opened = see(screen, small.MANAGER)
    opened.text_input(key=f"{Key.EXCLUSION_WHY} {made} approved").set_value("another hall's log").run()
    opened = press(opened, f"{Key.EXCLUSION_PRESS} {made}")
    assert "these visits count again" in words_of(opened)
    opened.toggle(key=Key.EXCLUSION_OLD).set_value(True).run()
    said = words_of(opened)
    assert "Asked for: head" in said
    assert "Reversed: demo-manager" in said
    assert "another hall's log" in said


def test_the_manager_is_led_to_the_halls_where_requests_wait(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        asked(session)
    opened = see(screen, small.MANAGER, hall=small.BY_DAY)
    assert [link.proto.label for link in opened.get("page_link")] == ["Downtown Hall: 1 waiting for your decision"]


def test_who_only_reads_can_press_nothing(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        asked(session)
    opened = see(screen, small.AUDITOR)
    assert "the line was cut" in words_of(opened)
    assert not opened.button
    assert not opened.text_input


def test_the_supervisor_decides_nothing(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        made = asked(session)
    keys = {button.key for button in see(screen).button}
    assert not [key for key in keys if key and str(made) in key]


def test_the_page_speaks_chinese(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        a_day(session)
        approved(session)
    said = words_of(see(screen, lang="zh", **LINKED))
    assert "涉及到厅 10 人次，办理 10 笔。" in said
    assert "已批准" in said


# Wherever a share stands.


def test_the_compliance_page_says_nothing_of_exclusion_where_nothing_is_excluded(
    small_region: Store, screen: Open
) -> None:
    with small_region.writing() as session:
        a_day(session)
        asked(session)
    opened = screen("compliance", account=small.SUPERVISOR, lang="en", standard="H05", **PERIOD)
    assert "xclusion" not in words_of(opened)
    assert not [column for table in opened.dataframe for column in table.value.columns if "xclusion" in column]


def test_the_compliance_page_shows_both_figures_and_how_many_are_taken_out(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        a_day(session)
        approved(session)
    opened = screen("compliance", account=small.SUPERVISOR, lang="en", standard="H05", **PERIOD)
    said = words_of(opened)
    assert "100.0% (n=20)" in said
    assert "before exclusion 66.7% (n=30) · 10 taken out" in said
    assert "before exclusion Wait: mean 5 min 00 s (n=30)" in said
    [table] = [one.value for one in opened.dataframe if "Before exclusion" in one.value.columns]
    of_payment = table[table["Standard"].str.startswith("H05")].iloc[0]
    assert (of_payment["Before exclusion"], of_payment["Taken out"]) == ("66.7% (n=30)", 10)


def test_where_everything_is_taken_out_the_figure_before_stays(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        a_day(session)
        approved(session, Taken(at(8), at(12)))
    said = words_of(screen("compliance", account=small.SUPERVISOR, lang="en", **PERIOD))
    assert "No data · before exclusion 66.7% (n=30) · 30 taken out" in said


def test_halls_side_by_side_show_both_figures(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        a_day(session)
        approved(session)
    days = {"from": "2026-03-01", "to": "2026-03-07"}
    opened = screen("halls", account=small.MANAGER, lang="en", standard="H05", **days)
    assert "All halls together: before exclusion 66.7% (n=30) · 10 taken out." in words_of(opened)
    [table] = [one.value for one in opened.dataframe if "before" in one.value.columns]
    assert (list(table["excluded"].dropna()), list(table["before_n"].dropna())) == ([10], [30])


def test_an_excluded_visit_says_who_took_it_out_and_why(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        visit = a_day(session)
        approved(session)
    opened = screen("visit", account=small.SUPERVISOR, lang="en", hall=HALL, visit=visit)
    said = words_of(opened)
    assert "**Excluded** · System failure" in said
    assert "the line was cut" in said
    assert "Excluded: System failure." in said
    assert "Ask to exclude this visit" not in [link.proto.label for link in opened.get("page_link")]
