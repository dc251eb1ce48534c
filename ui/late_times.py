"""Times of day as people type them: 932, 9:32, ０９：３２."""

from __future__ import annotations

import re
import unicodedata
from datetime import time

_TYPED = re.compile(r"(\d{1,2})[:.]?(\d{2})")


def minute_of(typed: str) -> time | None:
    """The minute that was meant, or None where it is no time of day."""
    read = _TYPED.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if read is None or int(read[1]) > 23 or int(read[2]) > 59:
        return None
    return time(int(read[1]), int(read[2]))
