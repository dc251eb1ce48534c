"""The rest of the installation in lines: running since, store and disk, imports, clocks, accounts, the audit trail."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from analytics.system_state import LastImport, SystemState
from ui import address, navigation, running
from ui.language import say, translator, words
from ui.system_words import ago, size_words

_MOST_NAMED = 5


def draw_lines(found: SystemState, breaks: int, now: datetime) -> None:
    """Two columns on a wide screen, one on a narrow one."""
    left, right = st.columns(2)
    with left:
        _draw_running(found, now)
        _draw_people(found, breaks)
    with right:
        _draw_import(found.last_import, now)
        _draw_clocks(found)


def _draw_running(found: SystemState, now: datetime) -> None:
    t, stored = translator(), found.store
    since = t.moment(running.SINCE, ZoneInfo(found.backups.zone_name))
    with st.container(border=True):
        st.markdown(f"**{words('Application and database')}**")
        st.markdown(words("Running since {when}, {how_long}.", when=since, how_long=ago(t, running.SINCE, now)))
        st.markdown(words("Version {version}, schema {revision}.", version=stored.version, revision=stored.revision))
        if stored.free is not None and stored.disk is not None:
            free, disk = size_words(t, stored.free), size_words(t, stored.disk)
            size = size_words(t, stored.size)
            st.markdown(
                words("Database {size}; {free} of {disk} are free on its disk.", size=size, free=free, disk=disk)
            )
        else:
            st.markdown(words("Database {size}, on a PostgreSQL server.", size=size_words(t, stored.size)))
        st.caption(t.text(stored.place))


def _draw_people(found: SystemState, breaks: int) -> None:
    with st.container(border=True):
        st.markdown(f"**{words('Accounts and audit trail')}**")
        st.markdown(words("Signed in now: {n}.", n=f"{found.sessions:,}"))
        if found.locked:
            st.markdown(words("Locked after wrong passwords or PINs: {n}.", n=f"{found.locked:,}"))
        else:
            st.markdown(words("Nobody is locked out."))
        if breaks:
            st.error(words("The audit trail is broken in {n} places: run python -m models check.", n=f"{breaks:,}"))
        else:
            st.markdown(words("The newest lines of the audit trail are whole."))
        _links("accounts", "audit")


def _draw_import(last: LastImport | None, now: datetime) -> None:
    t = translator()
    with st.container(border=True):
        st.markdown(f"**{words('Last import')}**")
        if last is None:
            st.markdown(words("No file has been imported yet."))
        else:
            when, how_long = t.moment(last.began_at), ago(t, last.began_at, now)
            st.markdown(
                words("{when}, {how_long}, {hall}.", when=when, how_long=how_long, hall=t.name(last.hall, last.hall_en))
            )
            counts = {"rows": f"{last.rows:,}", "rejected": f"{last.rejected:,}", "left": f"{last.unmended:,}"}
            st.markdown(words("Rows: {rows}. Refused: {rejected}, of these not mended yet: {left}.", **counts))
            st.caption(t.text(last.file_name))
        _links("imports", hall=None if last is None else last.branch_id)


def _draw_clocks(found: SystemState) -> None:
    clocks = found.clocks
    with st.container(border=True):
        st.markdown(f"**{words('Clocks of the machines')}**")
        if not clocks.measured:
            st.markdown(words("No machine's clock has been measured."))
        elif not clocks.off:
            st.markdown(words("All {n} clocks agree with the server's to 5 seconds.", n=clocks.measured))
        for hall, machine, span in clocks.off[:_MOST_NAMED]:
            place = {"hall": hall, "machine": machine, "span": abs(span)}
            slow = span.total_seconds() > 0
            said = (
                words("{hall} {machine}: {span} slow.", **place)
                if slow
                else words("{hall} {machine}: {span} fast.", **place)
            )
            st.markdown(said)
        if len(clocks.off) > _MOST_NAMED:
            st.markdown(words("{n} more are off.", n=len(clocks.off) - _MOST_NAMED))
        _links("machines", hall=clocks.off[0][0] if clocks.off else None)


def _links(*screens: str, hall: str | None = None) -> None:
    """Links to the screens that are there, by what the menu calls them."""
    there = {screen.url_path: screen for screen in navigation.SCREENS if screen.path.exists()}
    for screen in (there[url_path] for url_path in screens if url_path in there):
        asked = address.parameters(hall=hall) if hall else address.parameters()
        st.page_link(screen.path, label=f"→ {say(screen.title)}", query_params=asked)
