"""What stands before every route, from the outside in; who gets through to the screens is the gate's to say."""

from __future__ import annotations

from starlette.middleware import Middleware

from web.body_limit import BodyLimit
from web.closed import Closed
from web.elsewhere import Elsewhere
from web.headers import SecurityHeaders
from web.metrics import Counting
from web.mishap import PlainMishap
from web.rate import RateLimit
from web.same_origin import SameOrigin

GUARDS = (
    Middleware(SecurityHeaders),  # the first, so that refusals carry them too
    Middleware(Counting),
    Middleware(PlainMishap),
    Middleware(RateLimit),
    Middleware(Closed),
    Middleware(SameOrigin),
    Middleware(BodyLimit),
    Middleware(Elsewhere),
)
