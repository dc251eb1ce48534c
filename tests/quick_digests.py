"""Digests of passwords and PINs that are not slow on purpose, for a process that makes hundreds of them."""

from __future__ import annotations

from argon2 import PasswordHasher

from actions import credentials
from models.tables import CredentialKind

QUICK = {
    CredentialKind.PASSWORD: PasswordHasher(time_cost=2, memory_cost=8, parallelism=1),
    CredentialKind.PIN: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1),
}
"""As the product's own, a password's takes more work than a PIN's: what tells them apart goes on doing so."""


def make_digests_quick() -> None:
    """From now on this process makes and compares these; one that reads the other's digests needs the same."""
    credentials._OF_KIND.update(QUICK)
    credentials._NOBODY.update({kind: hasher.hash("nobody has this one") for kind, hasher in QUICK.items()})
