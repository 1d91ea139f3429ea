"""What somebody who typed this into the search field wants to know. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.front.logic.closeness import nearest, words_of

LENGTH = 100
MOST_WORDS = 8
_REFERENCE = re.compile(r"(?:inc[\s-]*|#)?(\d{1,12})", re.IGNORECASE)
_QUESTION = re.compile(
    r"(?:who(?:m|\s+is|'s|’s)?\b.*?\b(?:call|phone|ring|page|contact|ask|on[\s-]call|responsible)"  # noqa: RUF001  # what people type
    r"|on[\s-]call|call|phone)\b(?:\s+(?:for|about|if|when|at|in|of|is|now|breaks|the))*\s+(.+?)\W*",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"(?:(?:who(?:m|\s+is|'s|’s)?\b.*?\b(?:call|phone|ring|page|contact|ask|on[\s-]call|responsible))"  # noqa: RUF001  # what people type
    r"(?:\s+(?:first|now|today|tonight|at\s+night|if\s+in\s+doubt|in\s+doubt))*)\W*",
    re.IGNORECASE,
)
"""The same question about nothing in particular."""
_TAIL = re.compile(r"\s+(?:is\s+)?(?:breaks|broken|down|fails|failing|now|today|tonight)$", re.I)
SMALL = frozenset(
    {"a", "an", "and", "at", "for", "from", "i", "in", "is", "it", "my", "of", "on", "or", "our"}
    | {"the", "to", "we", "what", "when", "with"}
)
FILLER = frozenset(
    re.findall(
        r"\w+",
        """
    all any are arrive arrived arrives arriving be being been broke broken but by can
    cannot cant crash crashed crashes crashing customer customers dead did do does doesn
    doing don dont down error errors everybody everyone fail failed failing fails get gets
    getting go goes going gone hang hanging hangs has have having help how hung isn issue
    issues just keep keeps like load loading loads longer me must never new no nobody none
    not nothing now off offline open opens opening ours out outage please problem problems
    respond responding responds right s say says slow slowly somebody somehow someone
    something start started starts still stop stopped stops strange stuck t takes that
    their them there they this timeout too unavailable urgent us user users very want was
    weird were why will won work worked working works wrong you your
    """,
    )
)
"""What people say of anything that is not as it should be. What it is about is the rest."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Asked:
    """One question: as it was typed, what it is about, and the words of that.

    `words` are without accents, `spelled` are the same words with them.
    """

    typed: str
    about: str
    words: tuple[str, ...]
    spelled: tuple[str, ...] = ()
    is_who: bool = False

    @property
    def core(self) -> tuple[str, ...]:
        """The words without those that are said of anything: "checkout is slow" is "checkout"."""
        return core(self.words)


def reference(typed: str) -> int | None:
    """The number of the incident that this names: INC-12, inc 12, #12 or 12."""
    match = _REFERENCE.fullmatch(typed.strip())
    return int(match[1]) if match and match[1].isascii() else None


def read(typed: str) -> Asked:
    """What was asked; "who do I call for payments" is about payments."""
    typed = " ".join(typed.replace("\0", "").split())[:LENGTH]
    if _ALONE.fullmatch(typed):
        return Asked(typed, "", (), is_who=True)
    match = _QUESTION.fullmatch(typed)
    about = _TAIL.sub("", match[1]) if match else typed
    words, spelled = words_of(about), _WORD.findall(about.casefold())
    both = list(zip(words, spelled if len(spelled) == len(words) else words, strict=True))
    telling = ([pair for pair in both if pair[0] not in SMALL] or both)[:MOST_WORDS]
    plain, accented = zip(*telling, strict=True) if telling else ((), ())
    return Asked(typed, about, plain, accented, is_who=match is not None)


def core(words: Sequence[str]) -> tuple[str, ...]:
    """What the words are about, if they say more than that something is wrong."""
    return tuple(word for word in words if word not in FILLER) or tuple(words)


def corrected(words: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """The words with each slip put right, as far as a known word is near."""
    vocabulary = sorted(set(known))
    return tuple(word if word in FILLER else nearest(word, vocabulary) or word for word in words)
