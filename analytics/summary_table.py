"""A summary as lines of plain text, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from analytics.durations import Duration
from analytics.standard_share import StandardShare
from analytics.summary import Summary
from standards.vocabulary import Aggregation, Measure

NO_DATA = "no data"


def summary_table(answer: Summary) -> str:
    """The summary in English, one fact a line."""
    return "\n".join(_lines(answer))


def _lines(answer: Summary) -> Iterator[str]:
    as_of = answer.as_of.isoformat(timespec="seconds")
    yield f"{answer.branch_id}  {answer.first_on} to {answer.last_on}  as of {as_of}"
    came = ", ".join(f"{outcome.label} {count:,}" for outcome, count in answer.traffic.outcomes if count)
    yield f"Interactions: {came or NO_DATA}"
    yield f"Abandoned: {_share(answer.traffic.abandoned_share)} of {answer.traffic.tickets:,} tickets"
    yield ""
    percentiles = answer.durations.percentiles.label
    yield f"{'':10} {'n':>9} {'mean':>11} {'median':>11} {'p90':>11}   (completed visits; percentiles: {percentiles})"
    yield _duration("Wait", answer.durations.wait)
    yield _duration("Greeting", answer.durations.greeting)
    yield _duration("Handling", answer.durations.handling)
    yield ""
    yield f"{'standard':10} {'n':>9} {'result':>11}   {'95% interval':15} {'target':>7}   pending  not judged  edition"
    for share in answer.standards:
        yield _standard(share)
        yield from _spread(share)
    if answer.traffic.excluded:
        yield ""
        yield f"Before exclusion ({answer.traffic.excluded:,} interactions taken out above, but not from the outcomes):"
        before = answer.traffic.before or answer.traffic
        yield f"Abandoned: {_share(before.abandoned_share)} of {before.tickets:,} tickets"
        for share in answer.standards:
            yield _standard(share.before_exclusion)
            yield from _spread(share.before_exclusion)
    if answer.replay is not None:
        yield ""
        yield f"Replayed under {answer.replay.standard.limit_time.total_seconds():g} s:"
        yield _standard(answer.replay)


def _share(share: float | None) -> str:
    return NO_DATA if share is None else f"{share:.2%}"


def _time(value: timedelta | None) -> str:
    return NO_DATA if value is None else f"{value.total_seconds():,.1f} s"


def _duration(name: str, duration: Duration) -> str:
    times = " ".join(f"{_time(value):>11}" for value in (duration.mean, duration.p50, duration.p90))
    return f"{name:10} {duration.count:>9,} {times}"


def _standard(share: StandardShare) -> str:
    result, interval = _share(share.share), ""
    if share.standard.aggregation is Aggregation.MEAN:
        result = _time(share.value)
    elif share.standard.aggregation is Aggregation.COUNT:
        result = f"{share.findings:,}" if share.has_data else NO_DATA
    elif share.interval is not None:
        interval = f"{share.interval.low:.1%}-{share.interval.high:.1%}"
    target = f"{share.target:.0%}" if share.standard.judges_interactions else ""
    counts = f"{share.pending:>7,}  {share.not_judged:>10,}"
    return f"{share.code:10} {share.n:>9,} {result:>11}   {interval:15} {target:>7}   {counts}  {share.edition}"


def _spread(share: StandardShare) -> Iterator[str]:
    """What stands under a mean: its median and p90, and over which waits, as completed visits alone stand above."""
    if share.spread is not None:
        of = "; every wait that ended: called, left, no-show" if share.standard.measure is Measure.WAIT else ""
        spread = f"median {_time(share.spread.p50)}, p90 {_time(share.spread.p90)}"
        yield f"{'':10} {'':>9} {spread} (percentiles: {share.spread.percentiles.label}{of})"
