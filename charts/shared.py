"""Figures that many viewers are sent without being made or validated again."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go


class SharedFigure(go.Figure):  # type: ignore[misc]
    """A figure that is complete once constructed: its dictionary is made at the first asking and handed out again.

    Streamlit asks `to_dict()` for every viewer and refresh, and the copying and encoding in it is what costs.
    Whatever is drawn into the figure after the first asking is not shown.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        self._finished: dict[str, Any] | None = None
        super().__init__(*args, **named)

    def to_dict(self) -> dict[str, Any]:
        """The validated figure, arrays encoded; one object for all callers, who must not change it."""
        if self._finished is None:
            finished: dict[str, Any] = super().to_dict()
            # The sender takes these out of what it is given; two senders at once must find nothing to take.
            for trace in finished["data"]:
                trace.pop("uid", None)
            self._finished = finished
        return self._finished
