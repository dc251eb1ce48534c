"""The five service dimensions 服务五度: each the weighted mean share of its standards that have data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from analytics.standard_share import StandardShare, together
from standards.vocabulary import Dimension


@dataclass(frozen=True, slots=True)
class DimensionShare:
    """A dimension; `behind` are the standards with a share that stand behind it, one per code, by weight.

    `without_data` are those that judge interactions in the dimension and have none.
    """

    dimension: Dimension
    behind: tuple[StandardShare, ...]
    without_data: tuple[StandardShare, ...]

    @property
    def share(self) -> float | None:
        """The weighted mean share (0 to 1) of the standards that have data, or None where none has."""
        return _weighted(self.behind, [one.share or 0.0 for one in self.behind])

    @property
    def share_before(self) -> float | None:
        """The same as if nothing were excluded."""
        before = [one.before_exclusion for one in self.behind]
        return _weighted(self.behind, [one.share or 0.0 for one in before])

    @property
    def taken_out(self) -> int:
        """The verdicts taken out, over all its standards that have data."""
        return sum(one.taken_out for one in self.behind)

    @property
    def target(self) -> float | None:
        """The weighted mean target of the same standards."""
        return _weighted(self.behind, [one.target for one in self.behind])

    @property
    def judged(self) -> int:
        """The verdicts behind it, over all its standards."""
        return sum(one.judged for one in self.behind)

    @property
    def few(self) -> bool:
        """Too few to judge: one standard of a handful of cases would carry its whole weight."""
        return not self.behind or any(one.few for one in self.behind)

    @property
    def reached(self) -> bool | None:
        """Whether the share is at the target; None without data."""
        if self.share is None or self.target is None:
            return None
        return self.share >= self.target


def profile(shares: Iterable[StandardShare]) -> tuple[DimensionShare, ...]:
    """The five dimensions in their order, from the standards' shares of a selection; means and counts have no share."""
    by_code: dict[str, list[StandardShare]] = {}
    for share in shares:
        if share.standard.judges_interactions:
            by_code.setdefault(share.code, []).append(share)
    whole = [together(editions) for editions in by_code.values()]
    return tuple(_of(dimension, whole) for dimension in Dimension)


def _of(dimension: Dimension, shares: Iterable[StandardShare]) -> DimensionShare:
    own = sorted(
        (share for share in shares if share.standard.dimension is dimension),
        key=lambda share: (-share.standard.weight, share.code),
    )
    return DimensionShare(
        dimension,
        tuple(share for share in own if share.has_data),
        tuple(share for share in own if not share.has_data),
    )


def _weighted(shares: tuple[StandardShare, ...], values: list[float]) -> float | None:
    weights = [share.standard.weight for share in shares]
    whole = sum(weights)
    return sum(weight * value for weight, value in zip(weights, values, strict=True)) / whole if whole else None
