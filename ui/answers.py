"""The one boundary where answers are kept: everything that reads or writes the database for a screen goes through here.

A question is a function of `analytics`: `question(session=…, actor=…, **named)`, its other arguments plain and
hashable, its answer frozen. `now` is handed on without being part of what an answer is kept by: a kept answer is at
most as old as its keeping time, and says itself as of when it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from charts.shared import SharedFigure
from models.actor import Actor
from models.store import store

Answer = TypeVar("Answer")
Made = TypeVar("Made")

_KEPT_SECONDS, _LIVE_SECONDS = 60, 2
_NOT_A_KEY = "now"


def fresh(question: Callable[..., Answer], actor: Actor, **named: Any) -> Answer:
    """Ask now, keep nothing: for what a press depends on."""
    with store().reading() as session:
        answered: Answer = question(session=session, actor=actor, **named)
    return answered


def order(command: Callable[..., Answer], actor: Actor, **named: Any) -> Answer:
    """Carry out a command of `actions` in one transaction, committed at its end."""
    with store().writing() as session:
        done: Answer = command(session=session, actor=actor, **named)
    return done


def answer(question: Callable[..., Answer], actor: Actor, changes: int = 0, **named: Any) -> Answer:
    """Ask, or give what was answered within the last minute for the same change counter."""
    kept: Answer = _asked(_kept, question, actor, changes, named)
    return kept


def live(question: Callable[..., Answer], actor: Actor, changes: int = 0, **named: Any) -> Answer:
    """Ask, or give what was answered within the last two seconds for the same change counter."""
    kept: Answer = _asked(_kept_live, question, actor, changes, named)
    return kept


def shared(make: Callable[[], Made], *key: object) -> Made:
    """What `make` made for these keys within the last two seconds: one finished object for all viewers.

    Keys name everything it depends on: what it is, hall, language, theme, change counter.
    """
    made: Made = _made(store().url, tuple(key), make)
    return made


def forget() -> None:
    """Drop every kept answer and finished figure: the next question is asked anew."""
    for kept in (_kept, _kept_live, _made):
        kept.clear()


def _asked(keep: Callable[..., Any], question: Callable[..., Any], actor: Actor, changes: int, named: Any) -> Any:
    name = f"{question.__module__}.{question.__qualname__}"
    key = tuple(sorted((place, value) for place, value in named.items() if place != _NOT_A_KEY))
    return keep(store().url, name, repr(actor), changes, key, lambda: fresh(question, actor, **named))


@st.cache_data(ttl=_KEPT_SECONDS, max_entries=1000, show_spinner=False)
def _kept(
    url: str, name: str, who: str, changes: int, key: tuple[tuple[str, Any], ...], _ask: Callable[[], Any]
) -> Any:
    return _ask()


@st.cache_data(ttl=_LIVE_SECONDS, max_entries=500, show_spinner=False)
def _kept_live(
    url: str, name: str, who: str, changes: int, key: tuple[tuple[str, Any], ...], _ask: Callable[[], Any]
) -> Any:
    return _ask()


@st.cache_resource(ttl=_LIVE_SECONDS, max_entries=500, show_spinner=False)
def _made(url: str, key: tuple[object, ...], _make: Callable[[], Any]) -> Any:
    made = _make()
    if isinstance(made, SharedFigure):
        made.to_dict()
    return made
