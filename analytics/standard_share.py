"""What a standard says of some interactions: its counts, and the share, mean or findings that follow from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from analytics.spread import Spread
from analytics.statistics import MINIMUM_CASES, Interval, wilson
from standards.message import Worded
from standards.standard import Standard
from standards.vocabulary import Aggregation, Basis, Measure, Source


@dataclass(frozen=True, slots=True)
class StandardShare:
    """What a standard says of a selection.

    Case-judging standards have `met`, `missed`, `pending`, `not_judged`; a mean standard has `values`, `value_sum_ms`
    and the `spread` of the same values (None without any, and where it was not asked for); a count standard has
    `observed` checks and `findings` among them, in `values` interactions. `scoped` counts every interaction in scope.
    `standards` are the dated rows it was judged by, oldest first; `sources` who delivered the judged facts, the most
    frequent first. `excluded` of the interactions in scope are taken out, with a fact or without; where any are,
    `before` is the same figure as if none were. `completed` of those in scope were served to the end at a counter.
    """

    standards: tuple[Standard, ...]
    first_on: date
    last_on: date
    met: int = 0
    missed: int = 0
    pending: int = 0
    not_judged: int = 0
    scoped: int = 0
    values: int = 0
    value_sum_ms: int = 0
    observed: int = 0
    findings: int = 0
    source_counts: tuple[tuple[Source, int], ...] = ()
    spread: Spread | None = None
    excluded: int = 0
    completed: int = 0
    before: StandardShare | None = None

    @property
    def standard(self) -> Standard:
        """The newest of its rows."""
        return self.standards[-1]

    @property
    def code(self) -> str:
        return self.standard.code

    @property
    def edition(self) -> str:
        """Its edition, or all of them where the period runs over a change."""
        return " / ".join(standard.edition for standard in self.standards)

    @property
    def target(self) -> float:
        return self.standard.target

    @property
    def judged(self) -> int:
        """Met and missed together: what the share is of."""
        return self.met + self.missed

    @property
    def n(self) -> int:
        """How many cases the figure is of: judged, averaged, or observed."""
        return {Aggregation.MEAN: self.values, Aggregation.COUNT: self.observed}.get(
            self.standard.aggregation, self.judged
        )

    @property
    def without_fact(self) -> int:
        """Interactions in scope of which nobody measured what the standard asks."""
        return self.scoped - self.values - self.judged - self.pending - self.not_judged

    @property
    def response_share(self) -> float | None:
        """参评率 of a rating: the rated of the completed, 0 to 1; None without any, and for every other standard."""
        asked = self.standard.measure is Measure.RATING and self.completed
        return self.judged / self.completed if asked else None

    @property
    def share(self) -> float | None:
        """Met of the judged, 0 to 1, or None: no data."""
        return self.met / self.judged if self.judged else None

    @property
    def interval(self) -> Interval | None:
        """The Wilson 95 % interval of the share."""
        return wilson(self.met, self.judged)

    @property
    def low(self) -> float | None:
        return None if self.interval is None else self.interval.low

    @property
    def high(self) -> float | None:
        return None if self.interval is None else self.interval.high

    @property
    def value(self) -> timedelta | None:
        """The mean of a mean standard, never an average of averages."""
        return timedelta(milliseconds=self.value_sum_ms / self.values) if self.values else None

    @property
    def before_exclusion(self) -> StandardShare:
        """The figure as if nothing were excluded: itself where nothing is."""
        return self.before or self

    @property
    def taken_out(self) -> int:
        """How many cases the figure has less for what is excluded."""
        return self.before_exclusion.n - self.n

    @property
    def few(self) -> bool:
        """Too few to judge: no rank, no colour."""
        return self.n < MINIMUM_CASES

    @property
    def has_data(self) -> bool:
        return self.n > 0

    @property
    def reached(self) -> bool | None:
        """Whether the share is at its target, the mean or the findings within the limit; None where it can't be said.

        Over a change of a limit there is no single limit to hold a mean or a count against.
        """
        if not self.has_data:
            return None
        if self.share is not None:
            return self.share >= self.target
        if len({standard.limit for standard in self.standards}) > 1:
            return None
        if self.standard.aggregation is Aggregation.MEAN:
            return self.value_sum_ms <= self.standard.limit * self.values
        return self.findings <= self.standard.limit

    @property
    def by_chance(self) -> bool:
        """Below the target, but no further than chance explains: its interval still holds the target."""
        return self.reached is False and self.high is not None and self.high >= self.target

    @property
    def signal(self) -> bool | None:
        """Reached or not where that says something; None where there are too few, or where chance explains it."""
        return None if self.few or self.by_chance else self.reached

    @property
    def sources(self) -> tuple[Worded, ...]:
        """Where the judged facts came from, in words for a screen."""
        if self.standard.basis in {Basis.OBSERVED, Basis.CUSTOMER}:
            return (self.standard.basis,) if self.has_data else ()
        return tuple(source for source, _ in self.source_counts)


_ADDED = (
    "met",
    "missed",
    "pending",
    "not_judged",
    "scoped",
    "values",
    "value_sum_ms",
    "observed",
    "findings",
    "excluded",
    "completed",
)


def together(shares: Iterable[StandardShare]) -> StandardShare:
    """One figure of several editions, days or halls of one code: the counts are added, shares are never averaged.

    Percentiles can't be added: the figure has a spread only where all its values are of one of the shares.
    """
    listed = sorted(shares, key=lambda share: (share.first_on, share.last_on))
    standards = dict.fromkeys(standard for share in listed for standard in share.standards)
    sources: Counter[Source] = Counter()
    for share in listed:
        sources.update(dict(share.source_counts))
    spreads = [share.spread for share in listed if share.values]
    sums = {name: sum(getattr(share, name) for share in listed) for name in _ADDED}
    return replace(
        listed[0],
        standards=tuple(standards),
        last_on=max(share.last_on for share in listed),
        source_counts=by_number(sources),
        spread=spreads[0] if len(spreads) == 1 else None,
        before=together(share.before_exclusion for share in listed) if any(share.before for share in listed) else None,
        **sums,
    )


def by_number(sources: Counter[Source]) -> tuple[tuple[Source, int], ...]:
    """The most frequent source first; of as many cases always in the same order, however they were counted."""
    return tuple(sorted(sources.items(), key=lambda item: (-item[1], item[0])))
