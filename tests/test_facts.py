"""The verdicts of one visit: one for each standard of its day, findings apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from analytics.facts import checks_of, facts_of, verdicts
from models.actor import Actor, NotAllowed
from models.standing import catalogue
from models.store import Store
from models.tables import ServiceStandard, new_id
from standards.standard import in_force
from standards.vocabulary import HallClass, Issuer, VerdictKind
from tests.factories import (
    DAY,
    MACHINE,
    a_hall,
    an_interaction,
    an_interaction_row,
    an_observation,
    at,
    minutes,
    seconds,
    the_standards,
)

NOW = at(12)


def test_a_visit_has_one_verdict_for_each_case_judging_standard_of_its_day(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        found = verdicts(session, MACHINE, "H1", an_interaction(session), now=NOW)
        standing = in_force(catalogue(session), Issuer.STATE_GRID, DAY)
    assert found is not None
    codes = [verdict.standard.code for verdict in found.verdicts]
    assert len(codes) == len(set(codes))
    assert set(codes) == {standard.code for standard in standing if standard.judges_interactions}


@pytest.mark.parametrize(("day", "edition", "kind"), [(0, "first", VerdictKind.MET), (1, "second", VerdictKind.MISSED)])
def test_the_day_before_a_change_and_the_day_of_it_have_their_own_edition(
    store: Store, day: int, edition: str, kind: VerdictKind
) -> None:
    with store.writing() as session:
        a_hall(session)
        first = next(row for row in catalogue(session) if row.code == "H01")
        session.exec(delete(ServiceStandard))
        changed = replace(first, edition="second", limit=5000, in_force_from=DAY + timedelta(days=1))
        the_standards(session, replace(first, edition="first"), changed)
        visit = an_interaction(session, greeted_after=seconds(10), arrived_at=at(10, day=DAY + timedelta(days=day)))
        found = verdicts(session, MACHINE, "H1", visit, now=NOW)
    assert found is not None
    assert [(verdict.edition, verdict.kind) for verdict in found.verdicts] == [(edition, kind)]


def test_a_taboo_sentence_is_a_finding_and_not_a_verdict(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        visit = an_interaction(session)
        an_observation(session, visit, "H11", met=False)
        found = verdicts(session, MACHINE, "H1", visit, now=NOW)
    assert found is not None
    assert [(finding.standard.code, finding.count, finding.observed) for finding in found.findings] == [("H11", 1, 1)]
    assert "H11" not in {verdict.standard.code for verdict in found.verdicts}


def test_what_nobody_observed_is_no_finding(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        found = verdicts(session, MACHINE, "H1", an_interaction(session), now=NOW)
    assert found is not None
    assert found.findings == ()


def test_an_unknown_visit_has_no_verdicts(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        assert verdicts(session, MACHINE, "H1", new_id(), now=NOW) is None


def test_verdicts_of_a_hall_out_of_reach_are_not_given(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        with pytest.raises(NotAllowed):
            verdicts(session, Actor("a", "a", ()), "H1", an_interaction(session), now=NOW)


def test_the_facts_are_those_of_the_row_with_its_checks_by_item(store: Store) -> None:
    with store.writing() as session:
        a_hall(session)
        visit = an_interaction(session, waited=minutes(21), rating=4)
        for item, met in ((1, True), (1, True), (2, False)):
            an_observation(session, visit, "H02", met=met, item=item)
        row = an_interaction_row(session, visit)
        checks = checks_of(session, [row])[("H1", visit)]
        facts = facts_of(row, HallClass.C, checks)
    assert (facts.wait_ms, facts.rating, facts.called, facts.greeted, facts.at_counter) == (
        1_260_000,
        4,
        True,
        True,
        False,
    )
    assert facts.checks == {"H02": (1, 2)}
