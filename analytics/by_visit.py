"""Which figures of a selection only the visits themselves can tell, because the rollups do not hold them."""

from __future__ import annotations

from sqlmodel import Session

from analytics.cells import rollup_for
from analytics.closed import counters_of
from analytics.followed import Followed, followed
from analytics.observed import in_cells
from analytics.question import Question, question
from analytics.selection import Selection
from models.actor import Actor
from standards.vocabulary import Measure


def counted_by_visit(session: Session, actor: Actor, selection: Selection) -> tuple[str, ...]:
    """The codes of the standards that are counted visit by visit, in their order: by what they are narrowed, or by a
    limit that is not kept; the figures are the same, and take longer. Needs the right to see the halls.
    """
    asked = question(session, actor, selection)
    judged = followed(session, asked)
    return tuple(sorted({one.standard.code for one in judged if _by_visit(asked, one)}))


def _by_visit(asked: Question, one: Followed) -> bool:
    if one.standard.measure is Measure.OBSERVATION and not in_cells(asked):
        return True
    return rollup_for(asked, counters_of(one), scope=one.standard.scope) is None
