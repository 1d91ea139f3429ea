"""Which open incidents what is about to be declared may be a second report of. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from config.portal.sentences import Sentence, sentence

MOST = 3
LEAST_LETTERS = 4
SAME_STEM = 5
"""Words that begin with the same letters are taken as one: payment, payments."""
COMMON_WORDS = """
about after again also been being broken cannot could does doing down error errors failed failing
fails failure from going have incident into issue just many more most much nobody only over people
problem since slow some somebody something still than that their them then there they this very were
what when where which while will with work working works would your
"""
COMMON = frozenset(COMMON_WORDS.split())
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Report:
    """What is typed so far."""

    title: str = ""
    service_id: int | None = None


@dataclass(frozen=True)
class Known:
    """One open incident. `services`: what it affects, by name, its own service first."""

    number: int
    title: str
    severity: int
    services: Mapping[int, str]


@dataclass(frozen=True)
class Like:
    """One open incident that it may be, and why; the most alike first."""

    number: int
    why: tuple[Sentence, ...]


def words_of(title: str) -> dict[str, str]:
    """The words that carry the meaning of a title, by their stem."""
    found = [word for word in _WORD.findall(title.casefold()) if len(word) >= LEAST_LETTERS]
    return {word.removesuffix("s")[:SAME_STEM]: word for word in found if word not in COMMON}


def alike(
    report: Report, known: Iterable[Known], needs: Mapping[int, Collection[int]]
) -> tuple[Like, ...]:
    """Open incidents that this may be about, the most alike first; at most three.

    `needs` is what each service needs. The same service counts most, then a service that is needed
    or needs it, and each word that both titles share.
    """
    found = [(one, *_likeness(report, one, needs)) for one in known]
    near = [(one, score, why) for one, score, why in found if score]
    near.sort(key=lambda item: (-item[1], item[0].severity, item[0].number))
    return tuple(Like(one.number, why) for one, _score, why in near[:MOST])


def _likeness(
    report: Report, one: Known, needs: Mapping[int, Collection[int]]
) -> tuple[int, tuple[Sentence, ...]]:
    score, why = _by_service(report.service_id, one.services, needs)
    theirs = words_of(one.title)
    shared = [word for stem, word in words_of(report.title).items() if stem in theirs]
    if shared:
        score += 2 * len(shared)
        why.append(sentence("Both say {words}.", words=_quoted(shared)))
    return score, tuple(why)


def _by_service(
    mine: int | None, services: Mapping[int, str], needs: Mapping[int, Collection[int]]
) -> tuple[int, list[Sentence]]:
    if mine is None:
        return 0, []
    if mine in services:
        return 5, [sentence("Same service.")]
    for pk, name in services.items():
        if pk in needs.get(mine, ()):
            return 3, [sentence("It needs {service}.", service=name)]
        if mine in needs.get(pk, ()):
            return 3, [sentence("{service} needs it.", service=name)]
    return 0, []


def _quoted(words: Sequence[str]) -> str:
    quoted = [f"“{word}”" for word in words[:MOST]]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
