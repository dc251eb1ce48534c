"""The judge: one verdict per interaction and standard, with its reason in words. Computed, never stored."""

from __future__ import annotations

from datetime import datetime, timedelta

from standards.derive import milliseconds
from standards.facts import Facts, Verdict
from standards.message import Message, message
from standards.standard import Standard
from standards.vocabulary import NEVER_JUDGED, OPEN, Begun, Measure, Outcome, VerdictKind

__all__ = ["Facts", "Verdict", "handled_so_far", "judge"]


def judge(facts: Facts, standard: Standard, now: datetime) -> Verdict:
    """The verdict of `standard` on an interaction as it stands at `now`.

    Raises ValueError for a standard that judges no interactions (means, counts, cases).
    """
    if not standard.judges_interactions:
        raise ValueError(f"{standard.code} judges no single interaction")
    if not standard.scope.covers(facts.channel, facts.business_type, facts.hall_class):
        return _say(VerdictKind.NOT_APPLICABLE, standard, message("Outside this standard's scope."))
    if facts.outcome in NEVER_JUDGED:
        return _say(
            VerdictKind.NOT_JUDGED,
            standard,
            message("{outcome}: such tickets are never judged.", outcome=facts.outcome),
        )
    if facts.excluded:
        return _say(VerdictKind.NOT_JUDGED, standard, _excluded(facts))
    return _JUDGES[standard.measure](facts, standard, now)


def _excluded(facts: Facts) -> Message:
    if facts.excluded_for is None:
        return message("Excluded.")
    return message("Excluded: {reason}.", reason=facts.excluded_for)


def _say(kind: VerdictKind, standard: Standard, reason: Message) -> Verdict:
    return Verdict(kind, standard, reason)


def _against(value: int, standard: Standard, reason: str, per: int = 1) -> Verdict:
    """Met or missed by a measured time; the limit includes its own value."""
    met = value <= standard.limit * per
    words = Message(reason, _values(value, standard, per))
    return _say(VerdictKind.MET if met else VerdictKind.MISSED, standard, words)


def _values(value: int, standard: Standard, per: int = 1) -> tuple[tuple[str, object], ...]:
    return ("value", timedelta(milliseconds=value)), ("limit", standard.limit_time), ("items", per)


def _wait(facts: Facts, standard: Standard, now: datetime) -> Verdict:
    if facts.begun is not Begun.TICKET:
        return _say(VerdictKind.NOT_APPLICABLE, standard, message("No ticket of its own: nobody measured a wait."))
    if facts.wait_ms is None:
        if facts.outcome is not Outcome.WAITING:
            return _say(VerdictKind.NOT_APPLICABLE, standard, message("The end of the wait was not stamped."))
        so_far = milliseconds(now - facts.wait_from_at)
        if so_far > standard.limit:
            return _against(so_far, standard, WAITING_OVER)
        return _say(
            VerdictKind.PENDING,
            standard,
            message("Waiting {value} so far; the limit is {limit}.", **_times(so_far, standard)),
        )
    if facts.abandoned and facts.wait_ms <= standard.limit:
        return _say(
            VerdictKind.NOT_JUDGED,
            standard,
            message(
                "Gave up after {value}, within the limit of {limit}: not judged.", **_times(facts.wait_ms, standard)
            ),
        )
    return _against(facts.wait_ms, standard, GAVE_UP if facts.abandoned else WAITED)


WAITED = message("Waited {value}; the limit is {limit}.").text
WAITING_OVER = message("Still waiting after {value}; the limit of {limit} has passed.").text
GAVE_UP = message("Gave up after {value}, over the limit of {limit}.").text
GREETED = message("Greeted after {value}; the limit is {limit}.").text
GREETED_AT_DOOR = message("Greeted at the door after {value}; the limit is {limit}.").text
HANDLED = message("Handled in {value}; the limit is {limit}.").text
HANDLED_ITEMS = message("Handled {items} items in {value}; the limit is {limit} per item.").text
HANDLING = message("In hand for {value}; the limit is {limit}.").text
HANDLING_ITEMS = message("In hand for {value}; the limit is {limit} per item ({items} so far).").text
HANDLING_OVER = message("In hand for {value}; the limit of {limit} has passed.").text
HANDLING_OVER_ITEMS = message("In hand for {value}; the limit of {limit} per item ({items} so far) has passed.").text


def _times(value: int, standard: Standard) -> dict[str, object]:
    return {"value": timedelta(milliseconds=value), "limit": standard.limit_time}


def _left_out(facts: Facts, standard: Standard) -> Verdict | None:
    if facts.abandoned:
        return _say(VerdictKind.NOT_JUDGED, standard, message("Was never served: judged on the wait alone."))
    return None


