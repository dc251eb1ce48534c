"""Observed checks, counted by interaction: a check that two observers disagree on has failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, func, not_, select
from sqlmodel import col

from models.base import table_of
from models.counters import CLOSED, NEVER
from models.visits import Interaction, Observation

_ROWS, _CHECKS = table_of(Interaction), table_of(Observation)
_FAILED_ITEM = case((col(Observation.met).is_(False), _CHECKS.c.item))
OBSERVED: ColumnElement[int] = func.count(distinct(_CHECKS.c.item)).label("observed")
FAILED: ColumnElement[int] = func.count(distinct(_FAILED_ITEM)).label("failed")


def checked_interactions(keys: Sequence[ColumnElement[Any]], where: ColumnElement[bool]) -> Any:
    """How many closed interactions had so many checks of a standard observed, and so many of them failed.

    A SELECT of the keys, `standard_code`, `observed`, `failed` and `interactions`; of what is never judged, nothing.
    """
    told = (*keys, _CHECKS.c.standard_code)
    same = and_(_CHECKS.c.branch_id == _ROWS.c.branch_id, _CHECKS.c.interaction_id == _ROWS.c.id)
    wanted: Any = select(*told, OBSERVED, FAILED)
    each = wanted.join_from(_ROWS, _CHECKS, same).where(where, CLOSED, not_(NEVER))
    one_each = each.group_by(*told, _ROWS.c.branch_id, _ROWS.c.id).subquery("checked")
    grouped: Any = select(*one_each.c, func.count().label("interactions"))
    return grouped.group_by(*one_each.c)
