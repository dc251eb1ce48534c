"""What a machine calls our businesses, and the folder of one that only writes files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from actions.devices import set_businesses, set_folder
from analytics.directory import Hall, business_types
from analytics.machines import Machine
from analytics.reconciliation import Reconciliation
from ingest.event_map import USUAL, known_maps
from ingest.watched_folder import FolderState, folder_of, state_of
from models.actor import Actor
from models.store import database_url
from standards.message import message
from ui import answers
from ui.keys import Key
from ui.language import translator, words

_UNKNOWN = "unknown_business"


def draw_names(who: Actor, machine: Machine, found: Reconciliation, order: Callable[..., Any]) -> None:
    """Its own names for businesses: which there are, which nobody has said, and one more."""
    t = translator()
    ours = {
        business.id: t.plain.name(business.name, business.name_en) for business in answers.answer(business_types, who)
    }
    said = dict(machine.businesses)
    for name, code in said.items():
        st.markdown("- " + words("{name} means {business}", name=name, business=ours.get(code, code)))
    unread = sorted(
        {
            event.business
            for event in found.open_events
            if event.device_id == machine.id and event.reason == _UNKNOWN and event.business is not None
        }
    )
    if unread:
        names = t.joined(t.words(", "), (t.text(name) for name in unread))
        st.warning(
            words("Nobody has said what these mean: {names}. Their tickets come in as soon as it is said.", names=names)
        )
    with st.form(f"{Key.MACHINES_NAMES}_{machine.id}"):
        name = st.text_input(words("The machine's name for it"), value=unread[0] if unread else "", max_chars=80)
        meant = st.selectbox(
            words("Business type"), [*ours, None], format_func=lambda code: ours.get(code, words("(forget this name)"))
        )
        if st.form_submit_button(words("Save the name")) and name.strip():
            left = {known: code for known, code in said.items() if known != name.strip()}
            names_now = left if meant is None else {**left, name.strip(): meant}
            if order(set_businesses, code=machine.id, businesses=names_now):
                st.session_state[Key.MACHINES_SAID] = message("The name is saved.")
                st.rerun()


def draw_folder(hall: Hall, machine: Machine, order: Callable[..., Any]) -> None:
    """Whether it leaves files, where, and what lies there."""
    st.caption(
        words(
            "For a machine that can only write files: CSV or XLSX, one event a row. What is read is moved into its "
            "folder done, rows that can't be read come back in failed to be mended; nothing is overwritten."
        )
    )
    with st.form(f"{Key.MACHINES_FOLDER}_{machine.id}"):
        writes = st.checkbox(words("It only writes files"), value=machine.folder is not None)
        folder = st.text_input(
            words("Folder on the server"), value=machine.folder or f"{hall.id}/{machine.id}", max_chars=255
        )
        mapping = st.text_input(
            words("Mapping of its headings (empty: the usual ones)"),
            value=machine.mapping or "",
            max_chars=80,
            placeholder=USUAL if USUAL in known_maps() else "",
        )
        if st.form_submit_button(words("Save the folder")):
            _save_folder(machine, writes, folder.strip(), mapping.strip(), order)
    if machine.folder is not None:
        path = folder_of(database_url(), machine.folder)
        if path is None:
            st.error(words("This folder leads out of the machines' place: name one inside it, or a whole path."))
        else:
            _draw_state(state_of(path))


def _save_folder(machine: Machine, writes: bool, folder: str, mapping: str, order: Callable[..., Any]) -> None:
    if writes and folder_of(database_url(), folder) is None:
        st.error(words("This folder leads out of the machines' place: name one inside it, or a whole path."))
    elif order(
        set_folder,
        code=machine.id,
        folder=folder if writes else None,
        mapping=(mapping or None) if writes else None,
    ):
        st.session_state[Key.MACHINES_SAID] = message("The folder is saved.")
        st.rerun()


def _draw_state(state: FolderState) -> None:
    t = translator()
    st.code(str(state.path), language=None)
    if not state.there:
        st.warning(words("This folder is not there; one beside the database is made by itself in a few seconds."))
        return
    st.caption(words("{n} files wait to be read.", n=len(state.waiting)))
    if state.failed:
        names = t.joined(t.words(", "), (t.text(name) for name in state.failed[-5:]))
        st.warning(words("{n} files are in failed: {names}", n=len(state.failed), names=names))
