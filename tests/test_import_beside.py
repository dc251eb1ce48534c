"""Files beside what else tells a hall of its visits: a ticket counts once, and imports of one moment take turns."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier

from sqlmodel import col, select

from actions.changes import ask_change
from actions.import_counts import Counts, import_counts
from actions.imports import (
    RECORDED,
    ImportFile,
    Part,
    ReadLine,
    add_part,
    begin_import,
    end_import,
)
from actions.refusal import Refused
from actions.tickets import take_ticket
from actions.waiting import void
from models.actor import EVERYWHERE, Actor
from models.migrate import upgrade
from models.store import Store, store
from models.tables import ImportReject, Interaction, ServiceStandard
from seed import reference
from standards.vocabulary import Begun, ChangeKind, Channel, Outcome, Source
from tests.desks import GUIDE, HALL, MORNING, Desk, a_store_with, a_working_hall, the_working_hall
from tests.factories import MACHINE


def line(number: int, ticket: str | None, at: datetime, channel: Channel = Channel.COUNTER) -> ReadLine:
    row = {
        "external_ref": f"r{number}",
        "begun": Begun.TICKET,
        "channel": channel,
        "business_type": "payment",
        "outcome": Outcome.COMPLETED,
        "ticket": ticket,
        "arrived_at": at,
        "called_at": at,
        "started_at": at,
        "ended_at": at,
        "source": Source.IMPORT,
    }
    return ReadLine(number, {"n": str(number)}, row)


def taken(kept: Store, *lines: ReadLine, name: str = "visits.csv", digest: str = "d") -> Counts:
    """What became of lines that were brought as a file."""
    file, later = ImportFile(name=name, digest=digest * 64, mapping="m", rows=len(lines)), MORNING + timedelta(days=2)
    with kept.writing() as session:
        begun = begin_import(session, MACHINE, HALL, file, now=later)
    assert begun is not None
    with kept.writing() as session:
        add_part(session, MACHINE, HALL, begun.import_id, Part(list(lines)), now=later, at=later)
    with kept.writing() as session:
        end_import(session, MACHINE, HALL, begun.import_id, at=later)
    with kept.reading() as session:
        return import_counts(session, MACHINE, HALL, begun.import_id)


def test_a_ticket_that_the_hall_knows_of_that_day_is_not_counted_twice(tmp_path: Path) -> None:
    kept = a_store_with(tmp_path, the_working_hall())
    desk = Desk(kept)
    for _ in range(2):
        wrong = desk.press(take_ticket, GUIDE, "payment").interaction_id
    desk.press(void, GUIDE, wrong, "misprinted")
    lines = (
        line(1, "A0001", MORNING),
        line(2, "A0001", MORNING + timedelta(days=1)),
        line(3, "A0002", MORNING),
        line(4, "A0001", MORNING, Channel.TELEPHONE),
        line(5, None, MORNING),
    )
    assert taken(kept, *lines).accepted == 4
    with kept.reading() as session:
        assert [(one.line, one.reason, one.detail) for one in session.exec(select(ImportReject))] == [
            (1, RECORDED, "This ticket is recorded already: A0001, waiting.")
        ]
    kept.close()


def test_a_ticket_of_a_full_day_is_found_among_those_of_an_empty_one(tmp_path: Path) -> None:
    kept = a_store_with(tmp_path, the_working_hall())
    Desk(kept).press(take_ticket, GUIDE, "payment")
    days = (MORNING, MORNING + timedelta(days=1))
    lines = [line(2 * number + day, f"A{number:04d}", at) for number in range(1, 31) for day, at in enumerate(days)]
    assert taken(kept, *lines).accepted == 59
    with kept.reading() as session:
        assert [(one.line, one.reason) for one in session.exec(select(ImportReject))] == [(2, RECORDED)]
    kept.close()


def at_once(*works: object) -> list[object]:
    """What each of several commands of one moment answered; a refusal in words is an answer too."""
    together = Barrier(len(works))

    def give(work: object) -> object:
        together.wait()
        try:
            return work() if callable(work) else None
        except Refused as refusal:
            return refusal.reason

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(give, works))


def test_imports_and_shared_changes_of_one_moment_take_turns_on_postgresql(postgres_url: str) -> None:
    upgrade(postgres_url)
    kept = store(postgres_url)
    with kept.writing() as session:
        a_working_hall(session)
    reference.ensure(kept, now=MORNING)
    lines = [line(number, f"A{number:04d}", MORNING) for number in range(50)]
    imports = at_once(*(lambda name=name: taken(kept, *lines, digest=name).accepted for name in "abc"))
    assert sorted(map(str, imports)) == ["0", "0", "50"]

    def ask(kind: ChangeKind, subject: str, content: dict[str, object]) -> str:
        on = (MORNING + timedelta(days=9)).date()
        with kept.writing() as session:
            ask_change(
                session,
                Actor("1", "owner", (), all_rights=True),
                kind,
                subject,
                content,
                on,
                "why",
                {},
                branch_id=EVERYWHERE,
                now=MORNING,
            )
        return "asked"

    limits = at_once(*(lambda n=n: ask(ChangeKind.STANDARD, "H01 training", {"limit": n * 1000}) for n in (21, 22, 23)))
    assert sorted(map(str, limits)) == ["asked", "same_day", "same_day"]
    with kept.reading() as session:
        assert len(session.exec(select(Interaction)).all()) == 50
        on = select(ServiceStandard).where(col(ServiceStandard.in_force_from) == (MORNING + timedelta(days=9)).date())
        assert len(session.exec(on).all()) == 1
