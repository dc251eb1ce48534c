"""One look for every picture, light and dark, in colours that the colour-blind can tell apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Fonts that stand on the reader's machine; nothing is fetched.
FONTS = (
    '"Noto Sans CJK SC", "Noto Sans SC", "Microsoft YaHei", "PingFang SC", "HarmonyOS Sans SC", '
    '"WenQuanYi Micro Hei", "Segoe UI", sans-serif'
)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours by what they mean (after Okabe and Ito); a word or a shape always says the same thing beside them."""

    name: str
    met: str
    missed: str
    pending: str
    neutral: str
    text: str
    muted: str
    grid: str
    surface: str
    accent: str
    band: str
    outer_band: str
    target: str
    series: tuple[str, ...]

    def layout(self, **more: Any) -> dict[str, Any]:
        """A figure's layout in this look; what is given more wins, axes are merged with ours."""
        plain: dict[str, Any] = {
            "template": "none",
            "font": {"family": FONTS, "color": self.text, "size": 14},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": list(self.series),
            "margin": {"l": 8, "r": 12, "t": 32, "b": 8},
            "hoverlabel": {"font": {"family": FONTS}},
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
            "hovermode": "closest",
            "dragmode": False,
        }
        axes = {name: self._axis() for name in ("xaxis", "yaxis")}
        for name, axis in more.items():
            ours = self._axis() if name.startswith(("xaxis", "yaxis")) else plain.get(name)
            axes[name] = {**ours, **axis} if isinstance(ours, dict) and isinstance(axis, dict) else axis
        return plain | axes

    def _axis(self) -> dict[str, Any]:
        return {
            "automargin": True,
            "gridcolor": self.grid,
            "linecolor": self.grid,
            "zerolinecolor": self.grid,
            "tickfont": {"color": self.muted},
            "title": {"font": {"color": self.muted}},
            "fixedrange": True,
        }


LIGHT = Theme(
    name="light",
    met="#0072B2",
    missed="#C44E00",
    pending="#B07A00",
    neutral="#767B84",
    text="#1D2733",
    muted="#55606E",
    grid="#DDE2E8",
    surface="#FFFFFF",
    accent="#005B96",
    band="rgba(0,114,178,0.16)",
    outer_band="rgba(0,114,178,0.07)",
    target="#1D2733",
    series=("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B07A00", "#56B4E9", "#5B4FA2", "#767B84"),
)
DARK = Theme(
    name="dark",
    met="#56B4E9",
    missed="#FF8A4C",
    pending="#F0C24B",
    neutral="#9AA3AF",
    text="#E8EDF2",
    muted="#AEB8C4",
    grid="#38424E",
    surface="#121820",
    accent="#6CC0F5",
    band="rgba(86,180,233,0.22)",
    outer_band="rgba(86,180,233,0.10)",
    target="#E8EDF2",
    series=("#56B4E9", "#FF8A4C", "#2FC79B", "#E3A1C6", "#F0C24B", "#9AD4F5", "#A79BEA", "#9AA3AF"),
)
