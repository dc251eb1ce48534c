"""Pressing save on the grid of late entries where there is nothing to save."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from models.store import Store
from tests import small_region as small
from ui.keys import Key
from ui.late_saving import Saved


def test_a_press_with_nothing_typed_says_so_and_a_second_one_keeps_what_the_first_said(
    small_region: Store, screen: Callable[..., AppTest]
) -> None:
    opened = screen("late-entry", account=small.CLERK, lang="en")
    opened.button(Key.LATE_SAVE).click().run()
    assert [said.value for said in opened.error] == ["Nothing is typed yet."]
    opened.session_state[Key.LATE_RESULT] = Saved(3)
    opened.button(Key.LATE_SAVE).click().run()
    assert [said.value for said in opened.success] == ["Saved: 3 visits."]
