"""The page of accounts: found, read, changed in two steps, added, taken from a file; each reader their own scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from actions.credentials import matches
from actions.people import add_account, grant
from analytics.account_list import AccountState, account_page
from models.access_rules import ACCOUNT_FAILURES, LOCK_MINUTES, rule_value
from models.actor import NotAllowed, actor_of
from models.sessions import Lasting, Place, begin_session, sessions_of
from models.settings import duties_apart
from models.store import Store
from models.tables import Account, Credential, RoleGrant, SignInWay, Throttle
from standards.vocabulary import Role
from tests import small_region as small
from tests.factories import MACHINE
from ui.account_tabs import Part
from ui.keys import Key

Page = Callable[..., AppTest]
NOW = datetime.now(UTC)
A_DAY = Lasting(timedelta(hours=8), timedelta(days=1))


@pytest.fixture
def page(small_region: Store, screen: Callable[..., AppTest]) -> Page:
    def opened(
        search: str = "", part: Part | None = None, account: str = small.ADMINISTRATOR, lang: str = "en"
    ) -> AppTest:
        made = sound(screen("accounts", account=account, lang=lang))
        if part is not None:
            made.session_state[Key.ACCOUNTS_PART] = part
            sound(made.run())
        if search:
            keyed(made.text_input, Key.ACCOUNTS_SEARCH).set_value(search)
            sound(made.run())
        return made

    return opened


def sound(opened: AppTest) -> AppTest:
    assert not opened.exception, opened.exception
    return opened


def words_of(opened: AppTest) -> str:
    drawn = [*opened.title, *opened.subheader, *opened.markdown, *opened.caption, *opened.info, *opened.warning]
    drawn += [*opened.error, *opened.success, *opened.code]
    return "\n".join(str(element.value) for element in drawn)


def widget(kind: Any, label: str) -> Any:
    found = [one for one in kind if one.label == label]
    assert found, [one.label for one in kind]
    return found[0]


def keyed(kind: Any, key: str, *, ends: str = "") -> Any:
    found = [one for one in kind if str(one.key).startswith(key) and str(one.key).endswith(ends)]
    assert found, [one.key for one in kind]
    return found[0]


def labels(opened: AppTest) -> set[str]:
    return {str(one.label) for one in opened.button}


def account(session: Session, name: str) -> Account:
    return session.exec(select(Account).where(Account.name == name)).one()


def roles(store: Store, name: str) -> set[tuple[str, str]]:
    with store.reading() as session:
        held = session.exec(select(RoleGrant).where(RoleGrant.account_id == account(session, name).id)).all()
        return {(row.role.value, row.scope) for row in held}


def test_everybody_is_listed_and_nothing_is_chosen(page: Page) -> None:
    opened = page()
    assert len(opened.dataframe[0].value) == 8
    assert "Choose a line" in words_of(opened)


def test_a_search_that_fits_one_opens_the_card_and_one_that_fits_none_says_so(page: Page) -> None:
    said = words_of(page(small.CLERK))
    assert "Counter staff · Downtown Hall" in said
    assert "No password yet." in said
    assert "No account fits." in words_of(page("nobody at all"))


def test_a_typed_name_is_no_markdown(page: Page, small_region: Store) -> None:
    with small_region.writing() as session:
        add_account(session, MACHINE, "x", display_name="**bold** [a](http://b)", branch_id=small.BY_DAY, now=NOW)
    assert "\\*\\*bold\\*\\*" in words_of(page("bold"))


def test_a_role_is_given_and_taken_away_with_a_reason(page: Page, small_region: Store) -> None:
    opened = page(small.GUIDE)
    keyed(opened.selectbox, Key.ACCOUNTS_GIVE_ROLE).set_value(Role.CLERK)
    keyed(opened.selectbox, Key.ACCOUNTS_GIVE_SCOPE).set_value(small.BY_DAY)
    sound(widget(opened.button, "Give the role").click().run())
    assert "The role is given." in words_of(opened)
    assert roles(small_region, small.GUIDE) == {("guide", small.ALWAYS_OPEN), ("clerk", small.BY_DAY)}
    keyed(opened.selectbox, Key.ACCOUNTS_TAKE_ROLE).set_value((Role.GUIDE, small.ALWAYS_OPEN))
    sound(widget(opened.button, "Take it away").click().run())
    assert "A reason is needed." in words_of(opened)
    keyed(opened.text_input, Key.ACCOUNTS_TAKE, ends="why").set_value("moved")
    sound(widget(opened.button, "Take it away").click().run())
    assert roles(small_region, small.GUIDE) == {("clerk", small.BY_DAY)}


def test_an_account_is_closed_with_a_reason_and_opened_again(page: Page, small_region: Store) -> None:
    opened = page(small.GUIDE)
    keyed(opened.text_input, Key.ACCOUNTS_CLOSE, ends="why").set_value("left the company")
    sound(widget(opened.button, "Close it").click().run())
    assert "Account is closed" in words_of(opened)
    with small_region.reading() as session:
        assert not account(session, small.GUIDE).active
    sound(widget(opened.button, "Open it again").click().run())
    with small_region.reading() as session:
        assert account(session, small.GUIDE).active


def test_a_leaving_date_is_set(page: Page, small_region: Store) -> None:
    opened = page(small.GUIDE)
    day = NOW.date() + timedelta(days=30)
    keyed(opened.date_input, Key.ACCOUNTS_LEAVING_DAY).set_value(day)
    keyed(opened.text_input, f"{Key.ACCOUNTS_LEAVING} ", ends="why").set_value("retires")
    sound(widget(opened.button, "Save the leaving date").click().run())
    with small_region.reading() as session:
        assert account(session, small.GUIDE).leaving_on == day
    assert "Leaves on" in words_of(opened)


def test_where_somebody_is_signed_in_is_seen_and_ended_and_a_lock_lifted(page: Page, small_region: Store) -> None:
    with small_region.writing() as session:
        guide = account(session, small.GUIDE).id
        begin_session(session, guide, SignInWay.PASSWORD, Place("10.0.0.7"), A_DAY, now=NOW)
        until = NOW + timedelta(hours=1)
        for before in ("account", "password"):  # at signing in, and at changing the password since
            session.add(Throttle(name=f"{before} {small.GUIDE}", first_at=NOW, last_at=NOW, locked_until=until))
            until += timedelta(minutes=7)
    opened = page(small.GUIDE)
    said = words_of(opened)
    assert "10.0.0.7" in said
    assert "Locked out until" in said
    (warning,) = opened.warning
    assert "Locked after too many wrong passwords" in warning.value
    assert f"{NOW + timedelta(hours=1, minutes=7):%M:%S}" in warning.value, "the later of both locks"
    sound(widget(opened.button, "Unlock").click().run())
    assert not opened.warning
    sound(widget(opened.button, "Sign out now").click().run())
    assert "10.0.0.7" not in words_of(opened)
    with small_region.reading() as session:
        assert sessions_of(session, guide) == []
        assert session.get(Throttle, f"account {small.GUIDE}") is None


def test_a_reset_password_is_shown_until_it_is_noted(page: Page, small_region: Store) -> None:
    opened = page(small.GUIDE)
    sound(widget(opened.button, "Make a temporary password").click().run())
    (password,) = [str(shown.value) for shown in opened.code]
    with small_region.reading() as session:
        kept = session.exec(select(Credential)).one()
        assert (kept.temporary, matches(kept.kind, kept.digest, password)) == (True, True)
    sound(widget(opened.button, "It is noted").click().run())
    assert not opened.code
    assert password not in str(opened.session_state)


def test_one_s_own_account_can_t_be_closed_there(page: Page) -> None:
    offered = labels(page(small.ADMINISTRATOR))
    assert offered & {"Close it", "Give the role", "Take it away", "Save the leaving date"} == set()


def test_an_auditor_reads_and_changes_nothing(page: Page) -> None:
    opened = page(small.GUIDE, account=small.AUDITOR)
    assert "Guide · Downtown Hall" in words_of(opened)
    assert labels(opened) & {"Close it", "Give the role", "Make a temporary password", "Unlock"} == set()


@pytest.fixture
def region(store: Store) -> Store:
    """The small region on either engine."""
    with store.writing() as session:
        small.put_small_region(session)
    return store


def test_an_administrator_of_a_hall_sees_its_accounts_alone(region: Store) -> None:
    with region.writing() as session:
        made = add_account(session, MACHINE, "of-the-hall", roles=[(Role.ADMINISTRATOR, small.BY_DAY)], now=NOW)
        grant(session, MACHINE, account(session, small.GUIDE).id, Role.GUIDE, small.BY_DAY, now=NOW)
        actor = actor_of(session, session.get_one(Account, made))
        found = account_page(session, actor, now=NOW)
        assert {line.name for line in found.lines} == {small.DAY_SUPERVISOR, "of-the-hall"}
        with pytest.raises(NotAllowed):
            account_page(session, actor_of(session, account(session, small.SUPERVISOR)), now=NOW)


def test_thousands_are_paged_and_filtered(region: Store) -> None:
    with region.writing() as session:
        session.add_all(
            Account(name=f"n{nth:04}", display_name=f"员工{nth}", branch_id=small.BY_DAY, active=nth % 10 > 0)
            for nth in range(1_200)
        )
    with region.reading() as session:
        found = account_page(session, MACHINE, search="员工", offset=1_150, limit=50, now=NOW)
        assert (found.total, [line.name for line in found.lines][:1]) == (1_200, ["n1150"])
        counted = {state: account_page(session, MACHINE, state=state, now=NOW).total for state in AccountState}
        assert counted == {
            AccountState.OPEN: 1_080 + 8,
            AccountState.CLOSED: 120,
            AccountState.LOCKED: 0,
            AccountState.NEVER: 1_080 + 8,
            AccountState.LEAVING: 0,
        }
        assert account_page(session, MACHINE, search="100%_", now=NOW).total == 0
        assert account_page(session, MACHINE, branch_id=small.BY_DAY, role=Role.SUPERVISOR, now=NOW).total == 1


def test_one_more_account_is_added_with_its_password(page: Page, small_region: Store) -> None:
    opened = page(part=Part.ADD)
    keyed(opened.text_input, Key.ACCOUNTS_NEW_NAME).set_value("1017")
    keyed(opened.text_input, "accounts_new_called").set_value("张敏")
    keyed(opened.multiselect, Key.ACCOUNTS_NEW_ROLES).set_value([Role.CLERK])
    sound(opened.run())
    sound(widget(opened.button, "Add and show the password").click().run())
    assert len(opened.code) == 1
    with small_region.reading() as session:
        made = account(session, "1017")
        assert (made.display_name, made.staff_id, made.branch_id) == ("张敏", "1017", small.ALWAYS_OPEN)
    assert roles(small_region, "1017") == {("clerk", small.ALWAYS_OPEN)}
    assert "1017 is added. Roles: Counter staff" in words_of(opened)
    assert keyed(opened.multiselect, Key.ACCOUNTS_NEW_ROLES).value == []
    first = str(opened.code[0].value)
    keyed(opened.text_input, Key.ACCOUNTS_NEW_NAME).set_value("1018")
    keyed(opened.multiselect, Key.ACCOUNTS_NEW_ROLES).set_value([Role.GUIDE])
    sound(opened.run())
    sound(widget(opened.button, "Add and show the password").click().run())
    assert [str(shown.value) for shown in opened.code][1:] == [first]
    sound(widget(opened.button, "It is noted").click().run())
    assert [str(shown.value) for shown in opened.code] == [first]


def test_a_file_is_tried_taken_and_its_passwords_forgotten(page: Page, small_region: Store) -> None:
    opened = page(part=Part.FILE)
    book, content = Workbook(), BytesIO()
    for row in (("工号", "姓名", "厅", "角色"), ("9", "=1+1", "城东营业厅", "引导员"), ("10", "李强", "?", "引导员")):
        book.worksheets[0].append(row)
    book.worksheets[0]["B2"].data_type = "s"
    book.save(content)
    opened.file_uploader[0].upload("people.xlsx", content.getvalue(), "application/octet-stream")
    sound(opened.run())
    assert list(opened.dataframe[0].value["state"]) == ["⚠ Refused", "New"]
    assert "Guide · East Hall" in opened.dataframe[0].value["changes"][1]
    sound(widget(opened.button, "Take 1 line in").click().run())
    assert "Temporary passwords for new people: 1." in words_of(opened)
    assert "shown only here: download them before you leave" in opened.warning[0].value
    assert roles(small_region, "9") == {("guide", small.BY_DAY)}
    sound(widget(opened.button, "The sheet is saved: forget the passwords").click().run())
    assert "accounts_taken" not in opened.session_state


def test_duties_are_kept_apart_in_two_steps(page: Page, small_region: Store) -> None:
    opened = page(part=Part.APART)
    sound(widget(opened.button, "Keep them apart").click().run())
    with small_region.reading() as session:
        assert duties_apart(session)
    sound(widget(opened.button, "Keep them apart no longer").click().run())
    assert "A reason is needed." in words_of(opened)


def test_the_page_speaks_chinese(page: Page) -> None:
    said = words_of(page(small.CLERK, lang="zh"))
    assert "窗口人员 · 城中营业厅" in said
    assert "尚未设置密码。" in said


def test_the_rules_of_signing_in_are_set_with_their_bounds(page: Page, small_region: Store) -> None:
    opened = page(part=Part.APART)
    widget(opened.number_input, "Wrong passwords that lock an account").set_value(7)
    sound(widget(opened.button, "Save").click().run())
    with small_region.reading() as session:
        assert rule_value(session, ACCOUNT_FAILURES) == 7
        assert rule_value(session, LOCK_MINUTES) == LOCK_MINUTES.usual


def test_a_locked_address_is_told_and_unlocked(page: Page, small_region: Store) -> None:
    assert "No address is locked." in words_of(page(part=Part.APART))
    with small_region.writing() as session:
        until = NOW + timedelta(hours=1)
        session.add(Throttle(name="address 10.0.0.7", failures=30, first_at=NOW, last_at=NOW, locked_until=until))
    opened = page(part=Part.APART)
    assert "10.0.0.7: 30 wrong sign-ins, locked until" in words_of(opened)
    sound(widget(opened.button, "Unlock").click().run())
    assert not opened.warning
    assert "No address is locked." in words_of(opened)
    with small_region.reading() as session:
        assert session.get(Throttle, "address 10.0.0.7") is None
