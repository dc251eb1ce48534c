"""What tries in vain are counted under (`Throttle.name`)."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from uuid import UUID

ACCOUNT, ADDRESS, PASSWORD = "account ", "address ", "password "
"""What stands before an account's name, before an address, and before the name of an account that is signed in."""
_LONGEST_NAME = 100
_NETWORK_BITS = 64


def account_name(name: str) -> str:
    """What an account's tries are counted under, whether there is such an account or not."""
    return f"{ACCOUNT}{name[:_LONGEST_NAME]}"


def password_name(name: str) -> str:
    """What guesses at the password of somebody who is signed in are counted under: strangers can't fill it."""
    return f"{PASSWORD}{name[:_LONGEST_NAME]}"


def address_name(address: str) -> str:
    """What an address's tries are counted under; of IPv6 the network, of which one machine has every address."""
    try:
        read = ip_address(address)
    except ValueError:
        return f"{ADDRESS}{address[:_LONGEST_NAME]}"
    if isinstance(read, IPv6Address) and read.ipv4_mapped is None:
        return f"{ADDRESS}{IPv6Address(int(read) >> _NETWORK_BITS << _NETWORK_BITS)}/{_NETWORK_BITS}"
    return f"{ADDRESS}{getattr(read, 'ipv4_mapped', None) or read}"


def pin_name(branch_id: str, account_id: UUID) -> str:
    """What wrong PINs of a person at the stations of a hall are counted under."""
    return f"pin {branch_id} {account_id}"
