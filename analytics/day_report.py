"""The day's report as it stands: the stored one, or what it would say now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from analytics.day_figures import day_figures
from models.actor import Actor, Right
from models.tables import Account, Branch, DayReport, HallDay, Interaction
from standards.day_report import Column, Figure, Figures, figure_of
from standards.masking import masked
from standards.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Edit:
    """A figure amended by hand."""

    column: Column
    value: str
    why: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Signature:
    """Who put their name to it, as accounts are called in either language, and when."""

    account: str
    name: str
    name_en: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """A day's report; while it is not written (`version` None) the figures are those of the moment asked."""

    branch_id: str
    name: str
    name_en: str
    day_on: date
    as_of: datetime
    figures: tuple[tuple[Column, Figure], ...]
    version: int | None = None
    written: Signature | None = None
    edits: tuple[Edit, ...] = ()
    incidents: str = ""
    signed: Signature | None = None
    reviewed: Signature | None = None
    closed: Signature | None = None
    excluded_now: int = 0

    @property
    def excluded_since(self) -> int:
        """How many more interactions are taken out now than when the figures were written; below 0 for fewer."""
        then = self.figure(Column.EXCLUDED).value
        return self.excluded_now - int(then) if isinstance(then, int | float) else 0

    def figure(self, column: Column) -> Figure:
        """What was counted; no data for a column that the report was written without."""
        return dict(self.figures).get(column, Figure(None))

    def edit(self, column: Column) -> Edit | None:
        """What a person wrote instead."""
        return next((edit for edit in self.edits if edit.column is column), None)


def day_report(session: Session, actor: Actor, branch_id: str, day_on: date, *, now: datetime) -> Report | None:
    """The report of a hall's day, or None for a hall that does not exist. Needs the right to see the hall."""
    actor.require(Right.READ_HALL, branch_id)
    branch = session.get(Branch, branch_id)
    if branch is None:
        return None
    closed = session.get(HallDay, (branch_id, day_on))
    closing = None if closed is None else _signature(session, closed.closed_by, closed.closed_at)
    stored = session.get(DayReport, (branch_id, day_on))
    if stored is None:
        figures = day_figures(session, actor, branch_id, day_on, now=now) or {}
        return Report(
            branch_id,
            branch.name,
            branch.name_en,
            day_on,
            now,
            _listed(figures),
            closed=closing,
            excluded_now=int(figures[Column.EXCLUDED].value or 0) if figures else 0,
        )
    return Report(
        branch_id,
        branch.name,
        branch.name_en,
        day_on,
        stored.written_at,
        _listed({Column(name): figure_of(figure) for name, figure in stored.figures.items()}),
        stored.version,
        _signature(session, stored.written_by, stored.written_at),
        tuple(_edit(name, edit) for name, edit in stored.edits.items()),
        masked(stored.incidents),
        _signature(session, stored.signed_by, stored.signed_at),
        _signature(session, stored.reviewed_by, stored.reviewed_at),
        closing,
        _excluded(session, branch_id, day_on),
    )


def _excluded(session: Session, branch_id: str, day_on: date) -> int:
    """How many interactions at the counters of a day are taken out as things stand."""
    taken = (
        select(func.count())
        .select_from(Interaction)
        .where(
            Interaction.branch_id == branch_id,
            Interaction.day_on == day_on,
            Interaction.channel == Channel.COUNTER,
            col(Interaction.excluded),
        )
    )
    return session.exec(taken).one()


def _listed(figures: Figures) -> tuple[tuple[Column, Figure], ...]:
    return tuple((column, figures[column]) for column in Column if column in figures)


def _signature(session: Session, by: str | None, at: datetime | None) -> Signature | None:
    if by is None or at is None:
        return None
    account = session.exec(select(Account).where(Account.name == by)).first()
    if account is None:
        return Signature(by, by, by, at)
    return Signature(by, account.display_name or by, account.display_name_en or by, at)


def _edit(name: str, edit: dict[str, str]) -> Edit:
    return Edit(Column(name), edit["value"], masked(edit["why"]), edit["by"], datetime.fromisoformat(edit["at"]))
