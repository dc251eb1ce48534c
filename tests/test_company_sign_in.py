"""The company's own sign-in: there and back with a real provider, and whatever is wrong with what comes back."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc.jwk import RSAKey
from sqlmodel import select

from actions.first_administrator import nobody_administers
from models.store import Store
from models.tables import AccountSession, AuditEvent, Credential, SignInWay, Throttle
from models.tries import address_name
from tests import small_region as small
from tests.company_provider import CLIENT, SECRET, CompanyProvider, company_provider
from tests.conftest import RunningApp
from tests.running_app import forked_app
from tests.signing_in import account_of, put_region

NEVER_SHOWN = "The company's sign-in did not show who you are. Try again."
ELSEWHERE = "This sign-in is over, or began in another browser. Begin again."


@dataclass
class Reader:
    """A browser that goes where it is led, one step at a time."""

    app: RunningApp
    kept: requests.Session

    def get(self, address: str) -> requests.Response:
        whole = address if address.startswith("http") else self.app.url + address
        return self.kept.get(whole, allow_redirects=False, timeout=20, headers={"Accept": "text/html"})

    def back_from_the_company(self, onward: str = "/live-board") -> str:
        """Begin, and be sent back: the address of the callback, not yet asked."""
        at_provider = self.get(f"/auth/company?next={onward}")
        assert at_provider.status_code == 303
        return self.get(at_provider.headers["location"]).headers["location"]

    def signed_in(self) -> bool:
        return self.get("/live-board").status_code == 200


@pytest.fixture
def provider() -> Iterator[CompanyProvider]:
    with company_provider() as running:
        yield running


@pytest.fixture
def region(embedded_store: Store) -> Store:
    """Real accounts of every role, one of whom the company knows; no demo."""
    with embedded_store.writing() as session:
        put_region(session, now=datetime.now(UTC))
        account_of(session, small.SUPERVISOR).external_name = "zhang.wei"
    return embedded_store


@pytest.fixture
def app(
    region: Store, provider: CompanyProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningApp]:
    """The application with a section [auth] in the file that Streamlit reads."""
    file = tmp_path / "secrets.toml"
    section = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "server_metadata_url": f"{provider.url}/.well-known/openid-configuration",
        "redirect_uri": "http://127.0.0.1:{port}/oauth2callback",
    }
    file.write_text("[auth]\n" + "".join(f"{name} = {value!r}\n" for name, value in section.items()))
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(file))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with forked_app(tmp_path / "app.log") as running:
        yield running


@pytest.fixture
def reader(app: RunningApp) -> Iterator[Reader]:
    """A browser that was never here."""
    with requests.Session() as kept:
        kept.headers["Accept-Language"] = "en"
        yield Reader(app, kept)


def sessions(region: Store) -> list[tuple[SignInWay, bool]]:
    """By which way each began, and whether somebody ended it."""
    with region.reading() as session:
        return [(row.way, row.ended_at is not None) for row in session.exec(select(AccountSession)).all()]


def trail(region: Store) -> list[tuple[str, str | None, Any]]:
    with region.reading() as session:
        rows = session.exec(select(AuditEvent)).all()
        return [(row.action, row.subject, row.answer) for row in rows if row.action.startswith("sign_")]


def test_whom_the_company_knows_is_in_by_a_session_of_ours_until_they_sign_out(
    region: Store, provider: CompanyProvider, reader: Reader
) -> None:
    provider.be(preferred_username="zhang.wei", email="other@example.com")
    page = reader.get("/auth/sign-in?next=/compliance%3Fhall%3DH1&lang=en")
    assert 'href="/auth/company?next=%2Fcompliance%3Fhall%3DH1%26lang%3Den"' in page.text
    assert "Sign in with the company&#39;s account" in page.text

    callback = reader.back_from_the_company("/compliance%3Fhall%3DH1")
    asked = provider.asked[-1]
    assert (asked["kind"], asked["response_type"], asked["scope"]) == ("staff", "code", "openid profile email")
    assert callback.startswith(f"{reader.app.url}/oauth2callback?code=")
    answer = reader.get(callback)
    assert (answer.status_code, answer.headers["location"]) == (303, "/compliance?hall=H1")
    assert reader.signed_in()
    assert set(reader.kept.cookies.keys()) == {"lang", "monitor_session"}, "none of Streamlit's, and the try is over"
    assert sessions(region) == [(SignInWay.OIDC, False)]
    assert trail(region) == [("sign_in", small.SUPERVISOR, {"way": "oidc"})]

    assert reader.get("/auth/password").status_code == 200
    out = reader.kept.post(
        f"{reader.app.url}/auth/sign-out", headers={"Origin": reader.app.url}, allow_redirects=False, timeout=20
    )
    assert out.status_code == 303
    assert not reader.signed_in()
    assert sessions(region) == [(SignInWay.OIDC, True)]
    assert trail(region)[-1][0] == "sign_out"


def test_nothing_that_is_wrong_with_an_identity_lets_anybody_in(
    region: Store, provider: CompanyProvider, reader: Reader
) -> None:
    past = int(time.time()) - 3600
    for spoiled in (
        {"nonce": secrets.token_urlsafe(32)},
        {"nonce": None},
        {"aud": "another-product"},
        {"aud": [CLIENT, "another-product"], "azp": "another-product"},
        {"iss": "https://another.example.com"},
        {"exp": past, "iat": past - 300},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"preferred_username": "zhang.wei\n"},
        {"preferred_username": ["zhang.wei"]},
        {"preferred_username": "zhang@example.com", "email": "zhang@example.com"},
    ):
        provider.be(preferred_username="zhang.wei")
        provider.spoiled = spoiled
        refused(reader, reader.back_from_the_company(), NEVER_SHOWN, spoiled)
    provider.be(preferred_username="zhang.wei")
    provider.published = RSAKey.generate_key(2048, {"kid": "one"})
    refused(reader, reader.back_from_the_company(), NEVER_SHOWN, "another's signature")
    assert sessions(region) == []
    log = reader.app.log.read_text()
    assert "showed nobody: the identity does not hold: ExpiredTokenError" in log
    assert "zhang" not in log, "the log holds nothing of theirs"


def refused(reader: Reader, callback: str, said: str, why: object, status: int = 401) -> None:
    answer = reader.get(callback)
    assert answer.status_code == status, why
    assert said in answer.text.replace("&#39;", "'"), why
    assert 'href="/auth/company?next=' in answer.text, why
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert "monitor_session" not in reader.kept.cookies, why


def test_what_comes_back_counts_once_and_only_in_the_browser_that_began(
    region: Store, provider: CompanyProvider, reader: Reader
) -> None:
    provider.be(preferred_username="zhang.wei")
    callback = reader.back_from_the_company()
    before = reader.kept.cookies.copy()
    state = callback.partition("state=")[2]
    refused(reader, callback.replace(state, state[::-1]), ELSEWHERE, "another state")
    refused(reader, callback, ELSEWHERE, "a try that was given up")
    reader.kept.cookies.update(before)
    refused(reader, callback.replace("code=", "code=x"), NEVER_SHOWN, "a code that was guessed")
    reader.kept.cookies.update(before)
    refused(reader, f"/oauth2callback?error=access_denied&state={state}", "did not let you in", "denied there")
    with requests.Session() as stranger:
        stranger.headers["Accept-Language"] = "en"
        refused(Reader(reader.app, stranger), callback, ELSEWHERE, "another browser")
        for path in ("/oauth2callback", "/oauth2callback?code=x&state=x", "/oauth2callback?state=%ff%00&code=%00"):
            refused(Reader(reader.app, stranger), path, ELSEWHERE, path)
        for of_streamlit in ("/auth/login?provider=x", "/auth/logout"):
            assert stranger.get(reader.app.url + of_streamlit, timeout=20).status_code == 404

    reader.kept.cookies.update(before)
    assert reader.get(callback).status_code == 303
    with requests.Session() as thief:
        thief.cookies.update(before)
        thief.headers["Accept-Language"] = "en"
        refused(Reader(reader.app, thief), callback, NEVER_SHOWN, "replayed with its cookie")
    assert reader.signed_in()
    assert len(sessions(region)) == 1


def test_whom_no_account_belongs_to_and_whose_is_closed_are_told_so_and_counted(
    region: Store, provider: CompanyProvider, reader: Reader
) -> None:
    provider.be(preferred_username="<b>nobody</b>")
    refused(reader, reader.back_from_the_company(), "The company knows you as &lt;b&gt;nobody&lt;/b&gt;", "unknown")
    reader.kept.headers["Accept-Language"] = "zh-CN"
    refused(reader, reader.back_from_the_company(), "本系统尚无对应账号", "unknown, in Chinese")
    for closed in ({"active": False}, {"leaving_on": datetime.now(UTC).date() - timedelta(days=3)}, {"demo": True}):
        with region.writing() as session:
            account = account_of(session, small.SUPERVISOR)
            account.active, account.leaving_on, account.demo = True, None, False
            for name, value in closed.items():
                setattr(account, name, value)
        provider.be(preferred_username="zhang.wei")
        refused(reader, reader.back_from_the_company(), "您在本系统的账号已停用", closed)
    assert sessions(region) == []
    assert trail(region) == []
    with region.writing() as session:
        counted = session.get_one(Throttle, address_name("127.0.0.1"))
        assert counted.failures == 5
        counted.failures = 29
    refused(reader, reader.back_from_the_company(), "您在本系统的账号已停用", "the thirtieth")
    refused(reader, reader.back_from_the_company(), "尝试次数过多", "locked", status=429)


def test_a_provider_that_is_away_or_leads_elsewhere_is_said_to_be_away(
    region: Store, provider: CompanyProvider, reader: Reader
) -> None:
    said = "The company's sign-in does not answer just now."
    provider.endpoints = {"token_endpoint": "https://elsewhere.example.com/token"}
    refused(reader, "/auth/company", said, "a host that is not configured", status=503)
    provider.endpoints = {"jwks_uri": f"{provider.url}/no-such-keys"}
    provider.be(preferred_username="zhang.wei")
    refused(reader, reader.back_from_the_company(), said, "no keys", status=503)
    assert sessions(region) == []


def test_who_could_only_get_in_by_the_company_does_not_count_as_an_administrator(region: Store) -> None:
    with region.writing() as session:
        keeper = account_of(session, small.ADMINISTRATOR)
        keeper.external_name = "keeper"
        session.delete(session.exec(select(Credential).where(Credential.account_id == keeper.id)).one())
        session.flush()
        assert nobody_administers(session)
