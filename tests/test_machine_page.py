"""The page of machines: the empty state, a token shown once, tickets there = visits here, and what was not applied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from streamlit.testing.v1 import AppTest

from actions.devices import add_device, device_of
from ingest.events import Batch, Event, take_in
from models.store import Store
from models.tables import Device
from standards.vocabulary import DeviceKind
from tests import small_region as small
from tests.factories import MACHINE
from ui.keys import Key
from ui.machine_setup import Part

Page = Callable[..., AppTest]
HALL = small.ALWAYS_OPEN


@pytest.fixture
def page(small_region: Store, screen: Callable[..., AppTest]) -> Page:
    def opened(account: str = small.ADMINISTRATOR, lang: str = "en", **asked: Any) -> AppTest:
        return sound(screen("machines", account=account, lang=lang, hall=HALL, **asked))

    return opened


def sound(opened: AppTest) -> AppTest:
    assert not opened.exception, opened.exception
    return opened


def words_of(opened: AppTest) -> str:
    drawn = [*opened.title, *opened.subheader, *opened.markdown, *opened.caption]
    drawn += [*opened.info, *opened.warning, *opened.error, *opened.success, *opened.code]
    return "\n".join(str(element.value) for element in drawn)


def widget(kind: Any, label: str) -> Any:
    found = [one for one in kind if one.label == label]
    assert found, [one.label for one in kind]
    return found[0]


@pytest.fixture
def machine(small_region: Store) -> Store:
    """A queue machine that has given two tickets today, one of them for a business nobody knows."""
    with small_region.writing() as session:
        add_device(
            session, MACHINE, HALL, "Q1", kind=DeviceKind.QUEUE_MACHINE, name="Door *machine*", now=datetime.now(UTC)
        )
    send(small_region, event("ticket_taken", "A001", business="payment"))
    send(small_region, event("ticket_taken", "A002", business="报装"))
    return small_region


def event(kind: str, ticket: str | None, **named: Any) -> Event:
    return Event(id=f"{kind}-{ticket}", kind=kind, at=datetime.now(UTC), ticket=ticket, **named)  # type: ignore[arg-type]


def send(store: Store, *events: Event, off: timedelta = timedelta()) -> None:
    sent_at = datetime.now(UTC)  # a run of the tests may last over midnight
    take_in(store, HALL, "Q1", Batch(sent_at=sent_at, events=events), received_at=sent_at + off)


def test_a_hall_without_machines_is_told_what_to_do(page: Page) -> None:
    assert "No machine is set up" in words_of(page())
    reader = page(small.SUPERVISOR)
    assert "An administrator adds machines" in words_of(reader)
    assert not reader.button


def test_a_token_is_shown_once_and_opens_the_door(page: Page, small_region: Store) -> None:
    opened = page()
    widget(opened.text_input, "Code (letters and digits)").set_value("Q7")
    sound(widget(opened.button, "Add and show its token").click().run())
    (token,) = [str(shown.value) for shown in opened.code]
    assert "shown only now" in words_of(opened)
    with small_region.reading() as session:
        found = device_of(session, token)
        assert found is not None
        assert (found.id, found.kind) == ("Q7", DeviceKind.QUEUE_MACHINE)
    sound(widget(opened.button, "It is copied").click().run())
    assert token not in words_of(opened)
    assert token not in words_of(page())


def test_a_code_that_is_taken_is_refused_in_words(page: Page, machine: Store) -> None:
    opened = page()
    widget(opened.text_input, "Code (letters and digits)").set_value("Q1")
    sound(widget(opened.button, "Add and show its token").click().run())
    assert "There is a device Q1 in this hall already." in words_of(opened)


def test_a_new_token_needs_somebody_at_the_machine(page: Page, machine: Store) -> None:
    opened = page()
    assert widget(opened.button, "New token").disabled
    sound(opened.checkbox(key=Key.MACHINES_SURE).check().run())
    sound(widget(opened.button, "New token").click().run())
    (token,) = [str(shown.value) for shown in opened.code]
    with machine.reading() as session:
        assert device_of(session, token) is not None


def test_a_machine_is_taken_out_of_use_and_put_back(page: Page, machine: Store) -> None:
    opened = page()
    for label, active in (("Take out of use", False), ("Put to use again", True)):
        sound(widget(opened.button, label).click().run())
        with machine.reading() as session:
            assert session.exec(select(Device.active).where(col(Device.id) == "Q1")).one() is active


def test_what_differs_and_why_is_named_and_typed_text_is_no_markdown(page: Page, machine: Store) -> None:
    said = words_of(page(small.SUPERVISOR))
    assert "tickets in the machines and visits here differ" in said
    assert "Door \\*machine\\* (Q1): tickets in the machine 2, visits here 1." in said
    assert "In the machine, not here: A002." in said
    assert "Refused, 1: nobody has said what the machine's name for the business means" in said
    frames = page(small.SUPERVISOR).dataframe
    assert list(frames[1].value["business"]) == ["报装"]


def test_once_the_name_is_said_the_tickets_are_visits_here(page: Page, machine: Store) -> None:
    opened = page()
    opened.session_state[Key.MACHINES_PART] = Part.NAMES
    sound(opened.run())
    assert widget(opened.text_input, "The machine's name for it").value == "报装"
    widget(opened.selectbox, "Business type").set_value("payment")
    sound(widget(opened.button, "Save the name").click().run())
    said = words_of(opened)
    assert "The name is saved." in said
    assert "tickets in the machines = visits here: 2." in said
    assert "报装 means" in said


def test_a_folder_is_set_and_one_that_leads_out_is_refused(page: Page, machine: Store) -> None:
    opened = page()
    opened.session_state[Key.MACHINES_PART] = Part.FILES
    sound(opened.run())
    widget(opened.checkbox, "It only writes files").check()
    widget(opened.text_input, "Folder on the server").set_value("../../outside")
    sound(widget(opened.button, "Save the folder").click().run())
    assert "leads out of the machines' place" in words_of(opened)
    widget(opened.text_input, "Folder on the server").set_value(f"{HALL}/Q1")
    sound(widget(opened.button, "Save the folder").click().run())
    assert "The folder is saved." in words_of(opened)
    with machine.reading() as session:
        assert session.exec(select(Device.folder).where(col(Device.id) == "Q1")).one() == f"{HALL}/Q1"


def test_a_clock_that_is_off_is_a_warning_in_words(page: Page, machine: Store) -> None:
    send(machine, event("heartbeat", None), off=timedelta(seconds=90))
    said = words_of(page(small.SUPERVISOR))
    assert "The clock of Door \\*machine\\* (Q1) is 1 min 30 s slow" in said


def test_another_day_is_asked_by_the_address(page: Page, machine: Store) -> None:
    assert "no machine has given a ticket" in words_of(page(small.SUPERVISOR, day="2026-03-01"))


def test_the_page_speaks_chinese(page: Page, machine: Store) -> None:
    said = words_of(page(lang="zh"))
    assert "设备取号数与系统到厅人次不一致" in said
    assert "设备有而系统没有：A002。" in said
