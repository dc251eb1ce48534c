"""Rejects of earlier imports whose rows have come in now, marked some at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import literal, tuple_, update
from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.tables import ImportReject, Interaction

AT_ONCE = 500
"""Rejects looked at in one transaction; stores limit how many values a statement may hold."""
Place = tuple[UUID, int]
"""A reject's import and line."""


def mark_mended(
    session: Session,
    actor: Actor,
    branch_id: str,
    import_id: UUID,
    after: Place | None,
    reference_of: Callable[[Mapping[str, Any]], str | None],
) -> Place | None:
    """Mark those of the next rejects that an import has mended, and say where the next look begins; None at the end.

    `reference_of` reads the reference of a reject's content as the import reads its lines; None where it can't.
    """
    actor.require(Right.IMPORT, branch_id)
    looked_at = _next(session, branch_id, import_id, after)
    references = {(row.import_id, row.line): reference_of(row.content) for row in looked_at}
    asked = {reference for reference in references.values() if reference is not None}
    came = select(Interaction.external_ref).where(
        Interaction.branch_id == branch_id,
        Interaction.import_id == import_id,
        col(Interaction.external_ref).in_(sorted(asked)),
    )
    new = set(session.exec(came)) if asked else set()
    for (other_id, line), reference in references.items():
        if reference in new:
            session.execute(
                update(ImportReject)
                .where(
                    col(ImportReject.branch_id) == branch_id,
                    col(ImportReject.import_id) == other_id,
                    col(ImportReject.line) == line,
                )
                .values(mended_by_import_id=import_id)
            )
    return (looked_at[-1].import_id, looked_at[-1].line) if len(looked_at) == AT_ONCE else None


def _next(session: Session, branch_id: str, import_id: UUID, after: Place | None) -> list[Any]:
    """The rejects of other imports that nothing has mended yet, by import and line."""
    asked = (
        select(ImportReject.import_id, ImportReject.line, ImportReject.content)
        .where(
            ImportReject.branch_id == branch_id,
            ImportReject.import_id != import_id,
            col(ImportReject.mended_by_import_id).is_(None),
        )
        .order_by(col(ImportReject.import_id), col(ImportReject.line))
        .limit(AT_ONCE)
    )
    if after is not None:
        place = tuple_(col(ImportReject.import_id), col(ImportReject.line))  # compared whole, it is found by the key
        asked = asked.where(place > tuple_(literal(after[0], place.types[0]), literal(after[1], place.types[1])))
    return list(session.exec(asked).all())
