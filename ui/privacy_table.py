"""The table of what is stored of people, in plain words, with the periods that are set."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from analytics.stored import StoredFor
from models.retention import Kept
from standards.message import Message, message
from ui.language import say, words

Row = tuple[Message, Message, Message, Message]
_WITH_THE_VISIT = message("As long as the visit; each can be erased.")
_THOSE_WHO_KEEP = message("Administrators and auditors")


def draw_stored(stored: StoredFor) -> None:
    """First that no customer's name is needed, then what there is, then what holds for all of it."""
    st.markdown(words("A ticket needs no name. Of customers nothing is stored but what somebody types into a note."))
    headings = (words("What is stored"), words("Why"), words("Kept for"), words("Who sees it"))
    st.table([dict(zip(headings, map(say, row), strict=True)) for row in _rows(stored)], border="horizontal")
    st.markdown(
        "\n".join(
            f"- {line}"
            for line in (
                words(
                    "Telephone, ID card and bank card numbers and e-mail addresses are masked wherever a text is shown "
                    "or exported. Supervisors, regional managers and auditors see one visit or one import in plain "
                    "after giving a reason."
                ),
                words("Files that are taken, views of single people, and every reason stand in the audit trail."),
                words(
                    "The audit trail is never changed. Where somebody or a text is erased, its earlier lines keep the "
                    "account's name and the text, masked when shown, until their time is over; so do backups."
                ),
                words("Whoever wants to see or have erased what is stored of them asks the administrator."),
            )
        )
    )


def _rows(stored: StoredFor) -> Iterator[Row]:
    yield from _of_staff(stored)
    yield from _of_work(stored)
    yield from _of_keeping(stored)


def _of_staff(stored: StoredFor) -> Iterator[Row]:
    yield (
        message("Names, staff number, post and leaving date of staff and accounts"),
        message("To sign in, and to say who serves"),
        message("Names: {days} days after the leaving date. The number stays.", days=stored.days(Kept.LEAVERS)),
        message("Colleagues in the hall, their superiors, administrators and auditors"),
    )
    yield (
        message("Results by person, by staff number"),
        message("To see one's own progress and where training helps"),
        message("As long as the visits"),
        message("The person, the supervisor, the regional manager and auditors"),
    )
    yield (
        message("Sign-ins: when, from which address, which browser"),
        message("To end a sign-in elsewhere and to find misuse"),
        message(
            "{days} days after they are over; tries in vain 2 days, while nothing is locked",
            days=stored.days(Kept.SESSIONS),
        ),
        message("The person and administrators"),
    )


def _of_work(stored: StoredFor) -> Iterator[Row]:
    yield (
        message("Visits: ticket, business, times, counter, rating; no name"),
        message("To judge each visit by the service standards"),
        message("For good"),
        message("Whoever sees the hall's figures"),
    )
    yield (
        message("Notes and reasons that somebody typed"),
        message("To know what happened, and why a record was changed"),
        _WITH_THE_VISIT,
        message("Whoever sees the visit; numbers masked"),
    )
    yield (
        message("Notes of calls for help and hand-overs"),
        message("To help at once, and to go on where another stopped"),
        message("{days} days; who and when stay", days=stored.days(Kept.NOTES)),
        message("The hall's staff; numbers masked"),
    )
    yield (
        message("Rejected rows of imports, which may hold names and numbers"),
        message("To mend the file"),
        message("{days} days; then the line's number and the reason alone", days=stored.days(Kept.REJECTS)),
        message("Whoever imports; names and numbers masked"),
    )
    yield (
        message("What queue machines and rating devices sent"),
        message("To check the machines against the records"),
        message("{days} days; then codes, counts and ratings alone", days=stored.days(Kept.EVENTS)),
        message("The supervisor, administrators and auditors"),
    )


def _of_keeping(stored: StoredFor) -> Iterator[Row]:
    days, weeks, months = stored.backups
    yield (
        message("Audit trail: who did what, when, from where, before and after"),
        message("So that every change can be traced"),
        message("{days} days, never fewer than 183", days=stored.days(Kept.AUDIT)),
        _THOSE_WHO_KEEP,
    )
    yield (
        message("Backups, encrypted"),
        message("So that nothing is lost"),
        message(
            "One of each of the last {days} days, {weeks} weeks and {months} months",
            days=days,
            weeks=weeks,
            months=months,
        ),
        message("Whoever has their key"),
    )
