"""Our own plain pages, which work without a script: their language, their look, and where they lead back to."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ui.language import Translator, translator_of
from ui.reader import LANGUAGE_PARAMETER
from ui.wording import Language
from web.client import client_of

HERE = Path(__file__).resolve().parent
MOST_BYTES = 16 * 1024
_LONGEST_NEXT = 2000
_A_YEAR = 365 * 24 * 3600
_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_NOT_OURS = ("/auth/", "/api/", "/_stcore/", "/static/", "/media/", "/component/")


def page(request: Request, template: str, *, status: int = 200, **filled: Any) -> Response:
    """A page of ours in the reader's language; what is filled in is escaped."""
    language = language_of(request)
    t = translator_of(language).plain
    others = [(other, other.own_name, _in_language(request, other)) for other in Language]
    usual = {"language": language, "languages": others, "product": t.words("Service-counter monitor")}
    body = _TEMPLATES.get_template(template).render({**usual, **filled})
    answer = HTMLResponse(body, status, headers={"Cache-Control": "no-store"})
    if LANGUAGE_PARAMETER in request.query_params:
        secure = client_of(request.scope).secure
        answer.set_cookie(LANGUAGE_PARAMETER, language, max_age=_A_YEAR, path="/", secure=secure, samesite="lax")
    return answer


def translator_for(request: Request) -> Translator:
    """The words of a page, for a place that reads no markup."""
    return translator_of(language_of(request)).plain


def language_of(request: Request) -> Language:
    """What the address says, else what was chosen before, else what the browser asks for."""
    for said in (request.query_params.get(LANGUAGE_PARAMETER), request.cookies.get(LANGUAGE_PARAMETER)):
        if said in set(Language):
            return Language(said)
    asked = request.headers.get("accept-language", "").strip().lower()
    return Language.EN if asked and not asked.startswith(("zh", "*")) else Language.ZH


def next_of(asked: str | None) -> str:
    """Where a reader goes on: a path of our own with its query, else the start.

    A browser reads `//host`, a backslash or a tab between slashes as another host.
    """
    if not asked or len(asked) > _LONGEST_NEXT or not asked.isprintable() or "\\" in asked:
        return "/"
    try:
        parts = urlsplit(asked)
    except ValueError:
        return "/"
    if parts.scheme or parts.netloc or not asked.startswith("/") or asked.startswith("//"):
        return "/"
    return "/" if parts.path.startswith(_NOT_OURS) else asked


def go_to(path: str, **parameters: str) -> Response:
    """On to a page of ours, by GET."""
    query = urlencode({name: value for name, value in parameters.items() if value})
    return RedirectResponse(f"{path}?{query}" if query else path, 303, headers={"Cache-Control": "no-store"})


async def small_form(request: Request) -> FormData | None:
    """What was typed; None where it is too long for any of our pages, or no form."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, strict_parsing=False, max_num_fields=20)
    except ValueError:
        return None
    return FormData(dict(pairs))


def unreadable() -> Response:
    """The answer to what none of our pages sends."""
    return PlainTextResponse("This form can't be read.", 400)


def typed(form: FormData, name: str, *, most: int = 200) -> str:
    """A field of one line, as it was typed but for spaces around it; what can't be text is empty."""
    value = form.get(name, "")
    return value.strip()[:most] if isinstance(value, str) and "\x00" not in value else ""


def secret(form: FormData, name: str) -> str:
    """A password, exactly as it was typed."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _in_language(request: Request, language: Language) -> str:
    others = {name: value for name, value in request.query_params.items() if name != LANGUAGE_PARAMETER}
    return f"?{urlencode({**others, LANGUAGE_PARAMETER: language})}"


async def _no_such_page(request: Request) -> Response:
    return PlainTextResponse("没有此页面。 There is no such page.", 404)


ASSETS = Mount("/auth/assets", app=StaticFiles(directory=HERE / "assets"))
LAST = [ASSETS, Route("/auth/{rest:path}", _no_such_page, methods=["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])]
"""After all other pages: their looks, and the answer where there is no page."""
