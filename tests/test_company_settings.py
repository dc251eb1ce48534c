"""What is configured of the company's own sign-in, and by what of a person their account is found."""

from __future__ import annotations

import pytest

from tests.company_provider import CLIENT, SECRET
from web.company_provider import NotShown, name_in
from web.company_settings import sign_in_of

AUTH = {
    "client_id": CLIENT,
    "client_secret": SECRET,
    "server_metadata_url": "https://id.example.com/.well-known/openid-configuration",
    "redirect_uri": "https://monitor.example.com/oauth2callback",
}


def test_the_settings_are_streamlits_or_the_environments_and_all_of_them_are_needed() -> None:
    found = sign_in_of(AUTH, {})
    assert found is not None
    assert found.hosts == {"id.example.com"}
    assert SECRET not in repr(found)
    assert sign_in_of({}, {f"MONITOR_OIDC_{name.upper()}": value for name, value in AUTH.items()}) == found
    assert [sign_in_of(AUTH | {missing: ""}, {}) for missing in AUTH] == [None] * 4
    assert sign_in_of(AUTH | {"redirect_uri": "https://monitor.example.com/elsewhere"}, {}) is None
    assert sign_in_of(AUTH | {"server_metadata_url": "http://id.example.com/plain"}, {}) is None
    wider = sign_in_of(AUTH | {"other_hosts": ["keys.example.com"], "claim": "sub"}, {})
    assert wider is not None
    assert wider.may_ask("https://keys.example.com/jwks")
    for foreign in ("https://id.example.com.evil.test/", "http://id.example.com/", "https://u@id.example.com/", None):
        assert not wider.may_ask(foreign), foreign


def test_an_e_mail_address_names_somebody_once_it_is_verified() -> None:
    address = {"email": "li@example.com", "sub": "4711"}
    assert name_in({"sub": "4711"}, None) == "4711"
    assert name_in({**address, "email_verified": True}, None) == "li@example.com"
    for unverified in ({}, {"email_verified": False}, {"email_verified": "true"}):
        for claim in (None, "email"):
            with pytest.raises(NotShown):
                name_in(address | unverified, claim)
    assert name_in(address, "sub") == "4711"
    with pytest.raises(NotShown):
        name_in({"sub": "x" * 201}, None)
