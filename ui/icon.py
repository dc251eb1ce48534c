"""The picture on the browser's tab, as an address that holds it: a file would be looked into on every run."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

_FILE = Path(__file__).parent / "icon.png"
ICON = f"data:image/png;base64,{b64encode(_FILE.read_bytes()).decode()}"
