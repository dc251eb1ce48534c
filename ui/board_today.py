"""Today's share of each headline standard in the reader's words, with what a share must not be shown without."""

from __future__ import annotations

from typing import Any

from analytics.board import Board
from analytics.standard_share import StandardShare
from analytics.statistics import MINIMUM_CASES
from analytics.traffic import Traffic
from standards.vocabulary import Aggregation, Basis, Measure
from ui.board_clock import limit_said
from ui.language import Translator
from ui.share_words import before_words, exclusion_words, mean_of_words, response_words, spread_words

Said = dict[str, Any]


def today_said(board: Board, t: Translator) -> Said:
    """A card a standard; beside the waits stands who gave up. What nobody measured is named in one line."""
    cards: list[Said] = []
    for share in sorted(board.shares, key=lambda one: (one.standard.measure is not Measure.WAIT, one.code)):
        if share.has_data:
            cards.append(_card(share, t))
    waits = sum(share.has_data and share.standard.measure is Measure.WAIT for share in board.shares)
    if board.traffic.tickets:
        cards.insert(waits, _abandoned(board.traffic, t))
    without = [t.name(one.standard.name_zh, one.standard.name_en) for one in board.shares if _lacking(one, board)]
    return {
        "title": t.words("Today so far"),
        "cards": cards,
        "without": t.words("Without data today: {names}", names=t.words("; ").join(without)) if without else "",
    }


def _lacking(share: StandardShare, board: Board) -> bool:
    """Nobody measured it; waits are not missing where there is no queue."""
    return not share.has_data and not (board.tiny and share.standard.measure is Measure.WAIT)


def _card(share: StandardShare, t: Translator) -> Said:
    standard, mean = share.standard, share.standard.aggregation is Aggregation.MEAN
    return {
        "id": share.code,
        "name": t.name(standard.name_zh, standard.name_en),
        "value": t.duration(share.value) if mean else t.share(share.share, share.target),
        "sample": t.sample(share.n),
        "interval": spread_words(share, t) if mean else t.interval(share.low, share.high),
        "target": _target(share, t),
        "source": _source_line(share, t),
        "bar": None if mean else _bar(share),
        **_standing(share, t),
    }


def _source_line(share: StandardShare, t: Translator) -> str:
    """How many answered, what it was before exclusion, what a mean is over, and who delivered the facts."""
    of = " ".join(filter(None, [mean_of_words(share, t), _source(share, t)]))
    return " · ".join(filter(None, [response_words(share, t), exclusion_words(share, t), of]))


def _standing(share: StandardShare, t: Translator) -> Said:
    """Whether it is good enough, as a word and a tone; too few have neither colour nor praise."""
    if share.few:
        return {"word": t.words("Too few to judge"), "tone": "few"}
    if share.standard.aggregation is Aggregation.MEAN:
        within, over = t.words("Within the limit"), t.words("Over the limit")
        return {"word": within, "tone": "met"} if share.reached else {"word": over, "tone": "missed"}
    if share.reached:
        return {"word": t.words("Target reached"), "tone": "met"}
    if share.by_chance:
        return {"word": t.words("Below target, within chance"), "tone": "few"}
    return {"word": t.words("Below target"), "tone": "missed"}


def _target(share: StandardShare, t: Translator) -> str:
    if share.standard.aggregation is Aggregation.MEAN:
        return t.words("mean limit {limit}", limit=limit_said(share.standard.limit_time, t))
    return t.words("target {target}", target=share.target)


def _source(share: StandardShare, t: Translator) -> str:
    """Who delivered the facts, with the parts of a mix."""
    counts, total = share.source_counts, sum(count for _, count in share.source_counts)
    if share.standard.basis not in {Basis.OBSERVED, Basis.CUSTOMER} and len(counts) > 1:
        named = [t.words("{source} {part_share}", source=one, part_share=count / total) for one, count in counts]
    else:
        named = [t.label(one) for one in share.sources]
    return t.words("Source: {sources}", sources=t.words("; ").join(named)) if named else ""


def _bar(share: StandardShare) -> Said:
    return {"share": share.share, "low": share.low, "high": share.high, "target": share.target}


def _abandoned(traffic: Traffic, t: Translator) -> Said:
    interval, share, before = traffic.abandoned_interval, traffic.abandoned_share, traffic.before
    was = "" if before is None else f"{t.share(before.abandoned_share)} {t.sample(before.tickets)}"
    return {
        "id": "abandoned",
        "name": t.words("Share abandoned"),
        "value": t.share(share),
        "sample": t.sample(traffic.tickets),
        "interval": "" if interval is None else t.interval(interval.low, interval.high),
        "target": t.words("{n} of {all} tickets", n=f"{traffic.abandoned:,}", all=f"{traffic.tickets:,}"),
        "source": "" if before is None else before_words(was, before.tickets - traffic.tickets, t),
        "bar": None,
        "word": t.words("Too few to judge") if traffic.tickets < MINIMUM_CASES else "",
        "tone": "few",
    }
