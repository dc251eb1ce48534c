"""Which dated standards speak of the interactions of a question, and in which of its halls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlmodel import Session

from analytics.facts import counts_findings
from analytics.question import HallFacts, Question
from models.standing import catalogue
from standards.standard import Span, Standard, spans
from standards.vocabulary import Aggregation, Channel, HallClass, Measure, Subject

TIMED = frozenset({Measure.WAIT, Measure.GREETING, Measure.DOOR_GREETING, Measure.HANDLING})
SERVED = frozenset({Measure.GREETING, Measure.HANDLING})
"""What is measured by stamps of the service, which may have another source than the ticket and the call."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A dated standard and the halls that follow it, those outside its classes left out."""

    span: Span
    branch_ids: frozenset[str]

    @property
    def standard(self) -> Standard:
        return self.span.standard

    def covers(self, channel: Channel, business_type: str) -> bool:
        """Whether interactions of its halls are in scope; halls outside the standard's classes do not follow it."""
        scope = self.standard.scope
        return scope.covers(channel, business_type, (*scope.hall_classes, HallClass.C)[0])


def speaks_of_interactions(standard: Standard) -> bool:
    """Whether interactions hold the facts of a standard: judged one by one, averaged, or counted."""
    return standard.judges_interactions or (
        standard.subject is Subject.INTERACTION and (is_mean(standard) or counts_findings(standard))
    )


def is_mean(standard: Standard) -> bool:
    """Whether it holds the mean of a measured time against its limit."""
    return standard.aggregation is Aggregation.MEAN and standard.measure in TIMED


def followed(session: Session, asked: Question, codes: frozenset[str] | None = None) -> tuple[Followed, ...]:
    """The dated standards that the halls of a question are judged by in its period, in order of code and date."""
    rows = [row for row in catalogue(session) if codes is None or row.code in codes]
    halls: dict[Span, set[str]] = {}
    for issuer in {hall.issuer for hall in asked.halls}:
        own = [hall for hall in asked.halls if hall.issuer is issuer]
        for span in spans(rows, issuer, asked.selection.first_on, asked.selection.last_on):
            if speaks_of_interactions(span.standard):
                halls.setdefault(span, set()).update(_of_class(span.standard, own))
    ordered = sorted(halls, key=lambda span: (span.standard.code, span.first_on, span.standard.issuer))
    return tuple(Followed(span, frozenset(halls[span])) for span in ordered)


def asked_for(session: Session, asked: Question, standard: str | Standard) -> tuple[Followed, ...]:
    """A code by its row of each day; a standard of the asker's own on every day and in every hall of its classes."""
    if not isinstance(standard, Standard):
        return followed(session, asked, frozenset({standard}))
    span = Span(standard, asked.selection.first_on, asked.selection.last_on)
    return (Followed(span, frozenset(_of_class(standard, asked.halls))),)


def _of_class(standard: Standard, halls: Iterable[HallFacts]) -> Iterator[str]:
    classes = standard.scope.hall_classes
    return (hall.branch_id for hall in halls if not classes or hall.hall_class in classes)
