"""Who asks for one of our own pages: whoever is signed in in that browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.types import Scope

from actions.sessions import Standing, standing
from models.actor import Actor
from models.sessions import actor_at, digest_of
from models.store import store
from web.cookies import SESSION, token_in


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody signed in, and what their session lets them do."""

    actor: Actor
    stands: Standing


def asking_of(scope: Scope, now: datetime) -> Asking | None:
    """Whoever is signed in in this browser, if anybody."""
    token = token_in(scope, SESSION)
    if token is None:
        return None
    session_id = digest_of(token)
    with store().reading() as session:
        actor = actor_at(session, session_id, now=now)
        return None if actor is None else Asking(actor, standing(session, session_id, now=now))
