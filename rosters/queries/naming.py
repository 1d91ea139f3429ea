"""Which service, and which person, somebody means by what they typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from django.db.models import Q

from rosters.models import Person, Service

CLOSE_ENOUGH = 0.6
LONGEST, LONGEST_NAME, MOST_NAMED = 80, 120, 20


@dataclass(frozen=True)
class Meant:
    """The one service that fits; without one, the names of those that come near."""

    typed: str
    service: Service | None = None
    near: tuple[str, ...] = ()

    @property
    def why_not(self) -> str | None:
        """Why this names no service, in words; None when it does, or when nothing was typed."""
        if self.service or not self.typed:
            return None
        if not self.near:
            return f"No service is called “{self.typed}”. Choose one from the list, or leave it."
        return f"No service is called “{self.typed}”. Did you mean {' or '.join(self.near)}?"


@dataclass(frozen=True)
class Somebody:
    """The one person who fits; without one, `why_not` says why in words."""

    person: Person | None = None
    why_not: str = ""


def person_meant(typed: str, *, now: datetime) -> Somebody:
    """The person here with this full name, or the only one whom colleagues call so.

    Several of one name, somebody who has left and somebody unknown are told apart. Two queries.
    """
    text = " ".join(typed.replace("\0", "").split())[:LONGEST_NAME]
    if not text:
        return Somebody(why_not="Write a name, or choose one.")
    called = Q(full_name__iexact=text) | Q(short_name__iexact=text)
    called |= Q(full_name__istartswith=f"{text} ") | Q(full_name__iendswith=f" {text}")
    found = list(Person.objects.filter(called).order_by("full_name", "pk")[:MOST_NAMED])
    here = [one for one in found if not one.has_left(now)]
    whole = [one for one in here if one.full_name.casefold() == text.casefold()]
    fitting = whole or here
    if len(fitting) == 1:
        return Somebody(fitting[0])
    if fitting:
        names = " or ".join(dict.fromkeys(one.full_name for one in fitting[:3]))
        return Somebody(why_not=f"Several people are called “{text}”: {names}. Choose one.")
    if found:
        return Somebody(why_not=f"{found[0].full_name} has left. Choose somebody who is here.")
    return Somebody(why_not=f"Nobody here is called “{text}”.{_near(text, now=now)}")


def _near(text: str, *, now: datetime) -> str:
    names = Person.objects.employed(now=now).order_by("full_name")
    known = {name.casefold(): name for name in names.values_list("full_name", flat=True)}
    close = get_close_matches(text.casefold(), known, n=1, cutoff=CLOSE_ENOUGH)
    return f" Did you mean {known[close[0]]}?" if close else ""


def services_by_name() -> list[Service]:
    """Every service, by name, with the team that owns it."""
    return list(Service.objects.select_related("owner_team").order_by("name", "pk"))


def service_meant(typed: str, services: Sequence[Service]) -> Meant:
    """The service with this name or short address, or the only one that has it in its name."""
    text = " ".join(typed.replace("\0", "").split())[:LONGEST]
    wanted = text.casefold()
    if not wanted:
        return Meant("")
    by_name = {service.name.casefold(): service for service in services}
    exact = by_name.get(wanted) or next((one for one in services if one.slug == wanted), None)
    if exact:
        return Meant(text, exact)
    fitting = [service for name, service in by_name.items() if wanted in name]
    if len(fitting) == 1:
        return Meant(text, fitting[0])
    close = get_close_matches(wanted, by_name, n=3, cutoff=CLOSE_ENOUGH)
    near = [service.name for service in fitting[:3]] or [by_name[name].name for name in close]
    return Meant(text, None, tuple(near))
