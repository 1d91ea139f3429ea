"""Lists of people and numbers that nobody has to hold."""

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

ALL_NAMED = 3


def people(names: Sequence[str]) -> str:
    """ "Mei", "Mei and Ben", "Mei, Ben and Aiko", "Mei, Ben and 3 others"; "nobody" if empty."""
    if not names:
        return gettext("nobody")
    if len(names) == 1:
        return names[0]
    if len(names) <= ALL_NAMED:
        return _joined(", ".join(names[:-1]), names[-1])
    others = len(names) - 2
    return _joined(
        ", ".join(names[:2]), ngettext("{n} other", "{n} others", others).format(n=others)
    )


def count_word(number: int) -> str:
    """ "One" to "Nine", then digits: for the start of a heading."""
    names = [gettext("One"), gettext("Two"), gettext("Three"), gettext("Four"), gettext("Five")]
    names += [gettext("Six"), gettext("Seven"), gettext("Eight"), gettext("Nine")]
    return names[number - 1] if 0 < number <= len(names) else str(number)


def about(number: int) -> str:
    """A number no reader has to hold: "47", "300", "about 300" (297), "about 12 000" (12 345)."""
    step = 10 ** max(len(str(abs(number))) - 2, 0)
    rounded = (number + step // 2) // step * step
    digits = f"{rounded:,}".replace(",", "\N{NO-BREAK SPACE}") if rounded >= 10_000 else rounded
    return str(digits) if rounded == number else gettext("about {number}").format(number=digits)


def _joined(first: str, last: str) -> str:
    return gettext("{first} and {last}").format(first=first, last=last)
