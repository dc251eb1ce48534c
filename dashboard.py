"""The ASGI application, put together: the frame's script, our own routes, who gets in, and what runs beside it.

`streamlit run dashboard.py`, `python dashboard.py` and `uvicorn dashboard:app` all serve it.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from web import company, events, first, health, metrics, own_pages, pairing, password, pin, sign_in, station
from web.client import Proxies
from web.damaged import UntilRestored
from web.gate import Gate
from web.guards import GUARDS
from web.lifespan import lifespan
from web.trouble import log_trouble

ROOT = Path(__file__).resolve().parent

app = st.App(
    ROOT / "ui" / "frame.py",
    routes=[
        *health.ROUTES,
        *events.ROUTES,
        *metrics.ROUTES,
        *sign_in.ROUTES,
        *company.ROUTES,
        *password.ROUTES,
        *first.ROUTES,
        *pairing.ROUTES,
        *station.ROUTES,
        *pin.ROUTES,
        *own_pages.LAST,
    ],
    middleware=[Middleware(Proxies), *GUARDS, Middleware(UntilRestored), Middleware(Gate)],
    lifespan=lifespan,
    on_script_error=log_trouble,
)

if __name__ == "__main__":
    app.run()
