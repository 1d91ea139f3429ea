"""The answer to "who do I call for this": what a search finds on the on-call page."""

from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from rosters.models import Person, Service
from rosters.queries.calling import Line, Overview, RoleDuty

PEOPLE_SHOWN = 5
CLOSE_ENOUGH = 0.7


@dataclass(frozen=True)
class Found:
    """What fits a question, and the nearest spelling when nothing does."""

    q: str
    lines: tuple[Line, ...]
    duties: tuple[RoleDuty, ...] = ()
    people: tuple[Person, ...] = ()
    meant: str = ""
    service: Service | None = None
    answer: Line | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.lines or self.duties or self.people)


def find(overview: Overview, q: str, *, now: datetime) -> Found:
    """The rosters, duties and people that `q` names; everything when it is empty."""
    wanted = " ".join(q.replace("\0", "").lower().split())
    if not wanted:
        return Found("", overview.lines, overview.duties)
    lines = tuple(line for line in overview.lines if wanted in line.words)
    duties = tuple(duty for duty in overview.duties if wanted in duty.role.name.lower())
    people = tuple(
        Person.objects.employed(now=now)
        .filter(full_name__icontains=wanted)
        .order_by("full_name", "pk")[:PEOPLE_SHOWN]
    )
    service = _service(lines, wanted)
    answer = _answer(lines, service, wanted)
    meant = "" if lines or duties or people else _meant(overview, wanted)
    return Found(q.strip(), lines, duties, people, meant, service, answer)


def _service(lines: tuple[Line, ...], wanted: str) -> Service | None:
    """The one service that was asked for; None when several fit."""
    named = {
        service.pk: service
        for line in lines
        for service in line.services
        if wanted in service.name.lower()
    }
    exact = [service for service in named.values() if service.name.lower() == wanted]
    fitting = exact or list(named.values())
    return fitting[0] if len(fitting) == 1 else None


def _answer(lines: tuple[Line, ...], service: Service | None, wanted: str) -> Line | None:
    """The one roster that answers for what was asked; None when there are several."""
    if service is not None:
        fitting = [line for line in lines if service in line.services]
    else:
        fitting = [line for line in lines if wanted in line.roster.name.lower()]
    return fitting[0] if len(fitting) == 1 else None


def _meant(overview: Overview, wanted: str) -> str:
    names = {line.roster.name for line in overview.lines}
    names |= {service.name for line in overview.lines for service in line.services}
    names |= {service.name for service in overview.without_roster}
    names |= {duty.role.name for duty in overview.duties}
    by_lower = {name.lower(): name for name in names}
    close = get_close_matches(wanted, by_lower, n=1, cutoff=CLOSE_ENOUGH)
    return by_lower[close[0]] if close else ""
