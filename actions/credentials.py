"""Passwords and PINs as argon2id digests: made, compared, and the rules of what is good enough."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from uuid import UUID

from argon2 import Parameters, PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from sqlmodel import Session

from actions.refusal import Refused
from models.tables import Credential, CredentialKind
from standards.message import message

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
SHORTEST_PIN, LONGEST_PIN = 4, 8
_PASSWORDS = PasswordHasher()
# A PIN has few digits whatever its digest costs: what guards it are the station, few tries, and the lock after them.
_PINS = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_OF_KIND = {CredentialKind.PASSWORD: _PASSWORDS, CredentialKind.PIN: _PINS}
_NOBODY = {kind: hasher.hash("nobody has this one") for kind, hasher in _OF_KIND.items()}


def digest(kind: CredentialKind, secret: str) -> str:
    """What is stored of a secret; slow on purpose, so make it outside a transaction."""
    return _OF_KIND[kind].hash(secret)


def matches(kind: CredentialKind, stored: str | None, secret: str) -> bool:
    """Whether a secret is the stored one, by the same work whatever is stored, or nothing. Slow on purpose."""
    right = [_verified(made, secret) for made in held_against(kind, stored)]
    return bool(stored) and right[0]


def held_against(kind: CredentialKind, stored: str | None) -> tuple[str, ...]:
    """The digests that a secret is compared with: the stored one (or nobody's) first.

    Passwords that came in with a file of people have the cheaper digest of a PIN until they are changed at the first
    sign-in. So a password is compared with nobody's of the other cost too, or the time would tell whose account is new.
    """
    first = stored or _NOBODY[kind]
    if kind is CredentialKind.PIN:
        return (first,)
    cheap = _parameters(first) == _parameters(_NOBODY[CredentialKind.PIN])
    return first, _NOBODY[CredentialKind.PASSWORD if cheap else CredentialKind.PIN]


def _parameters(made: str) -> Parameters | None:
    """What a digest costs; None where it is none."""
    try:
        return extract_parameters(made)
    except InvalidHashError:
        return None


def _verified(made: str, secret: str) -> bool:
    """A digest carries its own parameters: any hasher reads it."""
    try:
        return _PASSWORDS.verify(made, secret)
    except (VerificationError, InvalidHashError):
        return False


def put_credential(
    session: Session, account_id: UUID, kind: CredentialKind, made: str, *, temporary: bool, now: datetime
) -> None:
    """Store a digest in the place of the one before; who may, its caller has checked."""
    session.merge(Credential(account_id=account_id, kind=kind, digest=made, set_at=now, temporary=temporary))
    session.flush()


def check_password(password: str, name: str) -> None:
    """Refused where a password is too short, too long, one of a kind that is tried first, or the account's name."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused(
            "password_length",
            message("A password has {fewest} to {most} characters.", fewest=SHORTEST_PASSWORD, most=LONGEST_PASSWORD),
        )
    plain = password.casefold()
    if name.casefold() in plain or len(set(plain)) < 5 or _a_row(plain) or any(word in plain for word in _TRIED_FIRST):
        raise Refused("password_weak", message("This password is too easy to guess: take a longer, unusual one."))


def check_pin(pin: str) -> None:
    """Refused where a PIN is not of 4 to 8 digits, or one that is tried first."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST_PIN <= len(pin) <= LONGEST_PIN):
        said = message("A PIN has {fewest} to {most} digits.", fewest=SHORTEST_PIN, most=LONGEST_PIN)
        raise Refused("pin_form", said)
    if len(set(pin)) == 1 or _a_row(pin):
        raise Refused("pin_weak", message("This PIN is too easy to guess."))


_TRIED_FIRST = ("password", "passw0rd", "12345678", "qwerty", "admin123", "abc12345", "11111111", "88888888", "woaini")


def _a_row(text: str) -> bool:
    """Whether each character follows the one before, up or down."""
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps <= {1} or steps <= {-1}
