"""The customer's rating: asked for when the service ends, given once, with its reasons."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session

from actions.at_counter import row_of
from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused
from models.actor import Actor, Right
from models.tables import Interaction
from standards.message import message
from standards.rating import ANSWER_WITHIN, ASKED_WITHIN, Level, Tag, tags_for
from standards.vocabulary import Outcome

# The last press is made within the time that is shown; the line needs a moment more.
_ON_THE_WAY = ANSWER_WITHIN / 4


def ask_rating(session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID) -> Receipt:
    """Keep that the customer was asked, and when: who was never asked can't have been silent."""

    def work(press: Press) -> None:
        row = row_of(press, interaction_id)
        if row.outcome is not Outcome.COMPLETED:
            raise Refused("not_over", message("This visit is not over: nobody is asked yet."))
        if row.rating_asked_at is None and (row.ended_at is None or press.now - row.ended_at > ASKED_WITHIN):
            raise Refused("too_late", message("The time for a rating is over."))
        row.rating_asked_at = row.rating_asked_at or stamp.now

    return perform(session, actor, stamp, "ask_rating", work, right=Right.DISPLAY)


def rate(session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID, level: Level) -> Receipt:
    """Give the rating 满意度评价: the first one stands."""

    def work(press: Press) -> None:
        row = _asked(press, interaction_id)
        if row.rating is not None:
            raise Refused("rated", message("A rating was given already; the first one stands."))
        row.rating, row.rated_at = level.points, stamp.now

    return perform(session, actor, stamp, "rate", work, right=Right.DISPLAY)


def add_reasons(session: Session, actor: Actor, stamp: Stamp, interaction_id: UUID, tags: Iterable[Tag]) -> Receipt:
    """Add the reasons to a rating that was just given; reasons that were not offered with it are refused."""
    chosen = tuple(dict.fromkeys(tags))

    def work(press: Press) -> None:
        row = _asked(press, interaction_id)
        if row.rating is None:
            raise Refused("not_rated", message("There is no rating to give reasons for."))
        if not set(chosen) <= set(tags_for(row.rating, row.business_type)):
            raise Refused("unknown_reason", message("This reason does not go with this rating."))
        row.rating_tags = " ".join(chosen)

    return perform(session, actor, stamp, "add_reasons", work, right=Right.DISPLAY)


def _asked(press: Press, interaction_id: UUID) -> Interaction:
    """The interaction, while its customer may still answer."""
    row = row_of(press, interaction_id)
    since = row.rated_at or row.rating_asked_at
    if since is None:
        raise Refused("not_asked", message("Nobody was asked for a rating of this visit."))
    if press.now - since > ANSWER_WITHIN + _ON_THE_WAY:
        raise Refused("too_late", message("The time for a rating is over."))
    return row
