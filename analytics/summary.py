"""A hall's period in one answer, and the promised JSON of it (design.md: commands)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from analytics.durations import Duration, Durations, Percentiles, durations
from analytics.selection import Selection
from analytics.shares import replayed, shares
from analytics.standard_share import StandardShare
from analytics.traffic import Traffic, traffic
from models.actor import Actor
from standards.standard import Standard
from standards.vocabulary import Aggregation

_SECOND = 1000


@dataclass(frozen=True, slots=True)
class Summary:
    """A hall from day to day (inclusive, local): how many, how long, and every standard, as of one moment.

    What is excluded is in no figure but the counts by outcome; the standards know their figures before it.
    `replay` is the share under a limit that was asked beside the standing ones.
    """

    branch_id: str
    first_on: date
    last_on: date
    as_of: datetime
    traffic: Traffic
    durations: Durations
    standards: tuple[StandardShare, ...]
    replay: StandardShare | None = None


def summary(
    session: Session,
    actor: Actor,
    branch_id: str,
    first_on: date,
    last_on: date,
    *,
    now: datetime,
    replay: Standard | None = None,
) -> Summary:
    """The summary of a hall; needs the right to see it."""
    selection = Selection(branch_ids=(branch_id,), first_on=first_on, last_on=last_on)
    return Summary(
        branch_id=branch_id,
        first_on=first_on,
        last_on=last_on,
        as_of=now,
        traffic=traffic(session, actor, selection),
        durations=durations(session, actor, selection),
        standards=shares(session, actor, selection, now=now),
        replay=None if replay is None else replayed(session, actor, selection, replay, now=now),
    )


def as_json(answer: Summary) -> dict[str, Any]:
    """The summary under its promised keys; times of a span in seconds, instants in ISO 8601."""
    plain = {
        "branch": answer.branch_id,
        "from": answer.first_on.isoformat(),
        "to": answer.last_on.isoformat(),
        "as_of": answer.as_of.isoformat(timespec="seconds"),
        "counts": {outcome.value: count for outcome, count in answer.traffic.outcomes},
        "abandoned": _abandoned(answer.traffic),
        "durations": _durations(answer.durations),
        "standards": [_standard(share) for share in answer.standards],
        "percentiles": answer.durations.percentiles.value,
        "excluded": {
            "n": answer.traffic.excluded,
            "abandoned": _abandoned(answer.traffic.before or answer.traffic),
            "durations": _durations(answer.durations.before or answer.durations),
            "standards": [_standard(share.before_exclusion) for share in answer.standards],
        },
    }
    return plain if answer.replay is None else plain | {"limit": _replay(answer.replay)}


def _abandoned(counted: Traffic) -> dict[str, Any]:
    low, high = counted.abandoned_interval or (None, None)
    return {
        "abandoned": counted.abandoned,
        "tickets": counted.tickets,
        "share": counted.abandoned_share,
        "low": low,
        "high": high,
    }


def _durations(told: Durations) -> dict[str, Any]:
    return {name: _duration(getattr(told, name)) for name in ("wait", "greeting", "handling")}


def _duration(duration: Duration) -> dict[str, Any]:
    milliseconds = {"mean": duration.mean_ms, "p50": duration.p50_ms, "p90": duration.p90_ms}
    return {"count": duration.count} | {
        f"{name}_seconds": None if value is None else value / _SECOND for name, value in milliseconds.items()
    }


def _standard(share: StandardShare) -> dict[str, Any]:
    named = {"code": share.code, "edition": share.edition}
    if share.standard.aggregation is Aggregation.MEAN:
        return named | _mean(share)
    if share.standard.aggregation is Aggregation.COUNT:
        return named | {"value": share.findings if share.has_data else None, "n": share.n}
    return (
        named
        | {
            "met": share.met,
            "missed": share.missed,
            "pending": share.pending,
            "not_judged": share.not_judged,
            "share": share.share,
            "low": share.low,
            "high": share.high,
            "target": share.target,
        }
        | ({} if share.response_share is None else {"response_share": share.response_share})
    )


def _mean(share: StandardShare) -> dict[str, Any]:
    """A mean over every value there is (of waits: called, left or no-show), with the percentiles of the same values."""
    spread = share.spread
    return {
        "value": None if share.value is None else share.value.total_seconds(),
        "n": share.n,
        "p50_seconds": None if spread is None else spread.p50_ms / _SECOND,
        "p90_seconds": None if spread is None else spread.p90_ms / _SECOND,
        "percentiles": Percentiles.EXACT.value if spread is None else spread.percentiles.value,
        "limit_seconds": share.standard.limit / _SECOND,
    }


def _replay(share: StandardShare) -> dict[str, Any]:
    asked = {"measure": share.standard.measure.value, "limit_seconds": share.standard.limit / _SECOND}
    return _standard(share) | asked
