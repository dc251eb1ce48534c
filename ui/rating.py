"""The rating screen: appears when a service ends, asks for twenty seconds, and shows nobody's answer to anybody.

Chinese stands first and English beneath, whoever set the screen up: customers choose no language.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import streamlit as st

from actions.press import Stamp
from actions.rating import add_reasons, ask_rating, rate
from actions.refusal import Refused
from analytics.ratings import Asked
from models.actor import Actor
from models.store import StoreAway
from standards.message import Message, Worded, message
from standards.rating import Level, Tag, tags_for
from ui import answers, clock
from ui.component import component
from ui.keys import Key
from ui.language import Translator, translator_of
from ui.wording import Language

_rating = component("rating")
_ASK = message("How was our service?")
_REASONS = message("What should we know?")
_THANKS = message("Thank you for your rating.")
_WELCOME = message("Welcome")
_DONE = message("Send")
_LEFT = message("{seconds} s left", seconds="{seconds}")
_TROUBLE = message("That was not stored yet. Please press once more.")


def draw_rating(who: Actor, hall_id: str, asked: Asked | None) -> None:
    """Show what is asked now, and take the customer's press."""

    def take() -> None:
        pressed = st.session_state[Key.RATING_SCREEN].press
        if pressed is not None:
            _answer(who, hall_id, pressed)

    if asked is not None and not asked.asked:
        key = f"ask-rating:{asked.interaction_id}"
        _order(ask_rating, who, hall_id, key, interaction_id=asked.interaction_id)
    _rating(key=Key.RATING_SCREEN, data=json.dumps(_said(asked), ensure_ascii=False), on_press_change=take)


def _answer(who: Actor, hall_id: str, pressed: dict[str, Any]) -> None:
    """One face, then at most one set of reasons: each is stored as it is pressed."""
    interaction_id = UUID(pressed["id"])
    if "level" in pressed:
        level = Level(pressed["level"])
        _order(rate, who, hall_id, f"rate:{interaction_id}", interaction_id=interaction_id, level=level)
    else:
        tags = tuple(Tag(tag) for tag in pressed["tags"])
        key = f"rating-reasons:{interaction_id}"
        _order(add_reasons, who, hall_id, key, interaction_id=interaction_id, tags=tags)
        st.session_state[Key.RATING_DONE] = str(interaction_id)


def _order(command: Any, who: Actor, hall_id: str, key: str, **named: Any) -> None:
    """A refusal says nothing to a customer: the screen goes on to what is so."""
    try:
        answers.order(command, who, stamp=Stamp(hall_id, key, clock.now()), **named)
    except (Refused, StoreAway):
        return


def _said(asked: Asked | None) -> dict[str, Any]:
    done = asked is not None and (
        asked.reasons_given or st.session_state.get(Key.RATING_DONE) == str(asked.interaction_id)
    )
    step = "welcome" if asked is None else "ask" if asked.rating is None else "thanks" if done else "reasons"
    title = {"welcome": _WELCOME, "ask": _ASK, "reasons": _REASONS, "thanks": _THANKS}[step]
    timed = asked is not None and step in {"ask", "reasons"}
    tags = tags_for(asked.rating, asked.business_type) if asked is not None and asked.rating is not None else ()
    return {
        "step": step,
        "id": "" if asked is None else str(asked.interaction_id),
        "title": _both(title),
        "levels": [{"value": level.value, "points": level.points, "words": _names(level)} for level in Level],
        "tags": [{"value": tag.value, "words": _names(tag)} for tag in tags],
        "done": _both(_DONE),
        "left": _both(_LEFT),
        "left_ms": round(asked.left.total_seconds() * 1000) if asked is not None and timed else None,
        "trouble": _both(_TROUBLE),
    }


def _languages() -> tuple[Translator, Translator]:
    return translator_of(Language.ZH).plain, translator_of(Language.EN).plain


@cache
def _both(said: Message) -> list[str]:
    return [t.say(said) for t in _languages()]


@lru_cache(typed=True)  # members of two kinds may be equal
def _names(member: Worded) -> list[str]:
    return [t.label(member) for t in _languages()]
