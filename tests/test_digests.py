"""What the tests make quick is slow in the product."""

from __future__ import annotations

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from actions import credentials
from models.tables import CredentialKind
from tests.quick_digests import QUICK


def test_a_password_s_digest_takes_the_work_that_is_recommended() -> None:
    assert extract_parameters(credentials._PASSWORDS.hash("a password")) == RFC_9106_LOW_MEMORY


def test_a_pin_s_digest_takes_the_least_that_is_recommended() -> None:
    made = extract_parameters(credentials._PINS.hash("4711"))
    assert (made.time_cost, made.memory_cost, made.parallelism) == (2, 19_456, 1)


def test_both_have_a_quick_digest_in_the_tests() -> None:
    assert set(QUICK) == set(CredentialKind)
