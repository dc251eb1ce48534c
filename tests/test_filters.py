"""The filters: presets are dates, and the address keeps them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as any_
from streamlit.testing.v1 import AppTest

from models.actor import Actor, Grant
from models.store import Store
from standards.vocabulary import Role
from tests import small_region as small
from ui.filters import Preset, preset_days
from ui.keys import Key

A_DAY = date(2026, 3, 31)
EVERYWHERE = Actor("a", "a", (Grant(Role.REGIONAL_MANAGER, None),))


@pytest.mark.parametrize(
    ("preset", "first_on", "last_on"),
    [
        (Preset.TODAY, A_DAY, A_DAY),
        (Preset.YESTERDAY, date(2026, 3, 30), date(2026, 3, 30)),
        (Preset.LAST_7, date(2026, 3, 24), date(2026, 3, 30)),
        (Preset.THIS_MONTH, date(2026, 3, 1), A_DAY),
        (Preset.LAST_MONTH, date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_a_preset_is_explicit_days(preset: Preset, first_on: date, last_on: date) -> None:
    assert preset_days(preset, A_DAY) == (first_on, last_on)


@given(any_.dates(date(1990, 1, 1), date(2100, 1, 1)), any_.sampled_from([p for p in Preset if p is not Preset.OTHER]))
def test_a_preset_begins_before_it_ends_and_not_after_today(today: date, preset: Preset) -> None:
    first_on, last_on = preset_days(preset, today)
    assert first_on <= last_on <= today
    counted = {Preset.LAST_7: 7, Preset.LAST_28: 28, Preset.LAST_90: 90}.get(preset)
    assert counted is None or last_on - first_on == timedelta(days=counted - 1)


def a_filtered_page() -> None:
    """A page of nothing but filters."""
    from datetime import UTC, datetime

    import streamlit as st

    from standards.vocabulary import Channel
    from ui import filters, session
    from ui.keys import Key
    from ui.language import translator

    hall = filters.hall(session.actor())
    days = filters.period(hall.zone, datetime(2026, 3, 31, 4, 0, tzinfo=UTC))
    channel = filters.choice("channel", list(Channel), translator().label, text="-", key=Key.CHANNEL, every="*")
    st.session_state["found"] = (hall.id, *days, channel)


def filtered(**parameters: str) -> AppTest:
    page = AppTest.from_function(a_filtered_page, default_timeout=30)
    page.session_state[Key.ACTOR] = EVERYWHERE
    page.query_params.update(parameters)
    page.run()
    assert not page.exception
    return page


@pytest.mark.usefixtures("small_region")
class TestFilters:
    def test_what_is_not_asked_for_is_written_down_as_it_was_chosen(self) -> None:
        page = filtered()
        assert page.session_state["found"] == (small.ALWAYS_OPEN, date(2026, 3, 3), date(2026, 3, 30), None)
        assert dict(page.query_params) == {"hall": small.ALWAYS_OPEN, "from": "2026-03-03", "to": "2026-03-30"}

    def test_a_link_shows_what_it_says(self) -> None:
        page = filtered(**{"hall": small.BY_DAY, "from": "2026-01-05", "to": "2026-01-06", "channel": "telephone"})
        assert page.session_state["found"] == (small.BY_DAY, date(2026, 1, 5), date(2026, 1, 6), "telephone")
        assert page.selectbox(key=Key.PERIOD).value is Preset.OTHER

    def test_what_is_chosen_goes_into_the_address(self) -> None:
        page = filtered()
        page.selectbox(key=Key.PERIOD).set_value(Preset.LAST_MONTH).run()
        page.selectbox(key=Key.HALL).set_value(small.BY_DAY).run()
        assert page.query_params["from"] == "2026-02-01"
        assert page.query_params["to"] == "2026-02-28"
        assert page.query_params["hall"] == small.BY_DAY

    def test_a_hall_that_is_not_there_is_said_and_another_shown(self) -> None:
        page = filtered(hall="nowhere")
        assert page.session_state["found"][0] == small.ALWAYS_OPEN
        assert "nowhere" in page.warning[0].value


@pytest.mark.parametrize(("role", "tells_how"), [(Role.REGIONAL_MANAGER, False), (Role.ADMINISTRATOR, True)])
def test_without_a_hall_a_sentence_stands_there(embedded_store: Store, role: Role, tells_how: bool) -> None:
    page = AppTest.from_function(a_filtered_page, default_timeout=30)
    page.session_state[Key.ACTOR] = Actor("a", "a", (Grant(role, None),))
    page.run()
    assert [info.value for info in page.info] == ["尚未为您设置营业厅。"]
    assert ["python -m actions branch add" in said.value for said in page.markdown] == [True] * tells_how
