"""Which days of a question have cells that are not to be read, and how its halves name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, not_, select, true, tuple_
from sqlmodel import Session, col

from analytics.question import Question
from models.dirty import DIRTY_DAY
from models.tables import Interaction

_MOST_NAMED = 200
"""More marks than this are left to the database to look up."""


@dataclass(frozen=True, slots=True)
class MarkedDays:
    """The halls' days of a question that are marked; None where they are too many to be named one by one."""

    days: tuple[tuple[str, date], ...] | None

    def clean(self, asked: Question, columns: Any) -> ColumnElement[bool]:
        """The condition that what has these columns is of a day that is not marked."""
        return not_(self._marked(asked, columns)) if self._of(asked) != [] else true()

    def rows(self, asked: Question) -> ColumnElement[bool] | None:
        """The condition on `Interaction` that it is of a question and of a marked day; None where no day is."""
        found = self._of(asked)
        if found is None:
            return and_(asked.where(), self._marked(asked, Interaction))
        if not found:
            return None
        # By day instead of from day to day: a store that is given both looks at every visit in between.
        halls, days = ({each[place] for each in found} for place in (0, 1))
        named = and_(col(Interaction.branch_id).in_(sorted(halls)), col(Interaction.day_on).in_(sorted(days)))
        return and_(named, self._marked(asked, Interaction), asked.narrowing())

    def _of(self, asked: Question) -> list[tuple[str, date]] | None:
        halls = set(asked.branch_ids)
        return None if self.days is None else [each for each in self.days if each[0] in halls]

    def _marked(self, asked: Question, columns: Any) -> ColumnElement[bool]:
        found = self._of(asked)
        return tuple_(columns.branch_id, columns.day_on).in_(_marks(asked) if found is None else found)


def marked_days(session: Session, asked: Question) -> MarkedDays:
    """The days of a question whose cells are not to be read."""
    rows = session.connection().execute(_marks(asked).distinct().limit(_MOST_NAMED + 1)).all()
    return MarkedDays(tuple((branch_id, day) for branch_id, day in rows) if len(rows) <= _MOST_NAMED else None)


def _marks(asked: Question) -> Any:
    return select(DIRTY_DAY.c.branch_id, DIRTY_DAY.c.day_on).where(
        DIRTY_DAY.c.branch_id.in_(asked.branch_ids),
        DIRTY_DAY.c.day_on.between(asked.selection.first_on, asked.selection.last_on),
    )
