"""What follows a live press some seconds later: the rating that is asked for, and help that is called and comes.

It is kept in memory alone: after a restart nobody is asked any more about what ended before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from actions.help import answer_help, call_for_help
from actions.press import Receipt, Stamp
from actions.rating import add_reasons, ask_rating, rate
from actions.refusal import Refused
from models.actor import Actor
from models.open_help import open_calls
from models.tables import Interaction
from seed.commands import Command, Doing
from seed.course import chance_of
from seed.customers import Ways, clerk, rating
from seed.demand import HallDay
from seed.help_calls import OCCASIONS
from seed.parts import Part
from seed.ratings import answered_after, reasons
from standards.message import message
from standards.rating import Level

_HELP_SHARE = 0.006
_LOST_AFTER = timedelta(minutes=5)


@dataclass
class Afterwards:
    """What a hall's presses have set off, each with the time at which it is due."""

    _due: list[tuple[datetime, Command]] = field(default_factory=list)

    def due(self, now: datetime) -> Iterator[Command]:
        """What the time has come for, in order; what was missed for minutes is dropped."""
        ready = sorted(((at, command) for at, command in self._due if at <= now), key=lambda entry: entry[0])
        self._due = [entry for entry in self._due if entry[0] > now]
        yield from (command for at, command in ready if now - at < _LOST_AFTER)

    def follow(self, receipt: Receipt, row: Interaction, day: HallDay) -> None:
        """Take up what a command at a counter leads to; `row` is the visit as it was before."""
        if receipt.action == "finish" and day.plan.rating_devices and not receipt.repeated:
            self._ask(row, day, receipt.at)
        elif receipt.action == "greet" and receipt.counter_id is not None:
            self._call_for_help(row, receipt.counter_id, receipt.at)

    def _add(self, at: datetime, name: str, row_id: UUID, do: Doing) -> None:
        self._due.append((at, Command(f"feed/{name}/{row_id}", None, do)))

    def _ask(self, row: Interaction, day: HallDay, ended_at: datetime) -> None:
        chance, number = chance_of(row, "rating"), row.id
        points = rating(
            _as_part(row), Ways.on(day.plan, day.story, day.day), clerk(day.story, row.staff_id or ""), chance
        )
        asked_at = ended_at + timedelta(seconds=1)
        self._add(asked_at, "ask", number, lambda s, a, stamp: ask_rating(s, a, stamp, number))
        if points is None:
            return
        level = next(level for level in Level if level.points == points)
        rated_at = asked_at + timedelta(seconds=answered_after(chance))
        self._add(rated_at, "rate", number, lambda s, a, stamp: rate(s, a, stamp, number, level))
        if tags := reasons(points, row.business_type, chance):
            at = rated_at + timedelta(seconds=4)
            self._add(at, "reasons", number, lambda s, a, stamp: add_reasons(s, a, stamp, number, tags))

    def _call_for_help(self, row: Interaction, counter_id: int, greeted_at: datetime) -> None:
        chance = chance_of(row, "help")
        if chance.random() >= _HELP_SHARE:
            return
        note, outcome = chance.choice(OCCASIONS)
        called_at = greeted_at + timedelta(seconds=chance.uniform(40, 90))
        self._add(called_at, "help", row.id, lambda s, a, stamp: call_for_help(s, a, stamp, counter_id, note=note))
        self._add(called_at + timedelta(seconds=chance.uniform(15, 70)), "comes", row.id, _answers(counter_id, outcome))


def _answers(counter_id: int, outcome: str) -> Doing:
    def answer(session: Session, actor: Actor, stamp: Stamp) -> Receipt:
        for call in open_calls(session, stamp.branch_id, now=stamp.now):
            if call.counter_id == counter_id and call.asked_by == actor.name:
                return answer_help(session, actor, stamp, call.id, outcome=outcome)
        raise Refused("answered", message("There is no such call for help in this hall."))

    return answer


def _as_part(row: Interaction) -> Part:
    """What the rating looks at: how long it took to be called and greeted."""
    part = Part(
        row.id, row.visit_id, row.begun, row.business_type, row.arrived_at.timestamp(), row.queued_at.timestamp()
    )
    part.called, part.last_called, part.greeted = (
        None if at is None else at.timestamp() for at in (row.called_at, row.last_called_at, row.greeted_at)
    )
    return part
