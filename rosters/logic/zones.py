"""Time zones as people name them. Pure but for the machine's own list, read once."""

from functools import cache
from zoneinfo import available_timezones

AREAS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


@cache
def known() -> frozenset[str]:
    """Every zone of this machine; reading its files takes longer than a page."""
    return frozenset(available_timezones())


@cache
def offered() -> tuple[str, ...]:
    """The zones to choose from: places, and UTC."""
    places = sorted(name for name in known() if name.partition("/")[0] in AREAS)
    return ("UTC", *places)


@cache
def _by_city() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in offered():
        city = name.rsplit("/", 1)[-1].replace("_", " ").casefold()
        found.setdefault(city, name)
    return found


def named(text: str) -> str | None:
    """The zone that somebody means by "Europe/Berlin", "europe/berlin" or "Berlin"."""
    plain = " ".join(text.split())
    if plain in known():
        return plain
    by_name = {name.casefold(): name for name in offered()}
    under = plain.casefold().replace(" ", "_")
    return by_name.get(under) or _by_city().get(plain.casefold())
