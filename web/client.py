"""Who asks: the client's address and scheme, also behind the proxies that the installation trusts.

`MONITOR_PROXIES` names them, addresses and networks with commas between. What any other client says of forwarding is
not believed; that it says so makes it one from elsewhere, for a proxy on this machine makes every reader look local.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

PROXIES = "MONITOR_PROXIES"
FORWARDING = frozenset(
    {
        *(b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port"),
        *(b"x-real-ip", b"x-client-ip", b"true-client-ip", b"cf-connecting-ip", b"via"),
    }
)
_SECURE = {"https": "https", "wss": "wss", "http": "https", "ws": "wss"}
_KEPT = "monitor.client"
Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Client:
    """Whoever asks: an address (or empty), whether by https, whether on this machine with no proxy between."""

    address: str
    secure: bool
    local: bool


class Proxies:
    """Pure ASGI middleware, before all that asks for the client: what trusted proxies say takes the place of them."""

    def __init__(self, app: ASGIApp, trusted: tuple[Network, ...] | None = None) -> None:
        self.app, self.trusted = app, trusted_proxies() if trusted is None else trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            scope = seen(scope, self.trusted)
        await self.app(scope, receive, send)


def trusted_proxies(named: str | None = None) -> tuple[Network, ...]:
    """The networks that `MONITOR_PROXIES` names; SystemExit with one sentence where it names something else."""
    listed = (os.environ.get(PROXIES, "") if named is None else named).split(",")
    try:
        return tuple(ip_network(each.strip(), strict=False) for each in listed if each.strip())
    except ValueError as error:
        raise SystemExit(f"{PROXIES} names addresses and networks with commas between: {error}.") from None


def client_of(scope: Scope) -> Client:
    """Whoever sent a request or opened a websocket."""
    kept = scope.get(_KEPT)
    return kept if isinstance(kept, Client) else seen(scope, ())[_KEPT]


def seen(scope: Scope, trusted: tuple[Network, ...]) -> Scope:
    """The scope as it is for those who believe these proxies and nobody else."""
    peer, forwarded = _peer(scope), any(name.lower() in FORWARDING for name, _ in scope["headers"])
    client = Client("" if peer is None else str(peer), scope.get("scheme") in {"https", "wss"}, False)
    if peer is None or not forwarded:
        local = peer is not None and peer.is_loopback
        return {**scope, _KEPT: Client(client.address, client.secure, local)}
    if not _among(peer, trusted):
        return {**scope, _KEPT: client}
    address = _forwarded_for(_values(scope, b"x-forwarded-for"), trusted)
    secure = client.secure or _values(scope, b"x-forwarded-proto")[-1:] == ["https"]
    host, port = str(address or peer), 0
    return {
        **scope,
        "client": (host, port),
        "scheme": _SECURE[scope["scheme"]] if secure else scope["scheme"],
        "headers": _with_host(scope),
        _KEPT: Client(host, secure, False),
    }


def _peer(scope: Scope) -> Address | None:
    try:
        host, _ = scope["client"]
        read = ip_address(host)
    except (TypeError, ValueError, KeyError):
        return None
    return getattr(read, "ipv4_mapped", None) or read


def _among(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _values(scope: Scope, header: bytes) -> list[str]:
    """A header's values in their order, those of several headers of the name together."""
    sent = (value.decode("latin-1") for name, value in scope["headers"] if name.lower() == header)
    return [part.strip() for value in sent for part in value.split(",") if part.strip()]


def _forwarded_for(chain: list[str], trusted: tuple[Network, ...]) -> Address | None:
    """The last address that no trusted proxy has; None where it is none that can be read."""
    for said in reversed(chain):
        try:
            address = ip_address(said)
        except ValueError:
            return None
        if not _among(address, trusted):
            return address
    return None


def _with_host(scope: Scope) -> list[tuple[bytes, bytes]]:
    """The headers with the host that the reader's browser asked for."""
    hosts = _values(scope, b"x-forwarded-host")
    if not hosts:
        return list(scope["headers"])
    others = [(name, value) for name, value in scope["headers"] if name.lower() != b"host"]
    return [*others, (b"host", hosts[-1].encode("latin-1"))]
