"""Whose accounts somebody may see or manage: those whose hall and whose every role lie within their own scope."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, select

from models.actor import Actor, Right, rights_of
from models.organisation import Account, Branch, Region, RoleGrant


@dataclass(frozen=True, slots=True)
class Reach:
    """The halls, and the regions with all below them, where an actor has a right; `everything` is every hall to come.

    A region is within it only where it lies in a region of the actor's: whoever has all its halls today, one by one,
    has not those that join it tomorrow.
    """

    everything: bool
    branch_ids: frozenset[str] = frozenset()
    region_ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return self.everything or bool(self.branch_ids or self.region_ids)

    @property
    def scopes(self) -> frozenset[str]:
        """The codes of its halls and regions; without meaning where it is everything."""
        return self.branch_ids | self.region_ids

    def covers(self, scope: str) -> bool:
        """Whether a hall, a region, or everything (`*`) lies within it."""
        return self.everything or scope in self.scopes

    def takes_in(self, branch_id: str | None, scopes: Iterable[str]) -> bool:
        """Whether an account of this hall with roles in these scopes lies within it; one that is nowhere lies above."""
        places = [*scopes, *([] if branch_id is None else [branch_id])]
        return self.everything or (bool(places) and all(self.covers(place) for place in places))


def reach_of(session: Session, actor: Actor, *rights: Right) -> Reach:
    """Where an actor has one of these rights."""
    if any(actor.may(right) for right in rights):
        return Reach(everything=True)
    known = frozenset(session.exec(select(Branch.id)))
    halls = frozenset().union(*(actor.halls(right, known) for right in rights))
    return Reach(False, halls, _regions_of(session, actor, frozenset(rights)))


def scopes_of(session: Session, account_id: UUID) -> frozenset[str]:
    """The scopes of an account's roles."""
    return frozenset(session.exec(select(RoleGrant.scope).where(RoleGrant.account_id == account_id)))


def within(session: Session, reach: Reach, account: Account) -> bool:
    """Whether an account lies within a reach."""
    return reach.takes_in(account.branch_id, scopes_of(session, account.id))


def regions_below(session: Session, tops: Iterable[str]) -> frozenset[str]:
    """These regions with all below them."""
    inside = set(tops)
    children = session.exec(select(Region.id, Region.parent_id)).all()
    while grown := {region for region, parent in children if parent in inside} - inside:
        inside |= grown
    return frozenset(inside)


def _regions_of(session: Session, actor: Actor, rights: frozenset[Right]) -> frozenset[str]:
    """Of the actor's own grants: a PIN cuts them to the counter, whatever else the account may."""
    named = {one.scope for one in actor.grants if rights & rights_of(one.role, separated=actor.separated)}
    regions = set(session.exec(select(Region.id)))
    return regions_below(session, named & regions)
