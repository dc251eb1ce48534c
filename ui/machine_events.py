"""What the machines sent and nothing came of: by reason, and event by event."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from analytics.reconciliation import MOST_EVENTS_SHOWN, OpenEvent, Reconciliation
from standards.vocabulary import EventState
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.machine_words import kind_words, reason_words


def draw_open_events(found: Reconciliation, zone: ZoneInfo) -> None:
    """What waits or was refused on the day, with the reasons counted; nothing where all was applied."""
    if not found.reasons:
        return
    t = translator()
    st.subheader(words("Events that nothing came of"), anchor=False)
    st.markdown("\n".join(_reason(t, *reason) for reason in found.reasons))
    text = st.column_config.TextColumn
    st.dataframe(
        [_line(t.plain, event, zone) for event in found.open_events],
        key=Key.MACHINES_EVENTS,
        placeholder="",
        hide_index=True,
        height=min(400, 35 * (len(found.open_events) + 1) + 3),
        column_config={
            "at": text(words("When"), pinned=True),
            "kind": text(words("Event")),
            "ticket": text(words("Ticket number")),
            "reason": text(words("Reason"), width="large"),
            "counter": st.column_config.NumberColumn(words("Counter")),
            "business": text(words("Business, as the machine says")),
            "machine": text(words("Machine")),
            "id": text(words("Its number for the event")),
        },
    )
    if sum(count for _, _, count in found.reasons) > len(found.open_events):
        st.caption(words("The newest {n} are shown; all are kept.", n=MOST_EVENTS_SHOWN))


def _reason(t: Translator, state: EventState, reason: str, count: int) -> str:
    n, why = f"{count:,}", reason_words(t, reason)
    if state is EventState.WAITING:
        return "- " + t.words("Waiting, {n}: {reason}", n=n, reason=why)
    return "- " + t.words("Refused, {n}: {reason}", n=n, reason=why)


def _line(t: Translator, event: OpenEvent, zone: ZoneInfo) -> dict[str, object]:
    return {
        "at": t.exact_time(event.happened_at, zone),
        "kind": kind_words(t, event.kind),
        "ticket": event.ticket,
        "reason": reason_words(t, event.reason),
        "counter": event.counter_id,
        "business": event.business,
        "machine": event.device_id,
        "id": event.event_id,
    }
