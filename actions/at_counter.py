"""A counter as the commands find it: who stands there, whose it is, and its changes of state."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import and_, bindparam, insert, or_, update
from sqlmodel import Session, col, select

from actions.press import Press, unless_stale
from actions.refusal import Refused
from models.actor import Actor, Right
from models.base import new_id, table_of
from models.by_key import row_by_key
from models.tables import Correction, Counter, CounterSpell, Interaction
from standards.message import message
from standards.queueing import FREES_COUNTER as FREES_COUNTER
from standards.vocabulary import CorrectionKind, CounterState, Outcome, PauseReason

# Built once: every press asks them, and building them costs more than their answers.
_OCCUPYING = and_(
    col(Interaction.branch_id) == bindparam("hall"),
    # Each by itself: the values of an IN are put into the statement anew at every press.
    or_(*(col(Interaction.outcome) == outcome for outcome in (Outcome.CALLED, Outcome.SERVING, Outcome.HELD))),
    col(Interaction.counter_id) == bindparam("counter"),
)
_AT_COUNTER = select(Interaction).where(_OCCUPYING)
_COUNTER = (
    select(Counter, Interaction)
    .join_from(Counter, Interaction, _OCCUPYING, isouter=True)
    .where(col(Counter.branch_id) == bindparam("hall"), col(Counter.id) == bindparam("counter"))
)
_SPELLS = table_of(CounterSpell)
_END_SPELLS = (
    update(_SPELLS)
    .where(_SPELLS.c.branch_id == bindparam("hall"), _SPELLS.c.counter_id == bindparam("counter"))
    .where(_SPELLS.c.ended_at.is_(None))
    .values(ended_at=bindparam("now", type_=_SPELLS.c.ended_at.type))
)
_BEGIN_SPELL = insert(_SPELLS)


def the_counter(press: Press, counter_id: int) -> Counter:
    """The counter of a press, remembered for the trail with who occupies it; Refused where it is unknown."""
    found = press.session.execute(_COUNTER, {"hall": press.branch.id, "counter": counter_id}).all()
    if not found:
        raise Refused("unknown_counter", message("There is no counter {counter} in this hall.", counter=counter_id))
    counter: Counter = found[0][0]
    unless_stale(counter.version, press.seen)
    press.occupants[counter_id] = _occupant(row for _, row in found if row is not None)
    press.counter = press.touch(counter)
    return counter


def staffed_counter(press: Press, counter_id: int) -> Counter:
    """The counter, where the actor is signed on (or acts for the machine)."""
    counter = the_counter(press, counter_id)
    if counter.staff_id is None or counter.state is CounterState.CLOSED:
        raise Refused("closed", message("Counter {counter} is closed: sign on first.", counter=counter_id))
    if not press.actor.all_rights and counter.staff_id != press.actor.staff_id:
        raise Refused("not_yours", message("Somebody else is signed on at counter {counter}.", counter=counter_id))
    return counter


def at_counter(session: Session, branch_id: str, counter_id: int) -> Interaction | None:
    """The interaction that occupies a counter, or None."""
    return _occupant(session.execute(_AT_COUNTER, {"hall": branch_id, "counter": counter_id}).scalars())


def _occupant(rows: Iterable[Interaction]) -> Interaction | None:
    """Who stands there, of all who are under way at a counter: some are away and leave it free."""
    return next((row for row in rows if row.hold_kind not in FREES_COUNTER), None)


def present(press: Press, counter: Counter, *allowed: Outcome) -> Interaction:
    """The interaction at the press's counter in one of the allowed states, touched; Refused otherwise."""
    row = press.occupants[counter.id]
    if row is None:
        raise Refused("nobody", message("Nobody is at counter {counter}.", counter=counter.id))
    if row.outcome not in allowed:
        raise Refused("wrong_state", message("This can't be done now: {outcome}.", outcome=row.outcome))
    press.interaction_id = row.id
    return press.touch(row)


def free(press: Press, counter: Counter) -> None:
    """Refuse unless the press's counter is open and nobody is at it."""
    if counter.state is CounterState.PAUSED:
        raise Refused("paused", message("Counter {counter} is paused: resume first.", counter=counter.id))
    unoccupied(press, counter)


def unoccupied(press: Press, counter: Counter) -> None:
    """Refuse where somebody is at the press's counter."""
    if press.occupants[counter.id] is not None:
        raise Refused("occupied", message("Somebody is still at counter {counter}.", counter=counter.id))


def row_of(press: Press, interaction_id: UUID) -> Interaction:
    """An interaction by its id, touched; Refused where there is none."""
    row = row_by_key(press.session, Interaction, press.branch.id, interaction_id)
    if row is None:
        raise Refused("unknown_interaction", message("There is no such interaction in this hall."))
    press.interaction_id = row.id
    return press.touch(row)


def seat(row: Interaction, counter: Counter) -> None:
    """Name who serves at a counter on an interaction: the person there, and whoever guides a trainee."""
    row.counter_id, row.staff_id, row.mentor_id = counter.id, counter.staff_id, counter.mentor_id


def set_state(press: Press, counter: Counter, state: CounterState, pause: PauseReason | None = None) -> None:
    """Change a counter's state; the spell it ends and the one it begins are kept."""
    if (counter.state, counter.pause_reason) == (state, pause):
        return
    _end_spells(press, counter)
    counter.state, counter.pause_reason, counter.since_at = state, pause, press.now
    if pause is None:
        counter.back_at = None
    begun = {
        "branch_id": press.branch.id,
        "id": new_id(),
        "counter_id": counter.id,
        "staff_id": counter.staff_id,
        "state": state,
        "pause_reason": pause,
        "covering": counter.covering,
        "began_at": press.now,
    }
    press.session.connection().execute(_BEGIN_SPELL, begun)


def _end_spells(press: Press, counter: Counter) -> None:
    """End what lasts at a counter: in the table, and among the rows that this session has read or yet to write."""
    at = {"hall": counter.branch_id, "counter": counter.id, "now": press.now}
    press.session.connection().execute(_END_SPELLS, at)
    for row in (*press.session.new, *press.session.identity_map.values()):
        if isinstance(row, CounterSpell) and (row.branch_id, row.counter_id) == (counter.branch_id, counter.id):
            row.ended_at = row.ended_at or press.now


def own(actor: Actor, row: Interaction) -> None:
    """Refuse whoever touches somebody else's visit, but for who answers for the hall's people."""
    if not actor.may(Right.READ_STAFF, row.branch_id) and row.staff_id != actor.staff_id:
        raise Refused("not_yours", message("You may correct your own visits; ask the supervisor for others."))


def keep(
    press: Press,
    row: Interaction,
    name: str,
    was: object,
    became: object,
    kind: CorrectionKind,
    why: str = "",
) -> None:
    """The append-only record of a change: what was recorded first, and what stands now."""
    press.session.add(
        Correction(
            branch_id=row.branch_id,
            interaction_id=row.id,
            at=press.now,
            by=press.actor.name,
            kind=kind,
            field=name,
            was=None if was is None else str(was),
            became=None if became is None else str(became),
            why=why,
        )
    )
