"""Which sign-in of the company's own is configured: Streamlit's `[auth]` in secrets.toml, or the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

COMPANY, CALLBACK = "/auth/company", "/oauth2callback"
"""Where a sign-in begins, and where Streamlit's own would return to: what is registered with a provider serves both."""
ENVIRONMENT = "MONITOR_OIDC_"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_NEEDED = ("client_id", "client_secret", "server_metadata_url", "redirect_uri")
_NAMED = (*_NEEDED, "claim", "other_hosts", "scope")


@dataclass(frozen=True, slots=True)
class CompanySignIn:
    """What is needed to ask a provider of OpenID Connect; `hosts` are the only ones that are asked for anything.

    `claim` names what of a person is compared with the accounts; None for the usual order.
    """

    client_id: str
    client_secret: str = field(repr=False)
    metadata: str
    redirect_uri: str
    hosts: frozenset[str]
    claim: str | None = None
    scope: str = "openid profile email"

    def may_ask(self, address: object) -> bool:
        """Whether an address is one of the hosts', by https; plain http stays on this machine."""
        try:
            parts = urlsplit(address) if isinstance(address, str) else None
        except ValueError:
            return False
        if parts is None or parts.username is not None or parts.netloc.lower() not in self.hosts:
            return False
        return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)


def company_sign_in() -> CompanySignIn | None:
    """What is configured now; None where nothing is."""
    kept = st.secrets.get("auth", {}) if st.secrets.load_if_toml_exists() else {}
    return sign_in_of(kept if isinstance(kept, Mapping) else {}, os.environ)


def sign_in_of(auth: Mapping[str, Any], environment: Mapping[str, str]) -> CompanySignIn | None:
    """Read the section `[auth]`, each value of which the environment may give instead (MONITOR_OIDC_CLIENT_SECRET).

    None where one of the four that are needed is missing, or where they can't be used.
    """
    options = auth.get("client_kwargs", {})
    said: dict[str, Any] = {"scope": options.get("scope")} if isinstance(options, Mapping) else {}
    said |= {name: auth[name] for name in _NAMED if name in auth}
    said |= {name: given for name in _NAMED if (given := environment.get(ENVIRONMENT + name.upper()))}
    if not all(isinstance(said.get(name), str) and said[name] for name in _NEEDED):
        return None
    found = CompanySignIn(
        client_id=said["client_id"],
        client_secret=said["client_secret"],
        metadata=said["server_metadata_url"],
        redirect_uri=said["redirect_uri"].replace("{port}", str(st.get_option("server.port"))),
        hosts=frozenset([_host(said["server_metadata_url"]), *_listed(said.get("other_hosts"))]),
        claim=str(said["claim"]) if said.get("claim") else None,
        scope=str(said["scope"]) if said.get("scope") else "openid profile email",
    )
    return found if found.may_ask(found.metadata) and _returns_here(found.redirect_uri) else None


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ""


def _listed(hosts: object) -> list[str]:
    """In the environment with commas between, in the file a list."""
    named = hosts.split(",") if isinstance(hosts, str) else hosts if isinstance(hosts, list) else []
    return [str(host).strip().lower() for host in named if str(host).strip()]


def _returns_here(address: str) -> bool:
    return urlsplit(address).path == CALLBACK
