"""What somebody should do something about, before anything else: one sentence each; one where all is well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from analytics.system_state import SystemState
from ui.language import translator, words
from ui.system_words import ago, size_words


def draw_trouble(found: SystemState, now: datetime) -> None:
    """Errors first, then warnings."""
    errors, warnings = list(_errors(found, now)), list(_warnings(found))
    for said in errors:
        st.error(said)
    for said in warnings:
        st.warning(said)
    if not errors and not warnings:
        st.success(words("Nothing here needs you."))


def _errors(found: SystemState, now: datetime) -> Iterator[str]:
    t = translator()
    if found.store.embedded:
        yield from _backup_errors(found, now)
    if found.store.almost_full and found.store.free is not None:
        free = size_words(t, found.store.free)
        yield words("The disk is almost full: {free} are left. Make room before nothing can be stored.", free=free)
    if found.clocks.ahead is not None:
        yield words(
            "The server's clock was set back: it is {span} behind what is stored already. Set it right; what is "
            "pressed meanwhile is stored all the same.",
            span=found.clocks.ahead,
        )


def _backup_errors(found: SystemState, now: datetime) -> Iterator[str]:
    t, backups = translator(), found.backups
    zone = ZoneInfo(backups.zone_name)
    if backups.schedule.folder is None:
        yield words("No backups are made by themselves: a failed disk would take everything. Name a folder below.")
    if backups.verified is not None and backups.overdue(now):
        at = backups.verified.began_at
        when, how_long = t.moment(at, zone), ago(t, at, now)
        yield words("The last verified backup is of {when}, {how_long}.", when=when, how_long=how_long)
    tried = backups.tried
    if tried is not None and tried.trouble is not None:
        when = t.moment(tried.began_at, zone)
        said = words("The backup of {when} failed: {why}", when=when, why=tried.trouble)
        yield said + (" " + words("It is tried again every ten minutes.") if tried.by == "schedule" else "")


def _warnings(found: SystemState) -> Iterator[str]:
    t, backups = translator(), found.backups
    if backups.key_made and backups.key_taken_at is None:
        yield words(
            "Nobody has taken a copy of the backups' key: if this machine is lost, no backup can be read. "
            "Take one below."
        )
    if backups.same_disk:
        yield words("The backups are on the same disk as the database: if it fails, both are lost.")
    for name, size in found.store.aside:
        yield words(
            "A damaged database was set aside as {name} ({size}). Keep it until nothing is missed, then remove it.",
            name=name,
            size=size_words(t, size),
        )
