"""How close what somebody typed is to a name: whole, begun, contained, or misspelt. Pure.

Accents and capitals make no difference. Two letters swapped count as one slip.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

WHOLE, BEGINS, WORDS, CONTAINS, NEAR = 1.0, 0.9, 0.8, 0.6, 0.5
SLIP = 0.05
SHORT, LONG = 3, 6
_WORD = re.compile(r"\w+")
_EMAIL = re.compile(r"\be-mail")
_LOGIN = re.compile(r"\b(?:log|sign)(?:ging|ing)?[\s-]?(?:in|on)\b")
EMAIL, LOGIN = "email", "login"


def fold(text: str) -> str:
    """`text` without accents and capitals."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def words_of(text: str) -> list[str]:
    """The words of `text`, folded. What people write in several ways is one word: e-mail, email;
    sign in, log on, login."""
    return _WORD.findall(_LOGIN.sub(LOGIN, _EMAIL.sub(EMAIL, fold(text))))


def slips_allowed(word: str) -> int:
    """How many slips a word of this length may have and still be understood."""
    if len(word) <= SHORT:
        return 0
    return 1 if len(word) < LONG else 2


def closeness(asked: Sequence[str], name: str) -> float:
    """From 0, nothing alike, to 1, the same. `asked` are folded words."""
    words = words_of(name)
    if not asked or not words:
        return 0.0
    typed, whole = " ".join(asked), " ".join(words)
    if typed == whole:
        return WHOLE
    if whole.startswith(typed):
        return BEGINS
    if all(any(word.startswith(one) for word in words) for one in asked):
        return WORDS
    if len(typed) >= SHORT and typed in whole:
        return CONTAINS
    slips = [_fewest_slips(one, words) for one in asked]
    if any(number is None for number in slips):
        return 0.0
    return NEAR - SLIP * sum(number or 0 for number in slips)


def share(asked: Sequence[str], told: Iterable[str]) -> float:
    """How many of the asked words stand in what is told, from 0 to 1: "pay" in "payments" too."""
    words = [word for text in told for word in words_of(text)]
    if not asked:
        return 0.0
    return sum(any(_begin_alike(one, word) for word in words) for one in asked) / len(asked)


def _begin_alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= SHORT and longer.startswith(shorter)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that somebody who typed `word` most likely meant; itself when it is known."""
    allowed = slips_allowed(word)
    best: tuple[int, int, str] | None = None
    for other in known:
        if other.startswith(word):
            return word
        number = _slips(word, other, most=allowed)
        if number is not None:
            best = min(best or (number, 0, other), (number, abs(len(other) - len(word)), other))
    return best[2] if best else None


def _fewest_slips(asked: str, words: Sequence[str]) -> int | None:
    allowed = slips_allowed(asked)
    found = [0 if word.startswith(asked) else _slips(asked, word, most=allowed) for word in words]
    return min((number for number in found if number is not None), default=None)


def _slips(one: str, other: str, *, most: int) -> int | None:
    """How many slips part two words, if no more than `most`."""
    if not most or abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return None
    number = slips(one, other)
    return number if number <= most else None


def slips(one: str, other: str) -> int:
    """Letters left out, put in, exchanged, or two neighbors swapped (Damerau-Levenshtein)."""
    two_ago: list[int] = []
    before = list(range(len(other) + 1))
    for row, left in enumerate(one, start=1):
        now = [row]
        for column, right in enumerate(other, start=1):
            cost = min(
                before[column] + 1, now[column - 1] + 1, before[column - 1] + (left != right)
            )
            is_swap = row > 1 and column > 1 and left == other[column - 2] and one[row - 2] == right
            now.append(min(cost, two_ago[column - 2] + 1) if is_swap else cost)
        two_ago, before = before, now
    return before[-1]
