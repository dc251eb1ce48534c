"""A standard's share in words and as a mark: never without its n, its interval, its target and its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from analytics.durations import Percentiles
from analytics.standard_share import StandardShare
from charts.share_marks import ShareMark
from standards.message import message
from standards.vocabulary import Aggregation, Measure
from ui.language import Translator
from ui.standard_words import edition_of, name_of


def judged_words(share: StandardShare, t: Translator) -> str:
    """Reached or not, in words; too few cases are said to be too few."""
    if not share.has_data:
        return t.words("No data")
    if share.few:
        return t.words("Too few to judge")
    if share.reached is None:
        return ""
    if share.by_chance:
        return t.words("Below target, within chance")
    return t.words("At target") if share.reached else t.words("Below target")


def figure_words(share: StandardShare, t: Translator) -> str:
    """The figure with its n: a share, a mean with its median and p90, or findings."""
    match share.standard.aggregation:
        case Aggregation.MEAN:
            return _mean_words(share, t) if share.has_data else t.words("No data")
        case Aggregation.COUNT:
            return t.words("{findings} found in {n} checks", findings=share.findings, n=f"{share.n:,}")
    if not share.has_data:
        return t.words("No data")
    return t.words(", ").join(filter(None, (_share_words(share, t), response_words(share, t))))


def _share_words(share: StandardShare, t: Translator) -> str:
    return f"{t.share(share.share, share.target)} {t.sample(share.n)}"


def response_words(share: StandardShare, t: Translator) -> str:
    """Who said nothing is no satisfied customer: the rate of answers stands beside what the answers were."""
    if share.response_share is None:
        return ""
    return t.words("response rate {response_share}", response_share=share.response_share)


def _mean_words(share: StandardShare, t: Translator) -> str:
    mean, spread = f"{t.duration(share.value)} {t.sample(share.n)}", spread_words(share, t)
    return t.words("{mean}; {spread}", mean=mean, spread=spread) if spread else mean


def spread_words(share: StandardShare, t: Translator) -> str:
    """The median and p90 of the very values that a mean is of."""
    if share.spread is None:
        return ""
    return t.words("median {p50}, p90 {p90}", p50=share.spread.p50, p90=share.spread.p90)


_MEANS_OF = {
    Measure.WAIT: message("Over every wait that ended: called, left or no-show."),
    Measure.HANDLING: message("Over completed visits."),
}


def mean_of_words(share: StandardShare, t: Translator) -> str:
    """What a mean and its percentiles are over, and how these were found where they are not exact."""
    if share.spread is None:
        return ""
    over = _MEANS_OF.get(share.standard.measure, message("Over every visit where it was stamped."))
    exact = share.spread.percentiles is Percentiles.EXACT
    how = "" if exact else t.words("Percentiles: {how}.", how=share.spread.percentiles)
    return " ".join(filter(None, [t.say(over), how]))


def exclusion_words(share: StandardShare, t: Translator) -> str:
    """The figure before exclusion and how many were taken out; nothing where nothing was."""
    if not share.taken_out:
        return ""
    before = replace(share.before_exclusion, spread=None)
    return before_words(figure_words(before, t), share.taken_out, t)


def before_words(figure: str, excluded: int, t: Translator) -> str:
    """What stands beside every figure of which something was taken out."""
    return t.words("before exclusion {figure} · {n} taken out", figure=figure, n=f"{excluded:,}")


def sources_words(share: StandardShare, t: Translator) -> str:
    """Who delivered the facts."""
    return t.words(", ").join(t.label(source) for source in share.sources)


def edition_words(share: StandardShare, t: Translator) -> str:
    """Its edition, or all of them where the period runs over a change."""
    return " / ".join(dict.fromkeys(edition_of(t, standard) for standard in share.standards))


_LONGEST_NAME = 46


def shortened(name: str) -> str:
    """A name that fits above a row of a narrow screen; the whole one stands in the table and under the pointer."""
    if _width(name) > _LONGEST_NAME:
        name = name.split("(")[0].rstrip() or name
    while _width(name) > _LONGEST_NAME:
        name = name.rstrip("…")[:-1].rstrip() + "…"
    return name


def _width(name: str) -> int:
    return sum(1 if letter.isascii() else 2 for letter in name)


def share_mark(
    share: StandardShare, key: str, name: str, t: Translator, *, chosen: bool = False, full_name: str = ""
) -> ShareMark:
    """The mark of one share under its name as typed; too few cases have no colour."""
    t = t.figure
    text = figure_words(share, t)
    if response := response_words(share, t):
        text = f"{_share_words(share, t)}<br>{response}"
    if share.has_data and share.few:
        text += f"<br>{t.words('Too few to judge')}"
    if share.taken_out:
        before = t.share(share.before_exclusion.share, share.target)
        text += f"<br>{t.words('{share_text} before (−{n})', share_text=before, n=share.taken_out)}"
    return ShareMark(
        key=key,
        name=t.text(shortened(name)),
        text=text,
        share=share.share,
        low=share.low,
        high=share.high,
        target=share.target,
        reached=share.signal,
        hover="<br>".join(line for line in _lines(share, full_name or name, t) if line),
        chosen=chosen,
    )


def _lines(share: StandardShare, name: str, t: Translator) -> tuple[str, ...]:
    return (
        f"<b>{t.text(name)}</b>",
        f"{figure_words(share, t)} {t.interval(share.low, share.high)}",
        t.words("Target {target}", target=share.target),
        judged_words(share, t),
        exclusion_words(share, t),
        t.words("Source: {source}", source=sources_words(share, t)) if share.sources else "",
    )


def named_editions(shares: Iterable[StandardShare], t: Translator) -> dict[StandardShare, str]:
    """The names of standards; where one code has several editions, with the edition."""
    listed = list(shares)
    codes = [share.code for share in listed]
    return {
        share: f"{name_of(t, share.standard)} ({edition_words(share, t)})"
        if codes.count(share.code) > 1
        else name_of(t, share.standard)
        for share in listed
    }


def walking_from_words(day: date, walking: timedelta, t: Translator) -> str:
    """From which day on a greeting delay is counted with which allowance."""
    return t.words("From {day}: {counted}", day=day, counted=walking_words(walking, t))


def walking_words(walking: timedelta, t: Translator) -> str:
    """From when a greeting counts in a hall where nobody stamps the arrival at the counter."""
    if not walking:
        return t.words("Counted from the last call, without a walking allowance.")
    return t.words("Counted from the last call, less a walking allowance of {time}.", time=walking)
