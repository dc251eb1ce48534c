"""How often each standard was met: by the standard of each day, with n and interval, whole and in groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from analytics.followed import Followed, asked_for, followed
from analytics.question import Question, question, sorted_keys
from analytics.replay import what_if
from analytics.selection import By, Key, Selection
from analytics.spread import Cases, Spread, values_of
from analytics.standard_share import StandardShare, by_number, together
from analytics.tally import (
    COMPLETED,
    EXCLUDED,
    FINDINGS,
    MET,
    MISSED,
    NOT_JUDGED,
    OBSERVED,
    PENDING,
    SCOPED,
    VALUE_SUM,
    VALUES,
    Tallied,
    Tallies,
    Tally,
    tallies,
)
from models.actor import Actor, Right
from standards.standard import Standard
from standards.vocabulary import Measure

__all__ = [
    "GroupShare",
    "StandardShare",
    "chargeable",
    "grouped_shares",
    "replayed",
    "shares",
    "together",
    "what_if",
]

_NEARLY_PERSONAL = frozenset({By.COUNTER, By.STAFF, By.HOUR, By.BUSINESS_TYPE})
_NOT_OF_ONE_CLERK = frozenset({Measure.WAIT, Measure.DOOR_GREETING})


@dataclass(frozen=True, slots=True)
class GroupShare:
    """One group's share; the key has one value per grouping asked for."""

    key: Key
    share: StandardShare


def chargeable(standard: Standard) -> bool:
    """Whether a standard may be asked of one counter or person: waits are not charged to a clerk."""
    return standard.measure not in _NOT_OF_ONE_CLERK


def shares(
    session: Session, actor: Actor, selection: Selection, *, codes: tuple[str, ...] | None = None, now: datetime
) -> tuple[StandardShare, ...]:
    """Every standard whose facts interactions hold, one per code and edition in force in the period.

    For one counter or person the waits are left out. Needs the right to see the halls (people: results by person).
    """
    asked = question(session, actor, selection)
    judged = followed(session, asked, None if codes is None else frozenset(codes))
    judged = tuple(one for one in judged if not selection.of_one_clerk or chargeable(one.span.standard))
    judged = _told(actor, selection, judged)
    counted = tallies(session, asked, judged, now)
    return tuple(_whole(session, asked, one, counted) for one in judged)


def grouped_shares(
    session: Session,
    actor: Actor,
    selection: Selection,
    standard: str | Standard,
    by: tuple[By, ...],
    *,
    now: datetime,
    spread: bool = True,
) -> tuple[GroupShare, ...]:
    """A standard's share in each group that has cases in its scope, in order of the keys.

    A code is judged by its row of each day; a `Standard` replays history under itself. By counter or person there are
    no groups for waits. Without `spread` a mean comes alone: for those who find the percentiles of many groups at once.
    Groups of which everything is excluded are there, with the figure before.
    """
    asked = question(session, actor, selection, by)
    judged = asked_for(session, asked, standard)
    if selection.of_one_clerk or {By.COUNTER, By.STAFF}.intersection(by):
        judged = tuple(one for one in judged if chargeable(one.span.standard))
    judged = _told(actor, selection, judged, by)
    counted = tallies(session, asked, judged, now)
    after, before = _by_key(counted.after), _by_key(counted.before or {})
    cases = Cases(*(sum(one.values for listed in found.values() for one in listed) for found in (after, before)))
    values = values_of(session, asked, judged if spread else (), cases)
    whole = {key: replace(together(listed), spread=values.after.spread([key])) for key, listed in after.items()}
    for key, listed in before.items():
        whole[key] = replace(whole[key], before=replace(together(listed), spread=values.before.spread([key])))
    return tuple(GroupShare(key, whole[key]) for key in sorted_keys(set(whole)))


def _by_key(counted: Tallies) -> dict[Key, list[StandardShare]]:
    groups: dict[Key, list[StandardShare]] = {}
    for one, by_key in counted.items():
        for key, tally in by_key.items():
            groups.setdefault(key, []).append(_share(one, tally))
    return groups


def _told(
    actor: Actor, selection: Selection, judged: tuple[Followed, ...], by: tuple[By, ...] = ()
) -> tuple[Followed, ...]:
    """Without what could tell a clerk how one customer rated them: that needs the right to results by person."""
    narrow = selection.nearly_personal or _NEARLY_PERSONAL.intersection(by)
    if not narrow or all(actor.may(Right.READ_STAFF, branch_id) for branch_id in selection.branch_ids):
        return judged
    return tuple(one for one in judged if one.span.standard.measure is not Measure.RATING)


def replayed(
    session: Session, actor: Actor, selection: Selection, standard: Standard, *, now: datetime
) -> StandardShare:
    """History judged by any standard, on every day of the selection; the standing figures are those of `shares`."""
    asked = question(session, actor, selection)
    (one,) = asked_for(session, asked, standard)
    return _whole(session, asked, one, tallies(session, asked, (one,), now))


def _whole(session: Session, asked: Question, one: Followed, counted: Tallied) -> StandardShare:
    """The share of an ungrouped question; with a mean come the percentiles of its values."""
    after, before = (found[one].get((), Tally()) for found in (counted.after, counted.before or counted.after))
    values = values_of(session, asked, (one,), Cases(after.figures[VALUES], before.figures[VALUES]))
    share = _share(one, after, values.after.spread())
    return replace(share, before=_share(one, before, values.before.spread())) if counted.before else share


def _share(one: Followed, tally: Tally, spread: Spread | None = None) -> StandardShare:
    figures, span = tally.figures, one.span
    return StandardShare(
        standards=(span.standard,),
        first_on=span.first_on,
        last_on=span.last_on,
        met=figures[MET],
        missed=figures[MISSED],
        pending=figures[PENDING],
        not_judged=figures[NOT_JUDGED],
        scoped=figures[SCOPED],
        values=figures[VALUES],
        value_sum_ms=figures[VALUE_SUM],
        observed=figures[OBSERVED],
        findings=figures[FINDINGS],
        excluded=figures[EXCLUDED],
        completed=figures[COMPLETED],
        source_counts=by_number(tally.sources),
        spread=spread,
    )
