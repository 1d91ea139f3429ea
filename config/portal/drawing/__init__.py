"""Where the marks of a chart stand: strip plots, dots, sparklines, strips, bars, flows.

Plain Python: no words, no colors, no clock. All lengths are units of the chart's own `viewBox`.
"""

from config.portal.drawing.bars import Bar, Stacked, stacked_bars
from config.portal.drawing.days import Strip, StripDay, day_strip
from config.portal.drawing.dots import Dots, unit_dots
from config.portal.drawing.flow import Arrow, Box, Flow, flow
from config.portal.drawing.plot import LogAxis, Mark, Plot, Row, axis, strip_plot
from config.portal.drawing.spark import Point, Spark, sparkline

__all__ = [
    "Arrow",
    "Bar",
    "Box",
    "Dots",
    "Flow",
    "LogAxis",
    "Mark",
    "Plot",
    "Point",
    "Row",
    "Spark",
    "Stacked",
    "Strip",
    "StripDay",
    "axis",
    "day_strip",
    "flow",
    "sparkline",
    "stacked_bars",
    "strip_plot",
    "unit_dots",
]
