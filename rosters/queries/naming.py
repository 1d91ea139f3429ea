"""Which service somebody means by what they typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from rosters.models import Service

CLOSE_ENOUGH = 0.6
LONGEST = 80


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
