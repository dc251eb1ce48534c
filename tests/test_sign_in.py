"""Signing in: who gets in, in which words the rest are told, what locks, what ends, and what the trail says of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from actions.access_rules import set_access_rule
from actions.accounts import unlock_account
from actions.address_locks import unlock_address
from actions.credentials import digest, held_against, matches
from actions.first_administrator import admit_token, create_first, new_token, nobody_administers
from actions.passwords import change_password, reset_password, temporary_password
from actions.people import grant
from actions.refusal import Refused
from actions.sessions import Standing, end_other_sessions, sign_out, standing
from actions.sign_in import SignedIn, locked_until, sign_in
from actions.throttling import LONGEST_LOCK, Locked, count_in_an_hour, lock_after
from analytics.address_locks import AddressLock, address_locks
from models.access_rules import ACCOUNT_FAILURES, ADDRESS_FAILURES, IDLE_MINUTES, LONGEST_HOURS, RULES
from models.actor import EVERYWHERE, Actor, NotAllowed, Right, actor_of
from models.sessions import SCREEN_LASTS, Place, actor_at, digest_of, touch
from models.settings import DEMO, put_setting
from models.store import Store
from models.tables import Account, AuditEvent, Credential, CredentialKind, Throttle
from models.tries import ADDRESS, address_name
from standards.vocabulary import Role
from tests import small_region as small
from tests.factories import MACHINE
from tests.signing_in import PASSWORD, account_of, put_region

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def region(store: Store) -> Store:
    """Real accounts of every role in two halls."""
    with store.writing() as session:
        put_region(session, now=NOW)
    return store


@pytest.fixture
def strict(region: Store) -> Store:
    """The same, where three failures lock an account and ten an address: a digest is slow on purpose."""
    with region.writing() as session:
        put_setting(session, ACCOUNT_FAILURES.name, "3")
        put_setting(session, ADDRESS_FAILURES.name, "10")
    return region


def enter(
    region: Store,
    name: str = small.CLERK,
    password: str = PASSWORD,
    *,
    address: str = "10.1.2.3",
    here: bool = False,
    now: datetime = NOW,
) -> SignedIn:
    return sign_in(region, name=name, password=password, place=Place(address, "a browser"), here=here, now=now)


def refused(
    region: Store,
    name: str = small.CLERK,
    password: str = "wrong",
    *,
    address: str = "10.1.2.3",
    here: bool = False,
    now: datetime = NOW,
) -> Refused:
    with pytest.raises(Refused) as told:
        enter(region, name, password, address=address, here=here, now=now)
    return told.value


def actor(region: Store, name: str) -> Actor:
    with region.reading() as session:
        return actor_of(session, account_of(session, name))


def trail(region: Store) -> list[tuple[str, str, str]]:
    """What was done by whom to whom."""
    with region.reading() as session:
        rows = session.exec(select(AuditEvent).order_by(col(AuditEvent.at), col(AuditEvent.id))).all()
        return [(row.action, row.actor, row.subject) for row in rows if not row.actor.startswith("os:")]


def test_a_sign_in_stands_in_the_trail_of_the_accounts_hall(region: Store) -> None:
    enter(region, small.CLERK)
    enter(region, small.ADMINISTRATOR)
    with region.reading() as session:
        rows = session.exec(select(AuditEvent).where(AuditEvent.action == "sign_in")).all()
        assert {row.subject: row.branch_id for row in rows} == {
            small.CLERK: account_of(session, small.CLERK).branch_id,
            small.ADMINISTRATOR: EVERYWHERE,
        }
        assert account_of(session, small.CLERK).branch_id


def test_who_gives_the_right_password_is_known_by_the_token(region: Store) -> None:
    begun = enter(region)
    with region.reading() as session:
        found = actor_at(session, digest_of(begun.token), now=NOW)
    assert found == actor(region, small.CLERK)
    assert found.origin == "10.1.2.3"
    assert not begun.must_change
    assert trail(region) == [("sign_in", small.CLERK, small.CLERK)]


def test_unknown_wrong_closed_left_and_demo_are_told_the_same(region: Store) -> None:
    with region.writing() as session:
        account_of(session, small.GUIDE).active = False
        account_of(session, small.AUDITOR).leaving_on = date(2026, 3, 1)
        account_of(session, small.MANAGER).demo = True
    told = {
        str(refused(region, name, password))
        for name, password in (
            ("nobody", PASSWORD),
            (small.CLERK, "wrong"),
            (small.CLERK, ""),
            (small.CLERK, PASSWORD + "x" * 500),
            (small.GUIDE, PASSWORD),
            (small.AUDITOR, PASSWORD),
            (small.MANAGER, PASSWORD),
        )
    }
    assert told == {"Name and password do not match."}
    assert trail(region) == []


@pytest.mark.parametrize("kind", CredentialKind)
def test_the_work_of_a_try_tells_neither_whose_account_is_new_nor_that_there_is_none(kind: CredentialKind) -> None:
    def work(stored: str | None) -> list[Parameters]:
        return sorted(map(extract_parameters, held_against(CredentialKind.PASSWORD, stored)), key=str)

    made = digest(kind, PASSWORD)
    assert work(made) == work(None)
    assert matches(CredentialKind.PASSWORD, made, PASSWORD)
    assert not matches(CredentialKind.PASSWORD, made, "nobody has this one")


def test_a_digest_of_other_parameters_opens_as_before() -> None:
    made = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    assert matches(CredentialKind.PASSWORD, made, PASSWORD)
    for nothing in (None, "", "damaged"):
        assert not matches(CredentialKind.PASSWORD, nothing, "nobody has this one")


def test_a_demo_account_gets_in_only_in_a_demo_region_and_on_this_machine(region: Store) -> None:
    with region.writing() as session:
        account_of(session, small.CLERK).demo = True
    assert refused(region, password=PASSWORD, here=True).reason == "not_signed_in"
    with region.writing() as session:
        put_setting(session, DEMO, "small")
    assert refused(region, password=PASSWORD).reason == "not_signed_in"
    assert enter(region, here=True).token


def test_five_failures_lock_an_account_for_everybody_and_the_lock_tells_the_time_left(region: Store) -> None:
    for _ in range(5):
        assert refused(region).reason == "not_signed_in"
    locked = refused(region, password=PASSWORD, address="10.9.9.9", now=NOW + MINUTE)
    assert (locked.reason, str(locked)) == ("locked", "Too many tries. You can try again in 14 min.")
    assert trail(region) == [("lock_account", "sign-in", small.CLERK)]
    assert enter(region, now=NOW + 15 * MINUTE).token


def test_an_unknown_name_locks_the_same_way_and_leaves_no_line_in_the_trail(strict: Store) -> None:
    for _ in range(3):
        refused(strict, "nobody")
    assert refused(strict, "nobody").reason == "locked"
    assert trail(strict) == []


def test_many_tries_at_once_are_no_more_than_those_one_after_the_other(strict: Store) -> None:
    with ThreadPoolExecutor(4) as at_once:
        told = list(at_once.map(lambda _: refused(strict).reason, range(9)))
    assert sorted(told) == ["locked"] * 6 + ["not_signed_in"] * 3


def test_a_right_password_counts_for_nothing_and_the_failures_before_it_no_more(region: Store) -> None:
    for _ in range(2):
        refused(region)
        enter(region)
    with region.reading() as session:
        assert {row.name: row.failures for row in session.exec(select(Throttle))} == {"address 10.1.2.3": 2}


def test_an_address_is_locked_after_its_failures_within_the_hour(strict: Store) -> None:
    region = strict
    for number in range(10):
        assert refused(region, f"nobody-{number}").reason == "not_signed_in"
    assert refused(region, password=PASSWORD).reason == "locked"
    assert enter(region, address="10.1.2.4").token
    assert enter(region, now=NOW + HOUR).token
    assert ("lock_address", "sign-in", "address 10.1.2.3") in trail(region)


@pytest.mark.parametrize(("address", "neighbour"), [("10.1.2.3", "10.1.2.3"), ("2001:db8::1", "2001:db8::2")])
def test_whoever_keeps_the_installation_sees_and_lifts_the_lock_of_an_address(
    address: str, neighbour: str, strict: Store
) -> None:
    keeper, name = actor(strict, small.ADMINISTRATOR), address_name(address)
    with strict.writing() as session:
        for _ in range(10):
            count_in_an_hour(session, name, 10, now=NOW)
        until = NOW + HOUR
        assert address_locks(session, keeper, now=NOW) == (AddressLock(name.removeprefix(ADDRESS), 10, until),)
        assert address_locks(session, keeper, now=until) == ()
    assert refused(strict, password=PASSWORD, address=neighbour).reason == "locked"
    with strict.writing() as session:
        [lock] = address_locks(session, keeper, now=NOW)
        assert unlock_address(session, keeper, lock.address, now=NOW)
        assert not unlock_address(session, keeper, lock.address, now=NOW)
    assert enter(strict, address=neighbour).token
    assert trail(strict)[0] == ("unlock_address", small.ADMINISTRATOR, name)


def test_an_administrator_unlocks_and_others_may_not(strict: Store) -> None:
    region = strict
    for _ in range(3):
        refused(region)
    with region.writing() as session:
        clerk = account_of(session, small.CLERK).id
        assert locked_until(session, small.CLERK, now=NOW) == NOW + 15 * MINUTE
        with pytest.raises(NotAllowed):
            unlock_account(session, actor(region, small.SUPERVISOR), clerk, now=NOW)
    with region.writing() as session:
        assert unlock_account(session, actor_of(session, account_of(session, small.ADMINISTRATOR)), clerk, now=NOW)
    assert enter(region).token


def test_old_failures_are_forgotten(region: Store) -> None:
    refused(region, "nobody")
    refused(region, "nobody-else", address="10.1.2.9", now=NOW + timedelta(days=2, minutes=1))
    with region.reading() as session:
        assert {row.name for row in session.exec(select(Throttle))} == {"account nobody-else", "address 10.1.2.9"}


@given(st.integers(1, 200))
def test_each_lock_is_twice_as_long_up_to_a_day(times: int) -> None:
    first, longer = lock_after(times, 15 * MINUTE), lock_after(times + 1, 15 * MINUTE)
    assert longer == min(first * 2, LONGEST_LOCK)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("10.1.2.3", "address 10.1.2.3"),
        ("::ffff:10.1.2.3", "address 10.1.2.3"),
        ("2001:db8::1:2:3:4", "address 2001:db8::/64"),
        ("", "address "),
    ],
)
def test_an_address_is_counted_as_whoever_has_it(address: str, name: str) -> None:
    assert address_name(address) == name


def test_a_session_ends_by_standing_still_and_by_its_length(region: Store) -> None:
    session_id = digest_of(enter(region).token)

    def stands(at: datetime) -> bool:
        with region.reading() as session:
            return standing(session, session_id, now=at) is Standing.OPEN

    assert stands(NOW + 120 * MINUTE - timedelta(seconds=1))
    assert not stands(NOW + 120 * MINUTE)
    for hours in range(1, 12):
        with region.writing() as session:
            touch(session, session_id, now=NOW + hours * HOUR)
    assert stands(NOW + 12 * HOUR - timedelta(seconds=1))
    assert not stands(NOW + 12 * HOUR)


def test_a_screen_that_only_shows_stays_signed_in_for_ninety_days(region: Store) -> None:
    begun = enter(region, small.DISPLAY)
    assert begun.lasting == SCREEN_LASTS
    with region.reading() as session:
        assert standing(session, digest_of(begun.token), now=NOW + timedelta(days=89)) is Standing.OPEN
        assert standing(session, digest_of(begun.token), now=NOW + timedelta(days=90)) is Standing.OVER


def test_a_screen_that_is_given_more_than_showing_signs_in_anew(region: Store) -> None:
    session_id = digest_of(enter(region, small.DISPLAY).token)
    with region.writing() as session:
        of_screen = account_of(session, small.DISPLAY).id
        grant(session, MACHINE, of_screen, Role.ADMINISTRATOR, "*", now=NOW)
    with region.reading() as session:
        assert standing(session, session_id, now=NOW) is Standing.OVER
    again = enter(region, small.DISPLAY)
    assert again.lasting.longest == 12 * HOUR
    with region.reading() as session:
        assert standing(session, digest_of(again.token), now=NOW) is Standing.OPEN


def test_the_times_are_settings_within_bounds_and_their_change_is_in_the_trail(region: Store) -> None:
    keeper = actor(region, small.ADMINISTRATOR)
    with region.writing() as session:
        set_access_rule(session, keeper, IDLE_MINUTES.name, 10, now=NOW)
        set_access_rule(session, keeper, LONGEST_HOURS.name, 1, now=NOW)
        for rule in RULES:
            for value in (rule.fewest - 1, rule.most + 1):
                with pytest.raises(Refused):
                    set_access_rule(session, keeper, rule.name, value, now=NOW)
        with pytest.raises(Refused):
            set_access_rule(session, keeper, "cookie_key", 10, now=NOW)
        with pytest.raises(NotAllowed):
            set_access_rule(session, actor(region, small.SUPERVISOR), IDLE_MINUTES.name, 10, now=NOW)
    assert (enter(region).lasting.idle, enter(region).lasting.longest) == (10 * MINUTE, HOUR)
    assert trail(region)[0] == ("set_setting", small.ADMINISTRATOR, "session_idle_minutes")


def test_signing_out_ends_one_session_and_ending_the_others_all_but_one(region: Store) -> None:
    mine, other, third = (digest_of(enter(region).token) for _ in range(3))
    with region.writing() as session:
        assert sign_out(session, other, now=NOW)
        assert not sign_out(session, other, now=NOW)
        assert not sign_out(session, "unknown", now=NOW)
        who = actor_at(session, mine, now=NOW)
        assert who is not None
        assert end_other_sessions(session, who, now=NOW) == 1
        assert standing(session, mine, now=NOW) is Standing.OPEN
        assert standing(session, third, now=NOW) is Standing.OVER
    assert [line[0] for line in trail(region)] == ["sign_in"] * 3 + ["sign_out", "end_sessions"]


class TestPasswords:
    def test_a_changed_password_ends_the_other_sessions_and_is_the_only_one(self, region: Store) -> None:
        mine, other = enter(region), enter(region)
        with region.reading() as session:
            who = actor_at(session, digest_of(mine.token), now=NOW)
        assert who is not None
        change_password(region, who, old=PASSWORD, new="seven-loud-Bitterns", now=NOW)
        with region.reading() as session:
            assert standing(session, digest_of(mine.token), now=NOW) is Standing.OPEN
            assert standing(session, digest_of(other.token), now=NOW) is Standing.OVER
        refused(region, password=PASSWORD)
        assert enter(region, password="seven-loud-Bitterns").token

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ("not it", "seven-loud-Bitterns", "old_password"),
            (PASSWORD, PASSWORD, "password_same"),
            (PASSWORD, "short", "password_length"),
            (PASSWORD, f"{small.CLERK}-2026", "password_weak"),
            (PASSWORD, "my-Password-2026", "password_weak"),
        ],
    )
    def test_what_is_not_a_change_is_refused(self, old: str, new: str, reason: str, region: Store) -> None:
        with pytest.raises(Refused) as told:
            change_password(region, actor(region, small.CLERK), old=old, new=new, now=NOW)
        assert told.value.reason == reason
        assert enter(region).token

    def test_the_present_password_is_not_guessed_at_a_screen_that_was_left_open(self, strict: Store) -> None:
        region, who = strict, actor(strict, small.CLERK)
        for _ in range(3):
            with pytest.raises(Refused):
                change_password(region, who, old="a guess", new="seven-loud-Bitterns", now=NOW)
        with pytest.raises(Locked):
            change_password(region, who, old=PASSWORD, new="seven-loud-Bitterns", now=NOW)

    def test_strangers_who_lock_the_account_keep_nobody_from_changing_their_password(self, strict: Store) -> None:
        who = actor(strict, small.CLERK)
        for _ in range(3):
            refused(strict)
        assert refused(strict, password=PASSWORD).reason == "locked"
        change_password(strict, who, old=PASSWORD, new="seven-loud-Bitterns", now=NOW)
        assert enter(strict, password="seven-loud-Bitterns").token

    def test_an_administrator_lifts_this_lock_too(self, strict: Store) -> None:
        who, keeper = actor(strict, small.CLERK), actor(strict, small.ADMINISTRATOR)
        for reason in ("old_password",) * 3 + ("locked",):
            with pytest.raises(Refused) as told:
                change_password(strict, who, old="a guess", new="seven-loud-Bitterns", now=NOW)
            assert told.value.reason == reason
        assert enter(strict).token
        with strict.writing() as session:
            assert unlock_account(session, keeper, account_of(session, small.CLERK).id, now=NOW)
        change_password(strict, who, old=PASSWORD, new="seven-loud-Bitterns", now=NOW)

    def test_a_reset_one_is_temporary_ends_every_session_and_lets_nobody_on_but_to_change_it(
        self, region: Store
    ) -> None:
        before = enter(region)
        with region.reading() as session:
            clerk = account_of(session, small.CLERK).id
        temporary = reset_password(region, actor(region, small.ADMINISTRATOR), clerk, now=NOW)
        after = enter(region, password=temporary)
        assert after.must_change
        with region.reading() as session:
            assert standing(session, digest_of(before.token), now=NOW) is Standing.OVER
            assert standing(session, digest_of(after.token), now=NOW) is Standing.MUST_CHANGE
            who = actor_at(session, digest_of(after.token), now=NOW)
        assert who is not None
        change_password(region, who, old=temporary, new="seven-loud-Bitterns", now=NOW)
        with region.reading() as session:
            assert standing(session, digest_of(after.token), now=NOW) is Standing.OPEN
        assert ("reset_password", small.ADMINISTRATOR, small.CLERK) in trail(region)

    def test_who_may_not_manage_accounts_resets_none(self, region: Store) -> None:
        with region.reading() as session:
            clerk = account_of(session, small.CLERK).id
        with pytest.raises(NotAllowed):
            reset_password(region, actor(region, small.SUPERVISOR), clerk, now=NOW)
        assert enter(region).token

    def test_no_secret_and_no_digest_stands_in_the_trail(self, region: Store) -> None:
        with region.reading() as session:
            clerk = account_of(session, small.CLERK).id
        temporary = reset_password(region, actor(region, small.ADMINISTRATOR), clerk, now=NOW)
        begun = enter(region, password=temporary)
        with region.reading() as session:
            said = "\n".join(str(row.model_dump()) for row in session.exec(select(AuditEvent)))
        for secret in (temporary, begun.token, digest_of(begun.token), "argon2"):
            assert secret not in said

    def test_temporary_passwords_are_good_and_never_the_same(self) -> None:
        made = {temporary_password() for _ in range(200)}
        assert len(made) == 200
        assert {len(one) for one in made} == {14}


class TestTheFirstAdministrator:
    @staticmethod
    def _create(store: Store, token: str, name: str) -> None:
        create_first(store, token=token, name=name, display_name="李静", password=PASSWORD, address="10.1.2.3", now=NOW)

    def test_is_made_by_the_token_once(self, store: Store) -> None:
        token = new_token()
        with store.writing() as session:
            assert nobody_administers(session)
            admit_token(session, token)
        with pytest.raises(Refused, match="token"):
            self._create(store, "guess", "li.jing")
        self._create(store, token, "li.jing")
        assert actor(store, "li.jing").may(Right.ACCOUNTS)
        with pytest.raises(Refused, match="token"):
            self._create(store, token, "second")
        assert enter(store, "li.jing").token

    def test_is_not_needed_where_somebody_administers_or_the_region_is_a_demo(self, region: Store) -> None:
        with region.reading() as session:
            assert not nobody_administers(session)
        with region.writing() as session:
            account_of(session, small.ADMINISTRATOR).active = False
            assert nobody_administers(session)
            put_setting(session, DEMO, "small")
            assert not nobody_administers(session)

    def test_an_administrator_who_has_no_password_is_none(self, region: Store) -> None:
        with region.writing() as session:
            keeper = session.exec(select(Account).where(Account.name == small.ADMINISTRATOR)).one()
            session.delete(session.exec(select(Credential).where(Credential.account_id == keeper.id)).one())
            session.flush()
            assert nobody_administers(session)
