"""What is known before a file of accounts is planned: places by code and name, accounts, people, roles."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, select

from actions.account_rules import managing
from actions.refusal import Refused
from ingest.account_file import parts_of
from models.account_scope import Reach
from models.actor import EVERYWHERE, Actor
from models.settings import duties_apart
from models.tables import Account, Branch, Region, RoleGrant, Staff
from standards.message import message
from standards.vocabulary import Role

_EVERYWHERE = frozenset({EVERYWHERE, "全部", "全部营业厅", "所有营业厅", "all", "all halls"})


@dataclass(frozen=True, slots=True)
class Known:
    """The store as it stands; `places` has the codes that a word means, of halls and of regions."""

    actor: Actor
    reach: Reach
    halls: frozenset[str]
    places: dict[str, frozenset[str]]
    by_name: dict[str, Account]
    by_person: dict[tuple[str | None, str], Account]
    people: dict[tuple[str, str], bool]
    """Whether somebody still serves, by hall and staff number."""
    roles: dict[UUID, frozenset[tuple[Role, str]]]
    apart: bool

    def grants(self, account: Account | None) -> frozenset[tuple[Role, str]]:
        """The roles of an account with their scopes; nobody has none."""
        return frozenset() if account is None else self.roles.get(account.id, frozenset())

    def scopes(self, text: str) -> tuple[str, ...]:
        """The codes of the halls and regions that a cell names, in its order; `*` is everything. Refused otherwise."""
        return tuple(dict.fromkeys(self._scope(part) for part in self._parts(text)))

    def _parts(self, text: str) -> tuple[str, ...]:
        return (text,) if text.casefold() in self.places else parts_of(text)

    def _scope(self, word: str) -> str:
        if word.casefold() in _EVERYWHERE:
            return EVERYWHERE
        codes = self.places.get(word.casefold(), frozenset())
        if not codes:
            raise Refused("unknown_scope", message("{scope} is neither a hall nor a region.", scope=word))
        if len(codes) > 1:
            said = message(
                "{name} is the name of several: write the code, one of {codes}.", name=word, codes=_list(codes)
            )
            raise Refused("several_places", said)
        return next(iter(codes))


def known_accounts(session: Session, actor: Actor) -> Known:
    """What is known, in a handful of questions; NotAllowed for who manages no accounts."""
    reach = managing(session, actor)
    accounts = session.exec(select(Account)).all()
    roles: dict[UUID, set[tuple[Role, str]]] = defaultdict(set)
    for row in session.exec(select(RoleGrant)):
        roles[row.account_id].add((row.role, row.scope))
    halls, regions = session.exec(select(Branch)).all(), session.exec(select(Region)).all()
    served = session.exec(select(Staff.branch_id, Staff.id, Staff.erased_at))
    return Known(
        actor=actor,
        reach=reach,
        halls=frozenset(hall.id for hall in halls),
        places=_places([*halls, *regions]),
        by_name={row.name.lower(): row for row in accounts},
        by_person={(row.branch_id, row.staff_id): row for row in accounts if row.staff_id is not None},
        people={(branch_id, staff_id): erased_at is None for branch_id, staff_id, erased_at in served},
        roles={account_id: frozenset(held) for account_id, held in roles.items()},
        apart=duties_apart(session),
    )


def _places(rows: list[Branch | Region]) -> dict[str, frozenset[str]]:
    """The codes that a word means: a code means itself, a name all that bear it."""
    named: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name in (row.name, row.name_en):
            if name:
                named[name.casefold()].add(row.id)
    return {name: frozenset(codes) for name, codes in named.items()} | {
        row.id.casefold(): frozenset({row.id}) for row in rows
    }


def _list(codes: frozenset[str]) -> str:
    return ", ".join(sorted(codes))
