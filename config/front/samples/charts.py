"""Charts with a story to show: one missed target, one week without data."""

from datetime import datetime, timedelta
from typing import Any

from config.front.samples.sample import Sample
from config.portal.drawing import Bar, Mark, Point, Row
from incidents.logic.health import Day


def charts(now: datetime) -> list[Sample]:
    marks = tuple(
        Mark(f"INC-{2400 + taken}", taken, is_late=taken > 60) for taken in (35, 54, 54, 97)
    )
    others = tuple(Mark(f"INC-{2300 + taken}", taken) for taken in (22, 41, 75))
    rows = [
        Row("SEV1", marks, level=1, target_minutes=60),
        Row("SEV2", others, level=2, target_minutes=120),
        Row("SEV3", (), level=3, target_minutes=240),
    ]
    levels = {4: 3, 11: 1, 18: 3, 29: 1}
    days = [Day(now.date() - timedelta(days=29 - n), levels.get(n), n % 3 + 1) for n in range(30)]
    weeks = [16, 15, 17, 14, 13, None, 12, 10, 11, 9, 9, 9]
    points = [Point(f"Week {number}", value) for number, value in enumerate(weeks, start=36)]
    bars = [Bar("Jonas Weber", 9, 6), Bar("Mei Tan", 8, 3), Bar("Aiko Mori", 5, 1)]
    drawn: dict[str, tuple[str, dict[str, Any]]] = {
        "Strip plot": ("strip_plot", {"chart": "strip_plot", "rows": rows}),
        "Unit dots": ("unit_dots", {"chart": "unit_dots"}),
        "Sparkline": ("sparkline", {"chart": "sparkline", "points": points}),
        "Day strip": ("day_strip", {"chart": "day_strip", "days": days}),
        "Stacked bar": ("stacked_bar", {"chart": "stacked_bar", "bars": bars}),
    }
    return [
        Sample(name, f"components/{partial}.html", {"": values})
        for name, (partial, values) in drawn.items()
    ]
