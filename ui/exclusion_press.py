"""The presses of the exclusions: carried out once, said in words; figures kept from before are forgotten."""

from __future__ import annotations

from typing import Any

import streamlit as st

from actions.exclusions import ask_exclusion, decide_exclusion, reverse_exclusion
from analytics.exclusions import Request
from models.actor import Actor
from models.stays import Taken
from standards.message import Message, message
from standards.vocabulary import Decision, ExclusionReason
from ui import answers
from ui.keys import Key
from ui.language import say
from ui.press import Command, nonce, press

_ASKED = message("Asked for. The level above decides.")
_APPROVED = message("Approved: the figures leave these visits out from now on.")
_REFUSED = message("Refused: nothing is taken out.")
_REVERSED = message("Reversed: these visits count again.")


def ask(who: Actor, branch_id: str, taken: Taken, reason: ExclusionReason) -> None:
    """Ask for what stands in the form; taken, it is empty again."""
    why = str(st.session_state.get(Key.EXCLUSION_WHY, ""))
    if _give(ask_exclusion, who, branch_id, {"taken": taken, "reason": reason, "why": why}, _ASKED):
        st.session_state[Key.EXCLUSION_WHY] = ""
        st.session_state[Key.EXCLUSION_NUMBER] = ""
        st.session_state[Key.EXCLUSION_FROM_TIME] = st.session_state[Key.EXCLUSION_UNTIL_TIME] = None


def decide(who: Actor, request: Request, decision: Decision) -> None:
    """Approve or refuse, with the reason typed beside it."""
    named = {"exclusion_id": request.id, "decision": decision, "why": _why(request)}
    _give(decide_exclusion, who, request.branch_id, named, _APPROVED if decision is Decision.APPROVED else _REFUSED)


def take_back(who: Actor, request: Request) -> None:
    """Reverse what was approved, with the reason typed beside it."""
    _give(reverse_exclusion, who, request.branch_id, {"exclusion_id": request.id, "why": _why(request)}, _REVERSED)


def why_key(request: Request) -> str:
    """The field for the reason of a step."""
    return f"{Key.EXCLUSION_WHY} {request.id} {request.state}"


def draw_done() -> None:
    """What the last press did."""
    said: Message | None = st.session_state.pop(Key.EXCLUSION_DONE, None)
    if said is not None:
        st.success(say(said))


def _why(request: Request) -> str:
    return str(st.session_state.get(why_key(request), ""))


def _give(command: Command, who: Actor, branch_id: str, named: dict[str, Any], done: Message) -> bool:
    if press(command, who, branch_id, f"exclusion {nonce()}", None, named) is None:
        return False
    answers.forget()
    st.session_state[Key.EXCLUSION_DONE] = done
    return True
