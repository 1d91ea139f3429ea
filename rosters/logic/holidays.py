"""Public holidays and weekends of a region (ISO 3166: DE, DE-BE, US-NY). Pure.

The only module that knows the library behind it. Where it has nothing for a region, nobody is told
anything: there are no holidays, and the weekend is Saturday and Sunday.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays
from holidays import HolidayBase
from holidays.registry import COUNTRIES

WEEKEND = frozenset({5, 6})
"""Saturday and Sunday, as Python counts days."""
ENGLISH = "en_US"
SMALL = frozenset({"and", "of", "the"})
"""Words that stay small within the name of a country."""


def of_region(region: str, year: int) -> Mapping[date, str]:
    """The public holidays of a year by day, in English where there are English names."""
    found = _known(region)
    return _of_year(*found, year) if found else {}


def name_of(region: str, on: date) -> str:
    """What a day is called in a region; empty when it is no holiday there."""
    return of_region(region, on.year).get(on, "")


def weekend_of(region: str) -> frozenset[int]:
    """The days off in every week, as Python counts them: 0 is Monday."""
    found = _known(region)
    return _weekend(*found) if found else WEEKEND


@lru_cache(maxsize=512)
def region_name(region: str) -> str:
    """ "Germany, Berlin" for DE-BE. What the library has no name for stays the code it is."""
    country, _, part = region.partition("-")
    name = _countries().get(country)
    if not name:
        return region
    if not part:
        return name
    parts = holidays.country_holidays(country).subdivisions_aliases if _known(country) else {}
    return f"{name}, {next((one for one, code in parts.items() if code == part), part)}"


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    """Their names by code, out of the names of the library's own modules."""
    return {
        code: " ".join(word if word in SMALL else word.capitalize() for word in module.split("_"))
        for module, (_, code, *_) in COUNTRIES.items()
    }


@lru_cache(maxsize=512)
def _known(region: str) -> tuple[str, str | None] | None:
    """The country and the part of it; only the country where nothing is known of the part."""
    country, _, part = region.partition("-")
    parts = _supported().get(country)
    if parts is None:
        return None
    return (country, part if part in parts else None)


@lru_cache(maxsize=1)
def _supported() -> Mapping[str, list[str]]:
    return holidays.list_supported_countries()


@lru_cache(maxsize=1024)
def _of_year(country: str, part: str | None, year: int) -> Mapping[date, str]:
    return {day: str(name) for day, name in sorted(_book(country, part, year).items())}


@lru_cache(maxsize=512)
def _weekend(country: str, part: str | None) -> frozenset[int]:
    return frozenset(_book(country, part, None).weekend) or WEEKEND


def _book(country: str, part: str | None, year: int | None) -> HolidayBase:
    """The library's calendar; English names if it has them, else the country's own."""
    book = holidays.country_holidays(country, subdiv=part, years=year)
    if ENGLISH in book.supported_languages:
        return holidays.country_holidays(country, subdiv=part, years=year, language=ENGLISH)
    return book
