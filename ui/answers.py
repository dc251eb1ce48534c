"""The one boundary where answers are kept: everything that reads or writes the database for a screen goes through here.

A question is a function of `analytics`: `question(session=…, actor=…, **named)`, its other arguments plain and
hashable, its answer frozen. `now` is handed on without being part of what an answer is kept by: a kept answer is at
most as old as its keeping time, and says itself as of when it is. Each asks and writes as whoever is signed in now,
with the rights of now (`ui.presence`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from actions.presence import at_work
from charts.shared import SharedFigure
from models.actor import Actor
from models.store import store
from ui import presence
from ui.keeping import Kept

Answer = TypeVar("Answer")
Made = TypeVar("Made")

_KEPT_SECONDS, _LIVE_SECONDS, _DAY_SECONDS = 60, 2, 15
_NOT_A_KEY = "now"

_kept = Kept(_KEPT_SECONDS, most=1000)
_kept_live = Kept(_LIVE_SECONDS, most=500)
_made = Kept(_LIVE_SECONDS, most=500)
_of_the_day = Kept(_DAY_SECONDS, most=500)


def fresh(question: Callable[..., Answer], actor: Actor, **named: Any) -> Answer:
    """Ask now, keep nothing: for what a press depends on."""
    return _ask(question, presence.still_here(actor), named)


def order(command: Callable[..., Answer], actor: Actor, **named: Any) -> Answer:
    """Carry out a command of `actions` in one transaction, committed at its end."""
    with store().writing() as session:
        who = presence.within_write(actor, lambda session_id, now: at_work(session, session_id, now=now))
        done: Answer = command(session=session, actor=who, **named)
    return done


def in_parts(work: Callable[..., Answer], actor: Actor, **named: Any) -> Answer:
    """Carry out work of many short transactions, so that presses get in between: it opens them itself."""
    done: Answer = work(store=store(), actor=presence.right_now(actor), **named)
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
    return _shared(_made, make, key)


def of_the_day(make: Callable[[], Made], *key: object) -> Made:
    """The same for what moves with the hall's change counter and hardly with the hour: it stands for 15 seconds.

    The keys name the change counter and the local day: what is pressed is seen as soon as in anything shared.
    """
    return _shared(_of_the_day, make, key)


def forget() -> None:
    """Drop every kept answer and finished figure: the next question is asked anew."""
    for kept in (_kept, _kept_live, _made, _of_the_day):
        kept.clear()


def _asked(keep: Kept, question: Callable[..., Any], actor: Actor, changes: int, named: Any) -> Any:
    """Kept for the actor, whose rights are in the key: nobody is given what another may see."""
    who = presence.still_here(actor)
    name = f"{question.__module__}.{question.__qualname__}"
    places = tuple(sorted((place, value) for place, value in named.items() if place != _NOT_A_KEY))
    key = (store().url, name, who, changes, places)
    return keep.value(key, lambda: _ask(question, who, named))


def _ask(question: Callable[..., Answer], who: Actor, named: dict[str, Any]) -> Answer:
    with store().reading() as session:
        answered: Answer = question(session=session, actor=who, **named)
    return answered


def _shared(keep: Kept, make: Callable[[], Made], key: tuple[object, ...]) -> Made:
    def finished() -> Made:
        made = make()
        if isinstance(made, SharedFigure):
            made.to_dict()
        return made

    made: Made = keep.value((store().url, *key), finished)
    return made
