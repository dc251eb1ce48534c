"""The machines of a hall in lines: tickets there = visits here, clocks that are off, and each machine's day."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from analytics.reconciliation import MachineDay, Reconciliation
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.machine_words import clock_words, machine_name, standing_words

_MOST_NAMED = 12


def draw_reconciled(found: Reconciliation) -> None:
    """One sentence where all agree; else which differ, and in which tickets."""
    t = translator()
    compared = [one for one in found.machines if one.gives_tickets]
    differing = [_difference(t, one) for one in compared if not one.equal]
    if found.not_there:
        differing.append(words("Visits here that no machine told of: {tickets}.", tickets=_named(t, found.not_there)))
    if differing:
        said = words("{day}: tickets in the machines and visits here differ.", day=found.day)
        st.warning("\n".join([said, "", *(f"- {line}" for line in differing)]))
    elif compared:
        visits = sum(one.visits_here for one in compared)
        st.success(words("{day}: tickets in the machines = visits here: {n}.", day=found.day, n=f"{visits:,}"))
    else:
        st.info(words("{day}: no machine has given a ticket.", day=found.day))
    if found.by_hand:
        st.caption(words("{n} more tickets were given here by people.", n=f"{found.by_hand:,}"))


def _difference(t: Translator, one: MachineDay) -> str:
    parts = [
        words(
            "{machine}: tickets in the machine {there}, visits here {here}.",
            machine=machine_name(t, one.machine),
            there=f"{one.tickets_there:,}",
            here=f"{one.visits_here:,}",
        )
    ]
    if one.not_here:
        parts.append(words("In the machine, not here: {tickets}.", tickets=_named(t, one.not_here)))
    if one.gaps:
        parts.append(words("Numbers it never told of: {tickets}.", tickets=_named(t, one.gaps)))
    return " ".join(parts)


def _named(t: Translator, tickets: tuple[str, ...]) -> str:
    named = t.joined(t.words(", "), (t.text(ticket) for ticket in tickets[:_MOST_NAMED]))
    more = len(tickets) - _MOST_NAMED
    return t.words("{tickets} and {n} more", tickets=named, n=more) if more > 0 else named


def draw_clocks(found: Reconciliation) -> None:
    """A warning for each clock that is off by more than is forgiven."""
    t = translator()
    for one in found.machines:
        if one.machine.active and one.machine.clock_off:
            st.warning(
                words(
                    "The clock of {machine} is {difference}: its times are moved by that. Set it right.",
                    machine=machine_name(t, one.machine),
                    difference=clock_words(t, one.machine),
                )
            )


def draw_machines(found: Reconciliation, zone: ZoneInfo, now: datetime) -> None:
    """A line a machine."""
    t = translator().plain
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    st.dataframe(
        [_line(t, one, zone, now) for one in found.machines],
        key=Key.MACHINES_TABLE,
        placeholder="",
        hide_index=True,
        column_config={
            "machine": text(words("Machine"), pinned=True),
            "kind": text(words("Kind of machine")),
            "counter": number(words("Counter")),
            "standing": text(words("State")),
            "seen": text(words("Last heard")),
            "clock": text(words("Its clock")),
            "events": number(words("Events of the day"), format="localized"),
            "waiting": number(words("Events waiting"), format="localized"),
            "refused": number(words("Events refused"), format="localized"),
            "there": number(words("Tickets there"), format="localized"),
            "here": number(words("Visits here"), format="localized"),
        },
    )


def _line(t: Translator, one: MachineDay, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    machine = one.machine
    seen = machine.last_seen_at
    return {
        "machine": machine_name(t, machine),
        "kind": t.label(machine.kind),
        "counter": machine.counter_id,
        "standing": standing_words(t, machine, now),
        "seen": "" if seen is None else t.moment(seen, zone),
        "clock": clock_words(t, machine),
        "events": one.events,
        "waiting": one.waiting,
        "refused": one.refused,
        "there": one.tickets_there if one.gives_tickets else None,
        "here": one.visits_here if one.gives_tickets else None,
    }
