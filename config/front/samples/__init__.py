"""One sample of each component, with what its partial asks for; the living page shows them."""

from datetime import datetime

from config.front.samples.charts import charts
from config.front.samples.incident import incident, marks
from config.front.samples.lists import lists
from config.front.samples.sample import Sample
from config.front.samples.shell import controls, shell

__all__ = ["Sample", "samples"]


def samples(now: datetime) -> list[Sample]:
    """Every component of the design system, in the order of a page."""
    return [*shell(), *controls(), *marks(now), *incident(now), *lists(now), *charts(now)]
