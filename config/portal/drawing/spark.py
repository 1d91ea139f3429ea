"""A sparkline: a time series with its target."""

from collections.abc import Sequence
from dataclasses import dataclass

SPARK_WIDTH, SPARK_HEIGHT, SPARK_MARGIN = 112, 36, 4


@dataclass(frozen=True)
class Point:
    """One period of a time series; None when nothing was measured in it."""

    label: str
    value: float | None


@dataclass(frozen=True)
class Spark:
    """The line (in pieces, where periods are empty), its last point and the target's height."""

    width: int
    height: int
    lines: tuple[str, ...]
    end: tuple[float, float] | None
    target_y: float | None


def sparkline(points: Sequence[Point], *, target: float | None = None) -> Spark:
    """The line through the points, scaled to the room there is; a higher value stands higher."""
    values = [point.value for point in points if point.value is not None]
    known = [*values, *([] if target is None else [target])]
    low, high = min(known, default=0.0), max(known, default=0.0)
    tall, wide = SPARK_HEIGHT - 2 * SPARK_MARGIN, SPARK_WIDTH - 2 * SPARK_MARGIN

    def y(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(SPARK_HEIGHT - SPARK_MARGIN - share * tall, 1)

    pieces: list[list[tuple[float, float]]] = [[]]
    for index, point in enumerate(points):
        if point.value is None:
            pieces.append([])
        else:
            x = round(SPARK_MARGIN + wide * index / max(len(points) - 1, 1), 1)
            pieces[-1].append((x, y(point.value)))
    drawn = [piece for piece in pieces if piece]
    return Spark(
        width=SPARK_WIDTH,
        height=SPARK_HEIGHT,
        lines=tuple(" ".join(f"{a:g},{b:g}" for a, b in piece) for piece in drawn),
        end=drawn[-1][-1] if drawn else None,
        target_y=None if target is None else y(target),
    )
