"""How hard a text is to read: Flesch-Kincaid's grade, counted plainly and rather too strictly."""

import re

SENTENCE = re.compile(r"[.!?]+(?:\s|$)")
WORD = re.compile(r"[A-Za-z\u2019']+")
VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str) -> int:
    """About so many; a silent e at the end does not count."""
    lower = word.lower().strip("\u2019'")
    count = len(VOWELS.findall(lower))
    if lower.endswith("e") and not lower.endswith(("le", "ee", "ye")) and count > 1:
        count -= 1
    return max(count, 1)


def words_of(text: str) -> list[str]:
    return WORD.findall(text)


def sentences_of(text: str) -> list[str]:
    return [one for one in SENTENCE.split(text) if words_of(one)]


def grade(text: str) -> float:
    """The school year that reads it: 6 is about eleven years old."""
    words, sentences = words_of(text), sentences_of(text)
    if not words:
        return 0.0
    each = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences) + 11.8 * each - 15.59