def _greeting(facts: Facts, standard: Standard, now: datetime) -> Verdict:
    if facts.begun is Begun.ADDED:
        return _say(
            VerdictKind.NOT_APPLICABLE, standard, message("Added business: the customer had been greeted already.")
        )
    if left_out := _left_out(facts, standard):
        return left_out
    if facts.greeting_ms is not None:
        return _against(facts.greeting_ms, standard, GREETED)
    awaited = facts.begun is not Begun.WALK_IN or facts.at_counter
    if facts.outcome in OPEN and not facts.greeted and awaited:
        return _say(VerdictKind.PENDING, standard, message("Not greeted yet."))
    if facts.greeted:
        return _say(
            VerdictKind.NOT_APPLICABLE,
            standard,
            message("The arrival at the counter was not stamped, or a stamp is marked inaccurate."),
        )
    return _say(VerdictKind.NOT_APPLICABLE, standard, message("The greeting was not stamped: nobody measured it."))


def _door_greeting(facts: Facts, standard: Standard, now: datetime) -> Verdict:
    if facts.door_greeting_ms is None:
        return _say(VerdictKind.NOT_APPLICABLE, standard, message("No greeting at the door was observed."))
    return _against(facts.door_greeting_ms, standard, GREETED_AT_DOOR)


def _handling(facts: Facts, standard: Standard, now: datetime) -> Verdict:
    if left_out := _left_out(facts, standard):
        return left_out
    if facts.outcome in {Outcome.TRANSFERRED, Outcome.LEFT, Outcome.NO_SHOW}:
        return _say(
            VerdictKind.NOT_JUDGED,
            standard,
            message("{outcome}: an unfinished part is not judged.", outcome=facts.outcome),
        )
    per = max(1, facts.items) if standard.per_item else 1
    if facts.outcome is Outcome.COMPLETED:
        if facts.handling_ms is None:
            return _say(VerdictKind.NOT_APPLICABLE, standard, message("The start or the end was not stamped."))
        return _against(facts.handling_ms, standard, HANDLED_ITEMS if per > 1 else HANDLED, per)
    return _in_hand(facts, standard, now, per)


def _in_hand(facts: Facts, standard: Standard, now: datetime, per: int) -> Verdict:
    if facts.started_at is None:
        return _say(VerdictKind.PENDING, standard, message("Not started yet."))
    so_far = handled_so_far(facts.started_at, facts.held_ms, facts.held_since_at, now)
    if so_far > standard.limit * per:
        return _against(so_far, standard, HANDLING_OVER_ITEMS if standard.per_item else HANDLING_OVER, per)
    words = _values(so_far, standard, per)
    return _say(VerdictKind.PENDING, standard, Message(HANDLING_ITEMS if standard.per_item else HANDLING, words))


def handled_so_far(started_at: datetime, held_ms: int, held_since_at: datetime | None, now: datetime) -> int:
    """Milliseconds in hand at `now`; a hold that is open stops the clock where it began."""
    return max(0, milliseconds((held_since_at or now) - started_at) - held_ms)


def _observation(facts: Facts, standard: Standard, now: datetime) -> Verdict:
    """All checks of the standard observed and met, or one observed and not met; less is no fact."""
    met, observed = facts.checks.get(standard.code, (0, 0))
    words: dict[str, object] = {"met": met, "observed": observed, "wanted": standard.limit}
    if met < observed:
        return _say(VerdictKind.MISSED, standard, message("{met} of {observed} observed checks were met.", **words))
    if observed >= standard.limit:
        return _say(VerdictKind.MET, standard, message("All {wanted} checks were observed and met.", **words))
    if observed:
        return _say(
            VerdictKind.NOT_APPLICABLE,
            standard,
            message("Only {observed} of {wanted} checks were observed.", **words),
        )
    return _say(VerdictKind.NOT_APPLICABLE, standard, message("Nobody observed this visit."))


def _rating(facts: Facts, standard: Standard, now: datetime) -> Verdict:
    if facts.rating is None:
        return _say(VerdictKind.NOT_APPLICABLE, standard, message("The customer gave no rating."))
    kind = VerdictKind.MET if facts.rating >= standard.limit else VerdictKind.MISSED
    return _say(
        kind,
        standard,
        message("Rated {value} of 5; {limit} or better is wanted.", value=facts.rating, limit=standard.limit),
    )


def _promise(facts: Facts, standard: Standard, now: datetime) -> Verdict:
    if facts.promised_at is None:
        return _say(VerdictKind.NOT_APPLICABLE, standard, message("No answer time was promised."))
    words: dict[str, object] = {"promised": facts.promised_at, "kept": facts.promise_kept_at}
    if facts.promise_kept_at is None:
        if now > facts.promised_at:
            return _say(
                VerdictKind.MISSED,
                standard,
                message("An answer was promised for {promised} and has not been given.", **words),
            )
        return _say(VerdictKind.PENDING, standard, message("An answer is promised for {promised}.", **words))
    kind = VerdictKind.MET if facts.promise_kept_at <= facts.promised_at else VerdictKind.MISSED
    return _say(kind, standard, message("Promised for {promised}, answered {kept}.", **words))


_JUDGES = {
    Measure.WAIT: _wait,
    Measure.GREETING: _greeting,
    Measure.DOOR_GREETING: _door_greeting,
    Measure.HANDLING: _handling,
    Measure.OBSERVATION: _observation,
    Measure.RATING: _rating,
    Measure.PROMISE: _promise,
}
