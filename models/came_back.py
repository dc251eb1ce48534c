"""Which tickets say that a customer who had to leave a visit open is back."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from models.visits import Interaction
from standards.vocabulary import Begun, Outcome

_WRONG = (Outcome.VOID, Outcome.TEST)


def came_back(previous: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on a ticket that it is a returned customer's; `previous` says of which visits.

    A ticket that was wrong brought nobody back, one that was merged did: its customer holds the other one.
    """
    right = or_(col(Interaction.outcome).not_in(_WRONG), col(Interaction.merged_into_id).is_not(None))
    return and_(previous, Interaction.begun == Begun.TICKET, right)  # type: ignore[arg-type]
