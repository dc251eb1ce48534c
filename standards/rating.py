"""The customer's rating 满意度评价: five levels, the reasons offered beside them, and how long it is asked for."""

from __future__ import annotations

from datetime import timedelta

from standards.message import Worded

ANSWER_WITHIN = timedelta(seconds=20)
"""How long the rating is asked for; then the visit stays without one."""
ASKED_WITHIN = 3 * ANSWER_WITHIN
"""How long after the end of the service a screen may begin to ask."""
SATISFIED_FROM = 4
"""The lowest level that counts as satisfied."""


class Level(Worded):
    """The levels, best first."""

    VERY_SATISFIED = "very_satisfied", "Very satisfied"
    SATISFIED = "satisfied", "Satisfied"
    FAIR = "fair", "Fair"
    DISSATISFIED = "dissatisfied", "Dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied", "Very dissatisfied"

    @property
    def points(self) -> int:
        """5 for the best, 1 for the worst: what is stored and judged."""
        return 5 - list(Level).index(self)


class Tag(Worded):
    """A reason that a customer may add to a level."""

    FRIENDLY = "friendly", "Friendly"
    QUICK = "quick", "Quick"
    CLEAR = "clear", "Well explained"
    SOLVED = "solved", "Everything done in one visit"
    WAITED_LONG = "waited_long", "Waited too long"
    SLOW = "slow", "Handled too slowly"
    ATTITUDE = "attitude", "Attitude"
    NOT_EXPLAINED = "not_explained", "Not well explained"
    NOT_SOLVED = "not_solved", "Not solved"
    BILL_UNCLEAR = "bill_unclear", "The bill is not clear"
    PAPERS_PIECEMEAL = "papers_piecemeal", "Papers asked for piece by piece"
    SENT_ABOUT = "sent_about", "Sent from one to another"


_PRAISE = (Tag.FRIENDLY, Tag.QUICK, Tag.CLEAR, Tag.SOLVED)
_BLAME = (Tag.WAITED_LONG, Tag.SLOW, Tag.ATTITUDE, Tag.NOT_EXPLAINED, Tag.NOT_SOLVED)
_BLAME_OF = {
    "payment": (Tag.BILL_UNCLEAR,),
    "invoice": (Tag.BILL_UNCLEAR,),
    "new_connection": (Tag.PAPERS_PIECEMEAL, Tag.SENT_ABOUT),
    "change": (Tag.PAPERS_PIECEMEAL, Tag.SENT_ABOUT),
    "meter": (Tag.SENT_ABOUT,),
    "repair": (Tag.SENT_ABOUT,),
    "complaint": (Tag.SENT_ABOUT,),
}


def tags_for(points: int, business_type: str) -> tuple[Tag, ...]:
    """The reasons offered beside a level (1 to 5) for a kind of business."""
    return _PRAISE if points >= SATISFIED_FROM else (*_BLAME, *_BLAME_OF.get(business_type, ()))
