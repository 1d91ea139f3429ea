"""What stands on every page: how many incidents are open, and whether the engine is late."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from config.portal import clock
from config.portal.sentences import Sentence
from incidents.queries import audit
from incidents.queries.health import count_open
from rosters.models import Person


def engine(request: HttpRequest) -> dict[str, Any]:
    """`open_incidents`, and `engine_late`: a sentence when calls are late, else None."""
    if not isinstance(request.user, Person):
        return {}
    broken = audit.violations(now=clock.show_now())
    return {
        "open_incidents": count_open(request.user),
        "engine_late": _sentence(broken) if broken else None,
    }


def _sentence(broken: Sequence[audit.Violation]) -> Sentence:
    """Everything that is wrong, and since when the oldest of it is."""
    return Sentence(
        "{fault} Since {since_at}, people may not have been called. Phone them yourself.",
        {"fault": " ".join(one.sentence for one in broken), "since_at": broken[0].since},
    )
