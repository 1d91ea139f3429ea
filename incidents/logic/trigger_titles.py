"""What a rule calls its incident: a short text with places, filled from the alert. Pure.

Known places are {name}, {summary}, {service} and {label:team}. What an alert puts in is plain text:
it is never read again, so that a label cannot name another place.
"""

import re
from collections.abc import Mapping

PLACE = re.compile(r"\{(name|summary|service|label:([^{}]{1,100}))\}")
ANY_PLACE = re.compile(r"\{[^{}]*\}")
MOST_PLACES = 5
LONGEST_PART = 100
LONGEST = 120


def fill(text: str, *, name: str, summary: str, service: str, labels: Mapping[str, str]) -> str:
    """The title of the incident, in one line of up to 120 characters; maybe empty."""
    facts = {"name": name, "summary": summary, "service": service}

    def said(place: re.Match[str]) -> str:
        label = place[2]
        value = labels.get(label, "") if label is not None else facts[place[1]]
        return _one_line(str(value))[:LONGEST_PART]

    parts = ANY_PLACE.sub(
        lambda found: said(known) if (known := PLACE.fullmatch(found[0])) else "", text
    )
    line = _one_line(parts).strip(" :,-")
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def why_not_title(text: str) -> str | None:
    """What is wrong with a title that a person typed, in one sentence."""
    places = ANY_PLACE.findall(text)
    unknown = [place for place in places if not PLACE.fullmatch(place)]
    if unknown:
        return (
            f"{unknown[0]} is no place that we know."
            " Use {name}, {summary}, {service} or {label:team}."
        )
    if len(places) > MOST_PLACES:
        return f"A title has up to {MOST_PLACES} places."
    return None


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
