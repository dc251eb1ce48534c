"""The frame: who gets in, what they see first, and that no screen opens without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from models.settings import DEMO
from models.store import Store
from models.tables import Setting
from standards.vocabulary import Role
from tests import small_region as small
from ui.keys import Key
from ui.navigation import SCREENS, Screen, first_screen, screens_for

Open = Callable[..., AppTest]


def _drawn(opened: AppTest) -> str:
    elements = [*opened.error, *opened.warning, *opened.info, *opened.header, *opened.title, *opened.markdown]
    return "\n".join(str(element.value) for element in elements)


@pytest.mark.usefixtures("embedded_store")
def test_without_a_demo_region_nobody_gets_in_and_the_way_to_sign_in_is_all_there_is(screen: Open) -> None:
    opened = screen(lang="en")
    assert not opened.exception
    assert [header.value for header in opened.header] == ["You are signed out."]
    assert not opened.sidebar.selectbox
    assert Key.ACTOR not in opened.session_state


def test_an_unmarked_database_offers_no_account_even_where_it_has_some(small_region: Store, screen: Open) -> None:
    with small_region.writing() as session:
        session.delete(session.get_one(Setting, DEMO))
    opened = screen(account=small.SUPERVISOR)
    assert [header.value for header in opened.header] == ["您已退出登录。"]
    assert Key.ACTOR not in opened.session_state


@pytest.mark.usefixtures("small_region")
class TestInADemoRegion:
    def test_the_supervisor_of_the_hall_that_never_closes_is_let_in_first(self, screen: Open) -> None:
        opened = screen()
        assert opened.session_state[Key.ACTOR].name == small.SUPERVISOR
        assert opened.query_params["as"] == small.SUPERVISOR

    def test_the_account_in_the_address_is_the_one_let_in(self, screen: Open) -> None:
        assert screen(account=small.CLERK).session_state[Key.ACTOR].name == small.CLERK

    def test_an_unknown_account_in_the_address_falls_back(self, screen: Open) -> None:
        assert screen(account="nobody").session_state[Key.ACTOR].name == small.SUPERVISOR

    def test_the_chooser_changes_the_actor(self, screen: Open) -> None:
        opened = screen("standards")
        opened.sidebar.selectbox(key=Key.ACCOUNT_ROLE).set_value(Role.GUIDE).run()
        assert not opened.exception
        assert opened.session_state[Key.ACTOR].name == small.GUIDE
        assert opened.query_params["as"] == small.GUIDE

    def test_the_chooser_changes_the_account_within_a_role(self, screen: Open) -> None:
        opened = screen("standards")
        opened.sidebar.selectbox(key=Key.ACCOUNT).set_value(small.DAY_SUPERVISOR).run()
        assert opened.session_state[Key.ACTOR].branch_id == small.BY_DAY

    def test_the_language_switch_speaks_the_other_language_and_stays_in_the_address(self, screen: Open) -> None:
        opened = screen("standards")
        assert opened.sidebar.selectbox(key=Key.ACCOUNT_ROLE).label == "岗位"
        opened.query_params["lang"] = "en"
        opened.run()
        assert opened.sidebar.selectbox(key=Key.ACCOUNT_ROLE).label == "Role"
        assert opened.query_params["lang"] == "en"

    def test_a_strip_has_no_sidebar(self, screen: Open) -> None:
        assert not screen("standards", strip=1).sidebar.selectbox

    def test_an_unreadable_address_is_said_in_a_sentence(self, screen: Open) -> None:
        opened = screen("standards", lang="en", day="2026-02-30")
        assert not opened.exception
        assert "The link's “day” can't be read (2026-02-30); it is left out." in _drawn(opened)

    @pytest.mark.parametrize("listed", SCREENS, ids=lambda listed: listed.url_path)
    def test_every_screen_opens_in_the_frame_for_a_role_that_may_see_it(self, listed: Screen, screen: Open) -> None:
        accounts = {
            Role.CLERK: small.CLERK,
            Role.GUIDE: small.GUIDE,
            Role.SUPERVISOR: small.SUPERVISOR,
            Role.REGIONAL_MANAGER: small.MANAGER,
            Role.ADMINISTRATOR: small.ADMINISTRATOR,
            Role.AUDITOR: small.AUDITOR,
        }
        for role, account in accounts.items():
            if role in listed.roles:
                assert not screen(listed.url_path, account=account).exception, role


@pytest.mark.parametrize("listed", SCREENS, ids=lambda listed: listed.url_path)
def test_a_screen_without_the_frame_draws_one_sentence_and_nothing_else(listed: Screen, small_region: Store) -> None:
    cold = AppTest.from_file(str(listed.path), default_timeout=60).run()
    assert not cold.exception
    assert [error.value for error in cold.error] == ["本页面只能登录后在系统内打开。"]
    assert len(cold.main.children) == 1


def test_the_list_of_screens_is_the_folder_of_pages() -> None:
    assert {screen.path for screen in SCREENS} == {
        path for path in SCREENS[0].path.parent.glob("*.py") if path.name != "__init__.py"
    }


def test_addresses_are_kebab_case_and_each_is_its_own() -> None:
    paths = [screen.url_path for screen in SCREENS]
    assert len(set(paths)) == len(paths)
    assert all(path == path.lower() and "_" not in path for path in paths)


@pytest.mark.parametrize(
    ("role", "url_path"),
    [
        (Role.CLERK, "counter-desk"),
        (Role.GUIDE, "guide-desk"),
        (Role.SUPERVISOR, "live-board"),
        (Role.REGIONAL_MANAGER, "halls"),
        (Role.ADMINISTRATOR, "system"),
        (Role.AUDITOR, "live-board"),
    ],
)
def test_each_role_sees_its_own_first_screen(role: Role, url_path: str) -> None:
    assert first_screen({role}).url_path == url_path
    assert first_screen({role}) in screens_for({role})


def test_who_administers_some_halls_alone_is_not_sent_to_the_installation_s_screen() -> None:
    offered = {screen.url_path for screen in screens_for({Role.ADMINISTRATOR}, ())}
    assert "system" not in offered
    assert first_screen({Role.ADMINISTRATOR}, ()).url_path in offered
