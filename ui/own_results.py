"""One's own results in words: each standard with its n and interval, one's own past, and the hall's median."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta, tzinfo

import streamlit as st

from analytics.directory import Business, Hall, halls
from analytics.own_results import BEFORE_DAYS, FEWEST_CASES, FEWEST_PERSONS, OwnResults, OwnStandard
from models.actor import Actor
from standards.message import Worded
from standards.vocabulary import Aggregation
from ui import answers
from ui.corrections import change_words
from ui.language import Translator, translator, words
from ui.share_words import figure_words, judged_words
from ui.standard_words import limit_in_words, name_of

_NUMBER = re.compile(r"\d+")


class Span(Worded):
    """The whole days that passed last."""

    LAST_7 = "last_7", "Last 7 days"
    LAST_28 = "last_28", "Last 28 days"

    @property
    def days(self) -> int:
        return 7 if self is Span.LAST_7 else 28


def hall_of(who: Actor) -> Hall:
    """The hall that the person serves in."""
    found: Hall = next(hall for hall in answers.answer(halls, who) if hall.id == who.branch_id)
    return found


def draw_visits(found: OwnResults) -> None:
    """How many were served, and in the days before."""
    t = translator()
    period = t.period(found.first_on, found.last_on)
    st.markdown(words("**{n}** visits served, {period} (to yesterday)", n=f"{found.visits:,}", period=period))
    st.caption(words("{days} days before: {n} visits", days=BEFORE_DAYS, n=f"{found.visits_before:,}"))


def draw_standards(found: OwnResults) -> None:
    """Those of which there is anything, then in one line the others."""
    t = translator()
    st.subheader(words("In your own hand"), anchor=False)
    told = [one for one in found.standards if one.now.has_data or (one.before is not None and one.before.has_data)]
    for one in told:
        _draw(one, t)
    missing = [name_of(t, one.now.standard) for one in found.standards if one not in told]
    if missing:
        st.caption(words("No data: {names}", names=t.joined(t.words(", "), missing)))
    st.caption(
        words(
            "Waits, outages and what customers rated are not charged to you. The median is of persons with at least "
            "{cases} cases, and is shown where there are {persons} of them or more.",
            cases=FEWEST_CASES,
            persons=FEWEST_PERSONS,
        )
    )


def _draw(one: OwnStandard, t: Translator) -> None:
    share = one.now
    with st.container(border=True):
        st.markdown(t.joined(" · ", [f"**{name_of(t, share.standard)}**", *_held_against(one, t)]))
        figure = [figure_words(share, t), t.interval(share.low, share.high), judged_words(share, t)]
        st.markdown(" · ".join(part for part in dict.fromkeys(figure) if part))
        before = t.words("No data") if one.before is None else figure_words(one.before, t)
        st.caption(
            " · ".join(
                [t.words("{days} days before: {n}", days=BEFORE_DAYS, n=before), _hall_words(one, t)],
            )
        )


def _held_against(one: OwnStandard, t: Translator) -> Iterator[str]:
    """The limit, unless the name says it already, and the share to be reached."""
    standard = one.now.standard
    limit = limit_in_words(t, standard)
    if not set(_NUMBER.findall(limit)) <= set(_NUMBER.findall(name_of(t, standard))):
        yield limit
    if standard.aggregation not in {Aggregation.MEAN, Aggregation.COUNT} and one.now.target is not None:
        yield t.words("Target {target}", target=one.now.target)


def _hall_words(one: OwnStandard, t: Translator) -> str:
    if one.hall is None:
        return t.words("Hall's median: too few persons to tell")
    of_mean = one.now.standard.aggregation is Aggregation.MEAN
    figure = t.duration(timedelta(seconds=one.hall)) if of_mean else t.share(one.hall, one.now.target)
    return t.words("Hall's median: {figure} ({n} persons)", figure=figure, n=one.persons)


def draw_corrections_of(found: OwnResults, businesses: Iterable[Business], zone: tzinfo) -> None:
    """What others, or oneself, changed afterwards in the visits one served."""
    t = translator()
    st.subheader(words("Corrections of your visits"), anchor=False)
    if not found.corrections:
        st.caption(words("None in these days."))
    known = {business.id: business for business in businesses}
    for one in found.corrections:
        ticket = t.text(one.ticket) if one.ticket else t.words("Without a ticket")
        why = t.text(one.change.why) if one.change.why else t.label(one.change.kind)
        head = f"**{ticket}** · {t.day(one.day_on)}"
        st.markdown(f"{head} · {change_words(one.change, known, t, zone)}")
        st.caption(" · ".join([t.moment(one.change.at, zone), t.text(one.change.by), why]))
