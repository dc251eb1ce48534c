"""A file given on the screen: looked at once, its mapping chosen or made, tried, and taken in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

import streamlit as st

from actions.refusal import Refused
from analytics.directory import Business, Hall, business_types
from ingest.broken import BrokenFile
from ingest.guessing import guess_mapping
from ingest.importing import checker_of, needs_day
from ingest.known import KnownMapping, keep_mapping, known_mappings
from ingest.looking import Look, look_at, preview
from ingest.map_file import mapping_of, said_of
from ingest.mapping import Mapping, WrongMapping
from ingest.surveying import GivenFile
from ingest.time_formats import has_date
from models.actor import EVERYWHERE, Actor, Right
from standards.message import message
from ui import answers, clock
from ui.import_fields import Form
from ui.import_preview import draw_preview
from ui.import_rules import draw_rules, draw_times
from ui.import_taking import Trial, draw_done, draw_taking
from ui.import_words import said_of_fields
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.uploading import draw_button_words

_NEW = ""
_MEGABYTES = 20


@dataclass(frozen=True, slots=True)
class Given:
    """A file on its way into a hall, as it was looked at."""

    who: Actor
    hall: Hall
    file: GivenFile
    look: Look


def draw_import(who: Actor, hall: Hall, now: datetime) -> None:
    """From a file to its import, one step after the other; each is drawn when the one before it is done."""
    turn = int(st.session_state.get(Key.IMPORT_ROUND, 0))
    draw_button_words(f"{Key.IMPORT_FILE}-{turn}")
    # Any file is let in: what it is and why it can't be read is said in the reader's language.
    uploaded = st.file_uploader(
        words("File to import: CSV or XLSX, at most {n} MB", n=_MEGABYTES),
        key=f"{Key.IMPORT_FILE}-{turn}",
    )
    if uploaded is None:
        return
    try:
        look, file = _looked_at(uploaded.file_id, GivenFile(uploaded.name, uploaded.getvalue()))
    except BrokenFile as broken:
        st.error(said_of_fields(translator(), broken.message))
        return
    _draw_mapping(Given(who, hall, file, look), now)


def _looked_at(file_id: str, file: GivenFile) -> tuple[Look, GivenFile]:
    """The file as it was looked at, once for each file and sheet; raises BrokenFile."""
    kept = st.session_state.get(Key.IMPORT_SEEN)
    if kept is None or kept[0] != file_id:
        with st.spinner(words("Reading the file")):
            kept = (file_id, look_at(file), file)
    look, file = kept[1], replace(kept[2], sheet=None)
    if len(look.sheets) > 1:
        file = replace(file, sheet=st.selectbox(words("Sheet"), look.sheets, key=f"{Key.IMPORT_SHEET} {file_id}"))
        if file.sheet != (look.sheet or look.sheets[0]):
            look = look_at(file)
    st.session_state[Key.IMPORT_SEEN] = (file_id, look, file)
    t = translator()
    st.caption(t.words("{name}: {n} rows, {columns} columns", name=look.name, n=look.rows, columns=len(look.columns)))
    return look, file


def _draw_mapping(given: Given, now: datetime) -> None:
    """Choose what the columns mean; a new mapping is made here, a known one may be changed."""
    known = {one.name: one for one in answers.fresh(known_mappings, given.who, branch_id=given.hall.id)}
    fits = {name: one.mapping.needed <= {column.name for column in given.look.columns} for name, one in known.items()}
    offered = [*sorted(known, key=lambda name: not fits[name]), _NEW]
    key = f"{Key.IMPORT_MAPPING} {given.look.digest}"
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = left.selectbox(
        words("What its columns mean"),
        offered,
        index=0 if any(fits.values()) else len(offered) - 1,
        format_func=partial(_named, translator().plain, known, fits),
        key=key,
    )
    _draw_said()
    changing = chosen == _NEW or right.toggle(words("Change it"), key=_change_key(given, chosen))
    if changing:
        _draw_form(given, known.get(chosen), now)
    else:
        _draw_chosen(given, known[chosen].mapping, now)


def _named(t: Translator, known: dict[str, KnownMapping], fits: dict[str, bool], name: str) -> str:
    if name == _NEW:
        return t.words("New mapping")
    one = known[name]
    text = t.words("{name}, version {n}", name=name, n=one.version) if one.version else t.text(name)
    return text if fits[name] else t.words("{name} (does not fit this file)", name=text)


def _change_key(given: Given, name: str) -> str:
    return f"{Key.IMPORT_CHANGE} {given.look.digest} {name}"


def _draw_form(given: Given, known: KnownMapping | None, now: datetime) -> None:
    """The form of a mapping, what it makes of the first rows, and its name to save it under."""
    said = said_of(known.mapping) if known else guess_mapping(given.look)
    businesses = answers.answer(business_types, given.who)
    base = f"{known.name} {known.version}" if known else ""
    form = Form(given.look, said, businesses, translator(), f"{given.look.digest[:12]} {base}")
    form.draw()
    draw_times(form)
    with st.expander(words("Clocks, numbers and what to leave out")):
        draw_rules(form)
    mapping = _checked(said)
    if mapping is None:
        return
    day = _draw_day(given, mapping)
    if _draw_preview(given, mapping, day, businesses, now):
        _draw_save(given, mapping, known)


def _checked(said: dict[str, Any]) -> Mapping | None:
    """The mapping of what was said, or what is lacking in words."""
    if not said["times"].get("formats"):
        st.info(words("Choose how times are written."))
        return None
    try:
        return mapping_of({section: value for section, value in said.items() if value != {}}, "new")
    except WrongMapping as wrong:
        st.info(said_of_fields(translator(), wrong.message))
        return None


def _draw_day(given: Given, mapping: Mapping) -> date | None:
    """The day of times that do not say theirs."""
    if all(has_date(form) for form in mapping.times.formats):
        return None
    day: date | None = st.date_input(
        words("Day of the times without a date"),
        value=mapping.times.day,
        key=f"{Key.IMPORT_DAY} {given.look.digest} {mapping.times.day}",
        format="YYYY-MM-DD",
    )
    return day


def _draw_preview(
    given: Given, mapping: Mapping, day: date | None, businesses: tuple[Business, ...], now: datetime
) -> bool:
    """The first rows as they are understood; whether they can be."""
    if needs_day(mapping) and day is None and mapping.times.day is None:
        st.info(words("Say of which day the times are."))
        return False
    try:
        checker = answers.fresh(checker_of, given.who, branch_id=given.hall.id, mapping=mapping, day=day, now=now)
        lines = preview(given.look, checker)
    except (BrokenFile, WrongMapping, Refused) as wrong:
        st.error(said_of_fields(translator(), wrong.message))
        return False
    if not lines:
        st.info(words("The file has a header and no rows."))
        return False
    draw_preview(lines, businesses, given.hall.zone)
    return True


def _draw_chosen(given: Given, mapping: Mapping, now: datetime) -> None:
    """A known mapping: how it reads the file, then the trial and the import."""
    day = _draw_day(given, mapping)
    trial = Trial(given.hall, given.file, mapping, day)
    if draw_done(given.who, trial):
        return
    if _draw_preview(given, mapping, day, answers.answer(business_types, given.who), now):
        draw_taking(given.who, trial, now)


def _draw_save(given: Given, mapping: Mapping, known: KnownMapping | None) -> None:
    """Save under a name; a known one's next version."""
    own = known is not None and known.version is not None
    key = f"{Key.IMPORT_NAME} {given.look.digest} {known.name if known else ''}"
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.text_input(words("Name of the mapping"), value=known.name if known and own else "", max_chars=50, key=key)
    shared = given.who.may(Right.IMPORT) and st.checkbox(
        words("For all halls"), value=bool(known and own and known.shared), key=f"{Key.IMPORT_SHARED} {key}"
    )
    right.button(
        words("Save the mapping"),
        key=Key.IMPORT_SAVE,
        type="primary",
        on_click=_save,
        args=(given, mapping, key, EVERYWHERE if shared else given.hall.id, known.name if known else _NEW),
        width="stretch",
    )


def _save(given: Given, mapping: Mapping, name_key: str, branch_id: str, before: str) -> None:
    """Save it, and choose it."""
    named = replace(mapping, name=str(st.session_state[name_key]).strip())
    try:
        saved = answers.order(keep_mapping, given.who, branch_id=branch_id, mapping=named, now=clock.now())
    except (Refused, WrongMapping) as refused:
        st.session_state[Key.IMPORT_SAID] = (False, refused.message)
        return
    st.session_state[f"{Key.IMPORT_MAPPING} {given.look.digest}"] = saved.name
    for name in (before, saved.name):
        st.session_state.pop(_change_key(given, name), None)
    said = message("Saved: {name}, version {n}.", name=saved.name, n=saved.version)
    st.session_state[Key.IMPORT_SAID] = (True, said)


def _draw_said() -> None:
    done, said = st.session_state.pop(Key.IMPORT_SAID, (True, None))
    if said is not None:
        (st.success if done else st.error)(said_of_fields(translator(), said))
