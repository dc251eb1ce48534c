"""The form that corrects a visit: bound to the version that was seen, refused in words, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from uuid import uuid4

import streamlit as st

from actions.amending import CORRECTABLE, correct
from actions.press import Stamp
from actions.refusal import Refused
from analytics.directory import Business
from analytics.visit_part import Part
from models.actor import Actor, NotAllowed
from standards.message import message
from standards.vocabulary import OPEN, Outcome, Stage
from ui import answers, clock
from ui.keys import Key
from ui.language import label, say, translator, words

_STAMPS_IN_A_ROW = 4
STAGES = tuple(stage for stage in Stage if stage.value in CORRECTABLE)


_SAID_FOR = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form was drawn for: the correction is bound to it, whatever has happened since."""

    who: Actor
    branch_id: str
    part: Part
    zone: tzinfo


def draw_correction_form(
    who: Actor, branch_id: str, part: Part, businesses: Mapping[str, Business], zone: tzinfo
) -> None:
    """The form for a part that the reader may correct, with what came of the last try above it."""
    _draw_answer(part)
    _fill(part, zone)
    with st.form(Key.CORRECTION_FORM, border=False):
        _draw_facts(part, businesses)
        _draw_stamps(part)
        st.text_input(words("Reason for the correction (required)"), key=_key("why", part), max_chars=500)
        st.form_submit_button(
            words("Correct"), type="primary", on_click=_take, args=(Draft(who, branch_id, part, zone),)
        )


def _filled(part: Part, zone: tzinfo) -> dict[str, Any]:
    """What the form says of a record, by column: a stamp as text, a void ticket as a tick."""
    filled: dict[str, Any] = {
        "business_type": part.business_type,
        "items": part.items,
        "outcome": part.outcome is Outcome.VOID,
        "inaccurate": [stamped.stage for stamped in part.stamps if not stamped.accurate],
    }
    t = translator()
    for stage in STAGES:
        at = part.at(stage)
        filled[stage.value] = "" if at is None else t.exact_time(at, zone)
    return filled


def _fill(part: Part, zone: tzinfo) -> None:
    """Fill the form once; when the record moves on, only what the reader has not touched follows it."""
    seen, filled = st.session_state.get(Key.CORRECTION_FILLED), _filled(part, zone)
    before: dict[str, Any] = seen[1] if seen is not None and seen[0] == part.id else {}
    for name, value in filled.items():
        key = _key(name, part)
        if key not in st.session_state or (name in before and st.session_state[key] == before[name]):
            st.session_state[key] = value
    st.session_state[Key.CORRECTION_FILLED] = (part.id, filled)


def _draw_facts(part: Part, businesses: Mapping[str, Business]) -> None:
    t = translator().plain
    codes = list(dict.fromkeys([part.business_type, *businesses]))
    names = {code: t.name(businesses[code].name, businesses[code].name_en) for code in codes if code in businesses}
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    left.selectbox(
        words("Business type"),
        codes,
        format_func=lambda code: names.get(code, code),
        key=_key("business_type", part),
    )
    middle.number_input(words("Items"), 1, 999, key=_key("items", part))
    right.checkbox(
        words("Void this record (wrong or duplicate ticket)"),
        key=_key("outcome", part),
        disabled=part.outcome is Outcome.VOID or not part.may_void,
    )


def _draw_stamps(part: Part) -> None:
    st.caption(words("Stamps in the hall's local time, as hours:minutes:seconds"))
    offered = [stage for stage in STAGES if part.at(stage) is not None or _may_be_missing(stage, part)]
    for first in range(0, len(offered), _STAMPS_IN_A_ROW):
        # A row of columns each: on a narrow screen they stand below each other in their order.
        row = zip(st.columns(_STAMPS_IN_A_ROW), offered[first : first + _STAMPS_IN_A_ROW], strict=False)
        for column, stage in row:
            column.text_input(label(stage), key=_key(stage.value, part), max_chars=8)
    st.multiselect(
        words("Stamps that are inaccurate"),
        [stamped.stage for stamped in part.stamps],
        format_func=translator().label,
        key=_key("inaccurate", part),
        placeholder=words("None"),
    )


