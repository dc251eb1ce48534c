"""The parts of the accounts' page, for whoever may do them."""

from __future__ import annotations

from analytics.account_places import places
from models.actor import Actor, Right
from standards.message import Worded
from ui import answers


class Part(Worded):
    LIST = "list", "All accounts"
    ADD = "add", "New account"
    FILE = "file", "From a file"
    APART = "apart", "Rules"


def parts(who: Actor) -> list[Part]:
    """The list for every reader; what changes accounts for who manages some."""
    offered = [Part.LIST]
    if answers.answer(places, who, to_give=True):
        offered += [Part.ADD, Part.FILE]
    if who.may(Right.OPERATE):
        offered.append(Part.APART)
    return offered
