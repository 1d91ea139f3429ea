"""Who is meant by an event of somebody else's calendar. Pure.

E-mail addresses count first. Without them the title is read: a name, or several, perhaps after a
colon ("On call: Mei Tan, Ben Carter"). Only whole names count: a guess would call the wrong person.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BETWEEN = re.compile(r"\s*(?:[,;/&+]|\band\b)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Meant:
    """The people found, and the names and addresses that are nobody here."""

    people: tuple[int, ...]
    unknown: tuple[str, ...]


def who(emails: Iterable[str], title: str, *, known: Mapping[str, int]) -> Meant:
    """Who an event is about; `known` has people by full name and by e-mail, casefolded.

    A name that two people have is not in `known`.
    """
    wanted = [one.casefold() for one in emails]
    if any(one in known for one in wanted):
        return _found(wanted, known)
    text = title.rpartition(":")[2].strip() or title.strip()
    if text.casefold() in known:
        return Meant((known[text.casefold()],), ())
    names = [one for one in BETWEEN.split(text) if one]
    return _found([*names] or wanted, known)


def _found(names: Iterable[str], known: Mapping[str, int]) -> Meant:
    names = list(dict.fromkeys(names))
    people = [known[name.casefold()] for name in names if name.casefold() in known]
    unknown = [name for name in names if name.casefold() not in known]
    return Meant(tuple(dict.fromkeys(people)), tuple(unknown))
