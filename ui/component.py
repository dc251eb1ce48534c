"""Our own components for the browser: each has a style and a script under `components/`, and shares `dom.js`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_FILES = Path(__file__).parent / "components"


def component(name: str, *, html: str | None = None) -> Any:
    """The component of that name, mounted by calling it; scripts set text as text alone."""
    return st.components.v2.component(
        name, html=html, css=_text(f"{name}.css"), js=_text("dom.js") + _text(f"{name}.js")
    )


def _text(file: str) -> str:
    return (_FILES / file).read_text(encoding="utf-8")
