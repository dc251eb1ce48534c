"""Where a standard is missed: by hour, day, business type, counter or person; a group clicked narrows the view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from analytics.selection import By, Selection
from analytics.shares import GroupShare, grouped_shares
from analytics.standard_share import StandardShare
from charts.share_course import share_course
from charts.share_marks import share_marks
from charts.time_course import TimeMark, time_course
from models.actor import Actor
from standards.vocabulary import Aggregation
from ui import address, answers, drawing, reader
from ui.keys import Key
from ui.language import Translator, translator, words
from ui.narrowing import FIELDS, Names, clicked, narrow, short_name
from ui.share_words import figure_words, judged_words, share_mark, spread_words

_ALONG = (By.HOUR, By.DAY)
_FIRST_ASKED = (By.HOUR, By.BUSINESS_TYPE, By.COUNTER)
_UNRANKED = (By.COUNTER, By.STAFF)
_FEWEST_GROUPS = 2


def groups_of(who: Actor, asked: Selection, code: str, by: By, now: datetime) -> tuple[GroupShare, ...]:
    """The groups of one standard that have cases in its scope."""
    found: tuple[GroupShare, ...] = answers.answer(
        grouped_shares, who, selection=asked, standard=code, by=(by,), now=now
    )
    return found


def draw_grouping(offered: Sequence[By]) -> By:
    """What to look by; first of all what the view is not narrowed to yet."""
    view = address.here()
    open_ones = [by for by in offered if getattr(view, FIELDS[by]) is None]
    first = next(iter(open_ones), offered[0])
    chosen = next((by for by in offered if by.value == view.tab), first)
    st.session_state[Key.COMPLIANCE_BY] = chosen
    st.segmented_control(
        words("Look by"),
        offered,
        format_func=_short_label(translator()),
        key=Key.COMPLIANCE_BY,
        on_change=_take_grouping,
        required=True,
        wrap=True,
    )
    return chosen


def _short_label(t: Translator) -> Callable[[By], str]:
    return lambda by: t.words("Hour") if by is By.HOUR else t.label(by)


def _take_grouping() -> None:
    address.change(tab=By(st.session_state[Key.COMPLIANCE_BY]).value)


def draw_worst(
    who: Actor, asked: Selection, code: str, offered: Sequence[By], names: Names, t: Translator, now: datetime
) -> None:
    """The group with most of the misses, by each of the first groupings: a click narrows to it."""
    for by in [by for by in offered if by in _FIRST_ASKED and getattr(address.here(), FIELDS[by]) is None]:
        groups = groups_of(who, asked, code, by, now)
        missed = sum(group.share.missed for group in groups)
        if missed and len(groups) >= _FEWEST_GROUPS:
            worst = _worst(groups)
            said = t.words(
                "{group}: {missed} of {all} missed · {figure}",
                group=names.of(by, worst.key[0], t),
                missed=f"{worst.share.missed:,}",
                all=f"{missed:,}",
                figure=figure_words(worst.share, t),
            )
            st.button(
                f"→ {said}" + (f" · {judged_words(worst.share, t)}" if worst.share.few else ""),
                key=f"{Key.COMPLIANCE_WORST}-{by}",
                type="tertiary",
                on_click=narrow,
                args=(by, str(worst.key[0])),
            )


def _worst(groups: Sequence[GroupShare]) -> GroupShare:
    """The group with most of the misses among those with enough cases to judge, else among all."""
    enough = [group for group in groups if group.share.missed and not group.share.few]
    return max(enough or groups, key=lambda group: group.share.missed)


def draw_groups(
    who: Actor, asked: Selection, whole: StandardShare, by: By, names: Names, t: Translator, now: datetime
) -> None:
    """The standard's groups as a picture that can be clicked."""
    groups = groups_of(who, asked, whole.code, by, now)
    if not any(group.share.has_data for group in groups):
        st.info(words("No data"))
        return
    if whole.standard.aggregation is Aggregation.COUNT:
        _draw_findings(groups, by, names, t)
        return
    figure = (
        _times(whole, groups, by, names, t)
        if whole.standard.aggregation is Aggregation.MEAN
        else _shares(groups, by, names, t)
    )
    drawing.draw(figure, Key.COMPLIANCE_GROUPS, alt=t.words("The standard by group"), choose=lambda: _narrow_to(by))


def _narrow_to(by: By) -> None:
    if (group := clicked(Key.COMPLIANCE_GROUPS)) is not None:
        narrow(by, group)


def _group_key(group: GroupShare) -> str:
    return "" if group.key[0] is None else str(group.key[0])


def _shares(groups: Sequence[GroupShare], by: By, names: Names, t: Translator) -> object:
    if by in _ALONG:
        marks = [
            share_mark(
                one.share,
                _group_key(one),
                short_name(names, by, one.key[0], t.plain),
                t,
                full_name=names.of(by, one.key[0], t.plain),
            )
            for one in groups
        ]
        cases = [one.share.judged for one in groups]
        return share_course(marks, cases, reader.theme(), cases_title=t.words("Judged"), ticks=8)
    with_data = [group for group in groups if group.share.has_data]
    # People and counters stand in their own order: this is no ranking.
    urgent = with_data if by in _UNRANKED else sorted(with_data, key=lambda one: (one.share.few, one.share.share))
    return share_marks(
        [share_mark(one.share, _group_key(one), names.of(by, one.key[0], t.plain), t) for one in urgent],
        reader.theme(),
    )


def _times(whole: StandardShare, groups: Sequence[GroupShare], by: By, names: Names, t: Translator) -> object:
    marks = [_time_mark(group, by, names, t) for group in groups if group.share.has_data]
    return time_course(
        marks,
        reader.theme(),
        limit=whole.standard.limit_time,
        words=(t.words("Mean"), t.words("Median"), t.words("p90")),
        minutes_title=t.words("Minutes"),
        cases_title=t.words("Cases"),
        ticks=8,
    )


def _time_mark(group: GroupShare, by: By, names: Names, t: Translator) -> TimeMark:
    share, spread = group.share, group.share.spread
    hover = [
        f"<b>{names.of(by, group.key[0], t)}</b>",
        f"{t.words('Mean')} {t.duration(share.value)} {t.sample(share.n)}",
        spread_words(share, t),
        judged_words(share, t) if share.few else "",
    ]
    return TimeMark(
        key=_group_key(group),
        name=short_name(names, by, group.key[0], t),
        cases=share.n,
        mean=share.value,
        median=spread.p50 if spread else None,
        p90=spread.p90 if spread else None,
        reached=share.signal,
        hover="<br>".join(line for line in hover if line),
    )


def _draw_findings(groups: Sequence[GroupShare], by: By, names: Names, t: Translator) -> None:
    st.table(
        [
            {
                t.label(by): names.of(by, group.key[0], t),
                t.words("Findings"): group.share.findings,
                t.words("Checks"): group.share.n,
            }
            for group in groups
            if group.share.has_data
        ],
        border="horizontal",
        hide_index=True,
    )
