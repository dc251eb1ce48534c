"""What the company's sign-in is asked: its addresses, an identity for a code, its keys to verify that identity by.

OpenID Connect Core 1.0, section 3.1 (authorization code) with PKCE (RFC 7636). Only the configured hosts are asked, no
redirection is followed, no question takes longer than ten seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from ui.keeping import Kept
from web.company_settings import CompanySignIn
from web.company_try import Try

SECONDS = 10
LEEWAY_SECONDS = 60
"""How far its clock and ours may be apart."""
# A shared secret signs nothing here: whoever knew it could be anybody.
_SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_USUAL_CLAIMS = ("preferred_username", "email", "sub")
_LONGEST_NAME = 200
_KNOWN = Kept(300, most=8)


class CompanyAway(Exception):
    """It can't be asked, or says what can't be used; the sentence is for the log."""


class NotShown(Exception):
    """It did not show who somebody is; the sentence is for the log, and holds nothing of theirs."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider is asked for what."""

    issuer: str
    authorization: str
    token: str
    keys: str


def provider_of(configured: CompanySignIn) -> Provider:
    """Its addresses as it tells them, for some minutes. Raises CompanyAway."""
    found: Provider = _KNOWN.value(configured, lambda: _told(configured))
    return found


def address_to_ask(configured: CompanySignIn, begun: Try) -> str:
    """Where the browser goes to show who its reader is. Raises CompanyAway."""
    provider = provider_of(configured)
    with _session(configured) as session:
        address, _ = session.create_authorization_url(
            provider.authorization, state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
        )
    return str(address)


def name_shown(configured: CompanySignIn, begun: Try, code: str, *, now: datetime) -> str:
    """What the company calls whoever came back with a code. Raises CompanyAway, NotShown."""
    provider = provider_of(configured)
    claims = _verified(configured, provider, begun, _identity_for(configured, provider, begun, code), now)
    return name_in(claims, configured.claim)


def name_in(claims: Mapping[str, Any], claim: str | None) -> str:
    """The claim that is configured, else the first that there is of the usual ones.

    An e-mail address says nothing of its owner until the provider has verified it. Raises NotShown.
    """
    used = claim or next((usual for usual in _USUAL_CLAIMS if claims.get(usual)), "sub")
    name = claims.get(used)
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise NotShown(f"the claim {used} names nobody")
    an_address = used == "email" or (claim is None and "@" in name)
    if an_address and claims.get("email_verified") is not True:
        raise NotShown("the e-mail address is not verified")
    return name


def _told(configured: CompanySignIn) -> Provider:
    said = _asked(configured, configured.metadata)
    found = {name: said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    foreign = [name for name, address in found.items() if not configured.may_ask(address)]
    issuer = said.get("issuer")
    if foreign or not isinstance(issuer, str) or not issuer:
        raise CompanyAway(f"not on a configured host: {', '.join(foreign) or 'issuer'}")
    return Provider(issuer, *map(str, found.values()))


def _identity_for(configured: CompanySignIn, provider: Provider, begun: Try, code: str) -> str:
    """The signed identity that the code stands for, which counts once and only for who began."""
    try:
        with _session(configured) as session:
            got = session.fetch_token(
                provider.token,
                grant_type="authorization_code",
                code=code,
                code_verifier=begun.verifier,
                redirect_uri=configured.redirect_uri,
                allow_redirects=False,
            )
    except RequestException as error:
        raise CompanyAway(f"the code could not be handed in: {type(error).__name__}") from error
    except (AuthlibBaseError, ValueError, TypeError, AttributeError) as error:
        raise NotShown("the code was refused") from error
    identity = got.get("id_token") if isinstance(got, Mapping) else None
    if not isinstance(identity, str):
        raise NotShown("no identity was given for the code")
    return identity


def _verified(
    configured: CompanySignIn, provider: Provider, begun: Try, identity: str, now: datetime
) -> dict[str, Any]:
    """The claims of an identity: by whom, for whom, until when and for which try (Core 1.0, section 3.1.3.7)."""
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": configured.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": begun.nonce},
    )
    keys = _keys(configured, provider)
    try:
        claims = jwt.decode(identity, keys, algorithms=_SIGNED_BY).claims
        rules.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise NotShown(f"the identity does not hold: {type(error).__name__}: {error}") from error
    if claims.get("azp", configured.client_id) != configured.client_id:
        raise NotShown("the identity was given to somebody else")
    return claims


def _keys(configured: CompanySignIn, provider: Provider) -> KeySet:
    said = _asked(configured, provider.keys)
    try:
        return KeySet.import_key_set({"keys": said["keys"]})
    except (JoseError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise CompanyAway(f"its keys can't be read: {type(error).__name__}") from error


def _asked(configured: CompanySignIn, address: str) -> dict[str, Any]:
    """An answer in JSON from an address that may be asked."""
    try:
        with _session(configured) as session:
            answer = session.get(address, withhold_token=True, allow_redirects=False)
        said = answer.json() if answer.status_code == 200 else None
    except (RequestException, ValueError) as error:
        raise CompanyAway(f"no answer: {type(error).__name__}") from error
    if not isinstance(said, dict):
        raise CompanyAway(f"no answer that can be read: {answer.status_code}")
    return said


def _session(configured: CompanySignIn) -> OAuth2Session:
    return OAuth2Session(
        configured.client_id,
        configured.client_secret,
        scope=configured.scope,
        redirect_uri=configured.redirect_uri,
        code_challenge_method="S256",
        default_timeout=SECONDS,
    )
