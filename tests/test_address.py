"""Links: what is written is read again, and what can't be read never breaks a screen."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from urllib.parse import parse_qsl, urlencode

from hypothesis import given
from hypothesis import strategies as any_

from standards.vocabulary import Basis, Channel, Dimension, Grade, Issuer, VerdictKind
from ui.address import EARLIEST, LONGEST, PARAMETERS, Address, latest, parse, written

codes = any_.text(min_size=1, max_size=LONGEST).filter(lambda text: text.isprintable() and text == text.strip())
days = any_.dates(EARLIEST, latest())


@any_.composite
def addresses(draw: any_.DrawFn) -> Address:
    first_on, last_on = draw(any_.tuples(any_.none() | days, any_.none() | days))
    if first_on is not None and last_on is not None and first_on > last_on:
        first_on, last_on = last_on, first_on
    return Address(
        hall=draw(any_.none() | codes),
        standard=draw(any_.none() | codes),
        first_on=first_on,
        last_on=last_on,
        channel=draw(any_.none() | any_.sampled_from(Channel)),
        business_type=draw(any_.none() | codes),
        counter=draw(any_.none() | any_.integers(1, 9999)),
        staff=draw(any_.none() | codes),
        hour=draw(any_.none() | any_.integers(0, 23)),
        day=draw(any_.none() | days),
        visit=draw(any_.none() | any_.uuids()),
        verdict=draw(any_.none() | any_.sampled_from(VerdictKind)),
        issuer=draw(any_.none() | any_.sampled_from(Issuer)),
        dimension=draw(any_.none() | any_.sampled_from(Dimension)),
        basis=draw(any_.none() | any_.sampled_from(Basis)),
        grade=draw(any_.none() | any_.sampled_from(Grade)),
        search=draw(any_.none() | codes),
    )


@given(addresses())
def test_what_is_written_is_read_again(address: Address) -> None:
    carried = dict(parse_qsl(urlencode(written(address))))
    assert parse(carried) == (address, ())


@given(any_.dictionaries(any_.sampled_from([known.name for known in PARAMETERS.values()]), any_.text(max_size=80)))
def test_no_address_breaks_a_screen(asked: dict[str, str]) -> None:
    address, wrong = parse(asked)
    assert parse(written(address)) == (address, ())
    for sentence in wrong:
        assert str(sentence)


def test_every_filter_has_a_name_of_its_own_in_the_address() -> None:
    assert {field.name for field in fields(Address)} == set(PARAMETERS)
    assert len({known.name for known in PARAMETERS.values()}) == len(PARAMETERS)


def test_a_wrong_day_is_left_out_with_a_sentence() -> None:
    address, wrong = parse({"day": "2026-02-30", "hour": "7"})
    assert address == Address(hour=7)
    assert [str(sentence) for sentence in wrong] == ["The link's “day” can't be read (2026-02-30); it is left out."]


def test_a_period_that_ends_before_it_begins_is_left_out() -> None:
    address, wrong = parse({"from": "2026-03-02", "to": "2026-03-01", "hall": "H1"})
    assert address == Address(hall="H1")
    assert len(wrong) == 1


@given(any_.dates().filter(lambda day: not EARLIEST <= day <= latest()), any_.sampled_from(["from", "to", "day"]))
def test_a_day_that_no_calendar_of_ours_holds_is_left_out_with_a_sentence(day: date, name: str) -> None:
    address, wrong = parse({name: day.isoformat(), "hall": "H1"})
    assert address == Address(hall="H1")
    assert [str(sentence) for sentence in wrong] == [
        f"The link's “{name}” can't be read ({day.isoformat()}); it is left out."
    ]


def test_a_period_of_one_day_is_kept() -> None:
    assert parse({"from": "2026-03-01", "to": "2026-03-01"})[0].first_on == date(2026, 3, 1)


def test_numbers_are_plain_digits() -> None:
    for text in ("-1", "24", "1.5", "٣", " 7", "1_0"):
        assert parse({"hour": text})[1], text
