"""`/api/events`: what the machines of the halls send, by a token each; written before it is answered."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.json_schema import models_json_schema
from pydantic_core import from_json
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from actions.refusal import Refused
from ingest.events import Batch, Event, Moment
from models.store import StoreAway
from ui import clock
from web.event_writer import Busy, Sender, known_sender, sender_of, writer

MOST_BYTES = 1_048_576
RETRY_AFTER_SECONDS = "1"
_REFS = "#/components/schemas/{model}"


class OneEvent(Event):
    """One event sent by itself, with the device's clock as it sends."""

    sent_at: Moment


class TakenEvent(BaseModel):
    """What became of one event: applied, waiting, refused or duplicate; all of them are stored."""

    id: str
    state: str
    reason: str


class Answer(BaseModel):
    """One line for each event, in the order they were sent; `received_at` is our time."""

    received_at: datetime
    taken: list[TakenEvent]


class FieldError(BaseModel):
    """Where in what was sent something is wrong, such as `events.0.counter`."""

    field: str
    message: str


class Trouble(BaseModel):
    """Why nothing was stored: `error` is a stable code."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    error: str
    message: str
    fields: list[FieldError] = []


class OurTime(BaseModel):
    """The application's clock."""

    now: datetime


class NotTaken(Exception):
    """The request is answered with a trouble and nothing was stored."""

    def __init__(self, status: int, error: str, message: str, fields: list[FieldError] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.trouble = Trouble(error=error, message=message, fields=fields or [])


_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": RETRY_AFTER_SECONDS}}
_TROUBLES: dict[int | str, dict[str, Any]] = {
    401: {"model": Trouble, "description": "The token is missing, or opens nothing"},
    503: {"model": Trouble, "description": "Nothing was stored: send the same again after Retry-After seconds"},
}
_NOT_READ: dict[int | str, dict[str, Any]] = {
    413: {"model": Trouble, "description": "More than a mebibyte: send fewer events at once"},
    422: {"model": Trouble, "description": "What was sent can't be read; `fields` says where"},
}

api = FastAPI(
    title="Events of a hall's machines",
    version="1",
    description="Queue machines, call pads and rating devices send what happens; see docs/machines.md.",
    docs_url=None,  # the pages of documentation would fetch their scripts from outside
    redoc_url=None,
)
_bearer = HTTPBearer(auto_error=False, description="The token that was shown when the machine was added")


async def _sender(given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Sender:
    """The device whose token came with the request."""
    if given is None:
        raise NotTaken(401, "no_token", "Send the header Authorization: Bearer with the machine's token.")
    if (lately := known_sender(given.credentials)) is not None:  # without a thread's turn
        return lately
    try:
        sender = await run_sync(sender_of, given.credentials)
    except StoreAway as away:
        raise _busy() from away
    if sender is None:
        raise _unknown()
    return sender


def _unknown() -> NotTaken:
    return NotTaken(401, "unknown_token", "This token is unknown, was renewed, or its machine is retired.")


def _busy() -> NotTaken:
    return NotTaken(503, "busy", "The database is busy: send the same again in a moment.")


@api.post("/events", response_model=Answer, responses=_TROUBLES | _NOT_READ)
async def take_in_events(request: Request, sender: Annotated[Sender, Depends(_sender)]) -> Response:
    """Take in one event or a batch; answered when all of it is stored. Sent again, it changes nothing."""
    batch = _read(await _body(request))
    received_at = clock.now()
    try:
        taken = await asyncio.wrap_future(writer().hand_in(sender, batch, received_at))
    except (StoreAway, Busy) as away:
        raise _busy() from away
    except Refused as retired:
        raise _unknown() from retired
    lines = [TakenEvent(id=one.id, state=one.state.value, reason=one.reason) for one in taken]
    answer = Answer(received_at=received_at, taken=lines)  # checked as it is made: it needs no second look
    return Response(answer.model_dump_json(), media_type="application/json")


@api.get("/clock", responses=_TROUBLES)
async def our_time(sender: Annotated[Sender, Depends(_sender)]) -> OurTime:
    """The application's time, by which a machine may set its clock."""
    return OurTime(now=clock.now())


async def _body(request: Request) -> bytes:
    """The whole body, unless it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotTaken(413, "too_large", "More than a mebibyte: send fewer events at once.")
    return bytes(body)


def _read(body: bytes) -> Batch:
    try:
        sent = from_json(body)
        if isinstance(sent, dict) and sent.get("events") == []:
            raise NotTaken(422, "no_events", "There is no event in the batch: send one at least.")
        if isinstance(sent, dict) and "events" not in sent:
            one = OneEvent.model_validate_json(body, strict=True)
            return Batch.model_construct(sent_at=one.sent_at, events=(one,))
        return Batch.model_validate_json(body, strict=True)
    except ValidationError as invalid:
        fields = [
            FieldError(field=".".join(map(str, error["loc"])), message=error["msg"])
            for error in invalid.errors(include_url=False, include_context=False, include_input=False)
        ]
        raise NotTaken(422, "invalid", "Some fields can't be read.", fields) from invalid
    except ValueError as unreadable:
        raise NotTaken(422, "no_json", "The body is not JSON.") from unreadable


@api.exception_handler(NotTaken)
async def _not_taken(request: Request, refused: NotTaken) -> JSONResponse:
    return JSONResponse(refused.trouble.model_dump(), refused.status, _HEADERS.get(refused.status))


@api.exception_handler(HTTPException)
async def _no_such_route(request: Request, found: HTTPException) -> JSONResponse:
    trouble = Trouble(error="no_such_route", message=str(found.detail))
    return JSONResponse(trouble.model_dump(), found.status_code, found.headers)


@api.exception_handler(Exception)
async def _mishap(request: Request, error: Exception) -> JSONResponse:
    """What went wrong inside is in the log; the machine sends the same again."""
    trouble = Trouble(error="broken", message="Something went wrong here and nothing was stored: send the same again.")
    return JSONResponse(trouble.model_dump(), 500, {"Retry-After": RETRY_AFTER_SECONDS})


def _description() -> dict[str, Any]:
    """The OpenAPI description; the body is read by hand, so its two shapes are told here."""
    if api.openapi_schema is None:
        described = FastAPI.openapi(api)
        shapes: list[tuple[type[BaseModel], Any]] = [(Batch, "validation"), (OneEvent, "validation")]
        refs, defined = models_json_schema(shapes, ref_template=_REFS)
        described["components"]["schemas"] |= defined["$defs"]
        choice = {"anyOf": [refs[shape] for shape in shapes]}
        body = {"required": True, "content": {"application/json": {"schema": choice}}}
        described["paths"]["/events"]["post"]["requestBody"] = body
        api.openapi_schema = described
    return api.openapi_schema


api.openapi = _description  # type: ignore[method-assign]  # FastAPI's own way to extend a description

ROUTES = [Mount("/api", app=api)]
