"""The judge on any facts and any catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from standards.catalogue import CATALOGUE
from standards.judge import Facts, Verdict, judge
from standards.standard import INTERACTION_MEASURES, Standard, in_force
from standards.vocabulary import (
    OPEN,
    Aggregation,
    Begun,
    Channel,
    HallClass,
    Issuer,
    Outcome,
    Source,
    Subject,
    VerdictKind,
)
from tests.judged import (
    DOOR,
    GREETING,
    MET,
    MINUTE,
    NOW,
    PAYMENT,
    PENDING,
    STANDARDS,
    WAIT,
    kind,
)

SPANS = st.none() | st.integers(0, 4 * 60 * MINUTE) | st.sampled_from([9_000, 15_000, 300_000, 1_200_000])
INSTANTS = st.integers(-240, 240).map(lambda minutes: NOW + timedelta(minutes=minutes))


@st.composite
def checks(draw: st.DrawFn) -> dict[str, tuple[int, int]]:
    observed = draw(st.dictionaries(st.sampled_from(sorted(STANDARDS)), st.integers(0, 6)))
    return {code: (draw(st.integers(0, number)), number) for code, number in observed.items()}


ANY_FACTS = st.builds(
    Facts,
    channel=st.sampled_from(Channel),
    business_type=st.sampled_from(["payment", "repair", "enquiry", "a type of the hall's own"]),
    hall_class=st.sampled_from(HallClass),
    day_on=st.dates(date(2004, 1, 1), date(2026, 12, 31)),
    begun=st.sampled_from(Begun),
    outcome=st.sampled_from(Outcome),
    source=st.sampled_from(Source),
    wait_from_at=INSTANTS,
    called=st.booleans(),
    greeted=st.booleans(),
    at_counter=st.booleans(),
    started_at=st.none() | INSTANTS,
    held_ms=st.integers(0, 60 * MINUTE),
    held_since_at=st.none() | INSTANTS,
    items=st.integers(0, 5),
    wait_ms=SPANS,
    greeting_ms=SPANS,
    handling_ms=SPANS,
    door_greeting_ms=SPANS,
    rating=st.none() | st.integers(1, 5),
    promised_at=st.none() | INSTANTS,
    promise_kept_at=st.none() | INSTANTS,
    checks=checks(),
)
ROWS = st.builds(
    replace,
    st.sampled_from([row for row in CATALOGUE if row.subject is Subject.INTERACTION]),
    issuer=st.sampled_from(Issuer),
    measure=st.sampled_from(sorted(INTERACTION_MEASURES)),
    aggregation=st.sampled_from(Aggregation),
    limit=st.integers(0, 30 * MINUTE),
    per_item=st.booleans(),
    on=st.booleans(),
    in_force_from=st.none() | st.dates(date(2003, 1, 1), date(2027, 1, 1)),
)
CATALOGUES = st.just(CATALOGUE) | st.lists(ROWS, max_size=8, unique_by=lambda row: row.key).map(tuple)


def verdicts(of: Facts, catalogue: tuple[Standard, ...], issuer: Issuer) -> list[Verdict]:
    standing = in_force(catalogue, issuer, of.day_on)
    return [judge(of, standard, NOW) for standard in standing if standard.judges_interactions]


@given(of=ANY_FACTS, catalogue=CATALOGUES, issuer=st.sampled_from(Issuer))
def test_every_interaction_has_exactly_one_verdict_per_standard_in_force_with_a_reason_in_words(
    of: Facts, catalogue: tuple[Standard, ...], issuer: Issuer
) -> None:
    found = verdicts(of, catalogue, issuer)
    codes = [verdict.standard.code for verdict in found]
    wanted = {row.code for row in in_force(catalogue, issuer, of.day_on) if row.judges_interactions}
    assert len(codes) == len(set(codes))
    assert set(codes) == wanted
    for verdict in found:
        assert isinstance(verdict.kind, VerdictKind)
        assert "{" not in str(verdict.reason)


@given(of=ANY_FACTS, issuer=st.sampled_from(Issuer))
def test_only_open_visits_and_open_promises_are_pending(of: Facts, issuer: Issuer) -> None:
    for verdict in verdicts(of, CATALOGUE, issuer):
        if verdict.kind is PENDING:
            assert of.outcome in OPEN or verdict.standard.code == "T05"


@given(of=ANY_FACTS, limit=st.integers(0, 30 * MINUTE), more=st.integers(0, 30 * MINUTE))
def test_a_longer_limit_never_turns_a_met_wait_greeting_or_handling_into_a_miss(
    of: Facts, limit: int, more: int
) -> None:
    for standard in [WAIT, GREETING, DOOR, PAYMENT]:
        if kind(of, replace(standard, limit=limit)) is MET:
            assert kind(of, replace(standard, limit=limit + more)) is MET
