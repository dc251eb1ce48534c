"""Facts for the tests of the judge: a visit in good order, but for what a test names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from standards.catalogue import CATALOGUE
from standards.judge import Facts, judge
from standards.standard import Standard
from standards.vocabulary import (
    Begun,
    Channel,
    HallClass,
    Outcome,
    Source,
    Subject,
    VerdictKind,
)

MET, MISSED, PENDING = VerdictKind.MET, VerdictKind.MISSED, VerdictKind.PENDING
NOT_JUDGED, NOT_APPLICABLE = VerdictKind.NOT_JUDGED, VerdictKind.NOT_APPLICABLE
NOW = datetime(2025, 6, 30, 4, tzinfo=UTC)
SECOND, MINUTE = 1_000, 60_000
STANDARDS = {row.code: row for row in CATALOGUE if row.subject is Subject.INTERACTION}
GREETING, DOOR, WAIT = STANDARDS["H01"], STANDARDS["H01D"], STANDARDS["H04"]
PAYMENT, BUSINESS, OBSERVED = STANDARDS["H05"], STANDARDS["H06"], STANDARDS["H02"]
RATING, RINGING, PROMISE = STANDARDS["H15"], STANDARDS["T01"], STANDARDS["T05"]


def facts(**known: Any) -> Facts:
    """A payment at a counter that was finished in good order, but for what is named."""
    plain = Facts(
        channel=Channel.COUNTER,
        business_type="payment",
        hall_class=HallClass.B,
        day_on=date(2025, 6, 30),
        begun=Begun.TICKET,
        outcome=Outcome.COMPLETED,
        source=Source.STAFF,
        wait_from_at=NOW - timedelta(minutes=30),
        called=True,
        greeted=True,
        at_counter=False,
        started_at=NOW - timedelta(minutes=10),
        wait_ms=5 * MINUTE,
        greeting_ms=10 * SECOND,
        handling_ms=4 * MINUTE,
    )
    return replace(plain, **known)


def waiting(since: timedelta, **known: Any) -> Facts:
    unserved = {"called": False, "greeted": False, "started_at": None, "wait_ms": None}
    return facts(
        outcome=Outcome.WAITING,
        wait_from_at=NOW - since,
        greeting_ms=None,
        handling_ms=None,
        **(unserved | known),
    )


def serving(**known: Any) -> Facts:
    return facts(**({"outcome": Outcome.SERVING, "handling_ms": None} | known))


def gave_up(after_ms: int, outcome: Outcome = Outcome.LEFT) -> Facts:
    """Who left before the call, or was called and did not come."""
    return facts(
        outcome=outcome,
        called=outcome is Outcome.NO_SHOW,
        greeted=False,
        started_at=None,
        wait_ms=after_ms,
        greeting_ms=None,
        handling_ms=None,
    )


def on_telephone(**known: Any) -> Facts:
    return facts(channel=Channel.TELEPHONE, business_type="enquiry", **known)


def kind(of: Facts, standard: Standard, now: datetime = NOW) -> VerdictKind:
    verdict = judge(of, standard, now)
    assert str(verdict.reason)
    return verdict.kind