def _may_be_missing(stage: Stage, part: Part) -> bool:
    """Stamps that were forgotten can be put in; leaving and finishing are not forgotten but pressed."""
    pressed = {Stage.LAST_CALLED, Stage.ENDED, Stage.LEFT}
    return stage not in pressed and part.outcome not in OPEN and part.at(Stage.CALLED) is not None


def _take(draft: Draft) -> None:
    """Correct by what stands in the form; whatever is refused leaves the form as it is."""
    part = draft.part
    key = st.session_state.setdefault(Key.CORRECTION_PRESS, uuid4().hex)
    stamp = Stamp(draft.branch_id, f"{part.id}:{key}", clock.now(), part.version)
    try:
        changes = _changes(draft)
        why = str(st.session_state[_key("why", part)])
        answers.order(correct, draft.who, stamp=stamp, interaction_id=part.id, changes=changes, why=why)
    except (Refused, NotAllowed) as refusal:
        st.session_state[Key.CORRECTION_ANSWER] = (draft.part.id, clock.now(), False, refusal.message)
        return
    del st.session_state[Key.CORRECTION_PRESS]
    st.session_state[Key.CORRECTION_ROUND] = _round() + 1
    said = message("Corrected. The first record is kept and shown below.")
    st.session_state[Key.CORRECTION_ANSWER] = (draft.part.id, clock.now(), True, said)


def _changes(draft: Draft) -> dict[str, Any]:
    """What differs from what the form was filled with, as values of the record. Raises Refused."""
    part = draft.part
    changes: dict[str, Any] = {}
    for name, was in _filled(part, draft.zone).items():
        typed = st.session_state.get(_key(name, part), was)
        if name == "outcome" and typed != was:
            changes[name] = Outcome.VOID
        elif name == "inaccurate" and set(typed) != set(was):
            changes[name] = " ".join(stage.value for stage in Stage if stage in typed)
        elif name in set(STAGES) and typed.strip() != was:
            changes[name] = _moved(draft, Stage(name), typed.strip())
        elif name in {"business_type", "items"} and typed != was:
            changes[name] = typed
    if not changes:
        raise Refused("no_change", message("Nothing would change."))
    return changes


def _moved(draft: Draft, stage: Stage, typed: str) -> datetime | None:
    """A stamp as typed; one that was missing lies near the last before it. Raises Refused."""
    if not typed:
        return None
    order, part = list(Stage), draft.part
    earlier = [stamped.at for stamped in part.stamps if order.index(stamped.stage) < order.index(stage)]
    try:
        return read_time(typed, part.at(stage) or max(earlier, default=part.queued_at), draft.zone)
    except ValueError:
        said = message("{stage}: “{typed}” is no time of day. Write it as 10:31:04.", stage=stage, typed=typed)
        raise Refused("no_time", said) from None


def read_time(text: str, near: datetime, zone: tzinfo) -> datetime:
    """A local time of day (`10:31` or `10:31:04`) on the day that brings it nearest to `near`. Raises ValueError."""
    of_day = time.fromisoformat(text)
    if of_day.tzinfo is not None:
        raise ValueError(text)
    local = near.astimezone(zone)
    days = (local.date() + timedelta(days=ahead) for ahead in (-1, 0, 1))
    return min((datetime.combine(day, of_day, zone) for day in days), key=lambda at: abs(at - near))


def _round() -> int:
    return int(st.session_state.get(Key.CORRECTION_ROUND, 0))


def _key(name: str, part: Part) -> str:
    """A field's key: another record, or a correction that was taken, begins with an empty form."""
    return f"{Key.CORRECTION_FORM}-{name}-{part.id}-{_round()}"


def answered(part: Part) -> bool:
    """Whether what came of a correction of this record is still news; a run that follows at once tells it again."""
    kept = st.session_state.get(Key.CORRECTION_ANSWER)
    return kept is not None and kept[0] == part.id and clock.now() - kept[1] < _SAID_FOR


def _draw_answer(part: Part) -> None:
    if answered(part):
        _, _, done, said = st.session_state[Key.CORRECTION_ANSWER]
        (st.success if done else st.error)(say(said))
