"""History under another limit or edition: marked as such, beside the standing figures and never instead of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from standards.message import message
from standards.standard import Scope, Standard
from standards.vocabulary import (
    Aggregation,
    Basis,
    Characteristic,
    Dimension,
    Grade,
    Issuer,
    Measure,
    Subject,
    Unit,
)

WHAT_IF = "what-if"
WHAT_IF_TARGET = 0.9


def what_if(measure: Measure, limit: timedelta, *, like: Standard | None = None, per_item: bool = False) -> Standard:
    """A standard of our own with any limit, to replay history under; `like` gives the scope, target and words."""
    milliseconds = limit // timedelta(milliseconds=1)
    if like is not None:
        return replace(like, limit=milliseconds, issuer=Issuer.OWN, edition=WHAT_IF, in_force_from=None, grade=Grade.I)
    return Standard(
        code=WHAT_IF,
        issuer=Issuer.OWN,
        edition=WHAT_IF,
        name_zh="按其他时限试算",
        name_en=message("Replay under another limit").text,
        dimension=Dimension.RESPONSIVENESS,
        characteristic=Characteristic.TECHNICAL,
        subject=Subject.INTERACTION,
        measure=measure,
        basis=Basis.CLOCK,
        aggregation=Aggregation.WITHIN,
        limit=milliseconds,
        unit=Unit.MILLISECOND,
        per_item=per_item,
        scope=Scope(),
        target=WHAT_IF_TARGET,
        source="",
        grade=Grade.I,
    )
