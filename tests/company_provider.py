"""A provider of OpenID Connect on this machine: real keys, codes that count once, PKCE, what a test spoils of it."""

from __future__ import annotations

import secrets
import socket
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "service-counter-monitor", "a-secret/with: signs"


@dataclass
class CompanyProvider:
    """Whoever asks is `claims`; `spoiled` takes the place of what would stand in their identity."""

    url: str
    claims: dict[str, Any] = field(default_factory=dict)
    spoiled: dict[str, Any] = field(default_factory=dict)
    endpoints: dict[str, str] = field(default_factory=dict)
    signing: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def be(self, **claims: Any) -> None:
        """Somebody else from now on, and nothing spoiled."""
        self.claims, self.spoiled, self.published = claims, {}, self.signing

    async def metadata(self, request: Request) -> Response:
        usual = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?kind=staff",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }
        return JSONResponse(usual | self.endpoints)

    async def keys(self, request: Request) -> Response:
        return JSONResponse(KeySet([self.published or self.signing]).as_dict(private=False))

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.asked.append(asked)
        code = secrets.token_urlsafe(12)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302)

    async def token(self, request: Request) -> Response:
        given = dict(parse_qsl((await request.body()).decode()))
        asked = self.codes.pop(given.get("code", ""), None)
        kind, _, shown = request.headers.get("authorization", "").partition(" ")
        known = kind == "Basic" and b64decode(shown).decode() == f"{CLIENT}:{SECRET}"
        if asked is None or not known or not _verifies(given, asked):
            return JSONResponse({"error": "invalid_grant"}, 400)
        identity = {"iss": self.url, "aud": CLIENT, "sub": "4711", "nonce": asked["nonce"]} | _times() | self.claims
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, identity | self.spoiled, self.signing)
        return JSONResponse({"access_token": "of no use", "token_type": "Bearer", "id_token": signed})

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/.well-known/openid-configuration", self.metadata),
            Route("/keys", self.keys),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
        ]


@contextmanager
def company_provider() -> Iterator[CompanyProvider]:
    """It answers on a port of its own for as long as the block lasts."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        provider = CompanyProvider(f"http://127.0.0.1:{bound.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(Starlette(routes=provider.routes), log_level="error", lifespan="off"))
        running = Thread(target=server.run, args=([bound],), daemon=True)
        running.start()
        while not server.started:
            time.sleep(0.01)
        yield provider
        server.should_exit = True
        running.join(10)


def _verifies(given: dict[str, str], asked: dict[str, str]) -> bool:
    """RFC 7636, section 4.6."""
    made = urlsafe_b64encode(sha256(given.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
    challenged = asked["code_challenge_method"] == "S256" and asked["code_challenge"] == made
    return challenged and given["redirect_uri"] == asked["redirect_uri"]


def _times() -> dict[str, int]:
    now = int(time.time())
    return {"iat": now, "exp": now + 300}
