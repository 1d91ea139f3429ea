"""A text with places, filled with what is known: {title}, and [[parts]] that stay only if all is.

Nothing else happens in it. What fills a place is plain text and is never read again, so that a
title can name no other place. Pure.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

OPEN, CLOSE = "[[", "]]"
PLACE = re.compile(r"\{([a-z_]{1,30})\}")
ODD = re.compile(r"[{}]")
TOKEN = re.compile(r"\[\[|\]\]")
TEXTS = 200
"""So many texts stay taken apart: there are a dozen, and whoever writes new ones tries more."""
LAYOUTS = 800
"""And so many of what stays of them, by what is known."""


class Unbalanced(ValueError):
    """A part begins and does not end, or ends and never began."""


@dataclass(frozen=True)
class Part:
    """Text, places and further parts. The outermost one always stays."""

    pieces: tuple["str | Part", ...]

    @cached_property
    def own_places(self) -> frozenset[str]:
        """The places in it that must all be known, not those of further parts."""
        return frozenset(
            name for piece in self.pieces if isinstance(piece, str) for name in PLACE.findall(piece)
        )

    @cached_property
    def bits(self) -> tuple["Bit", ...]:
        """Its pieces with each place apart from the text around it."""
        found: list[Bit] = []
        for piece in self.pieces:
            found += [piece] if isinstance(piece, Part) else _bits(piece)
        return tuple(found)

    def places(self) -> Iterator[str]:
        """Every place, wherever it stands."""
        for piece in self.pieces:
            yield from PLACE.findall(piece) if isinstance(piece, str) else piece.places()


@dataclass(frozen=True)
class Place:
    """Where something is filled in."""

    name: str


Bit = str | Place | Part


def _bits(piece: str) -> Iterator[Bit]:
    """Text and places by turns."""
    for number, one in enumerate(PLACE.split(piece)):
        if number % 2:
            yield Place(one)
        elif one:
            yield one


@lru_cache(maxsize=TEXTS)
def read(text: str) -> Part:
    """The text, taken apart. Raises Unbalanced with a sentence."""
    stack: list[list[str | Part]] = [[]]
    at = 0
    for token in TOKEN.finditer(text):
        stack[-1].append(text[at : token.start()])
        at = token.end()
        if token.group() == OPEN:
            stack.append([])
        elif len(stack) == 1:
            raise Unbalanced("A part ends with ]] and never began. Write [[ where it begins.")
        else:
            part = Part(tuple(stack.pop()))
            stack[-1].append(part)
    if len(stack) > 1:
        raise Unbalanced("A part begins with [[ and does not end. Write ]] where it ends.")
    return Part((*stack[0], text[at:]))


def fill(
    text: str, known: Mapping[str, str], *, wrap: Callable[[Part, str], str] | None = None
) -> str:
    """The text with what is known in its places; an empty value is not known.

    `wrap` is given each part that stays, and says what stands for it.
    """
    if wrap is not None:
        return _wrapped(read(text), known, wrap)
    return _laid_out(text, tuple(known), tuple(map(bool, known.values()))) % known


def _wrapped(part: Part, known: Mapping[str, str], wrap: Callable[[Part, str], str]) -> str:
    words = []
    for bit in part.bits:
        if isinstance(bit, str):
            words.append(bit)
        elif isinstance(bit, Place):
            words.append(known.get(bit.name, ""))
        elif all(known.get(name) for name in bit.own_places):
            words.append(wrap(bit, _wrapped(bit, known, wrap)))
    return "".join(words)


@lru_cache(maxsize=LAYOUTS)
def _laid_out(text: str, names: tuple[str, ...], are_known: tuple[bool, ...]) -> str:
    """What stays of a text where these places are known or empty: a format for Python's `%`."""
    known = frozenset(name for name, is_known in zip(names, are_known, strict=True) if is_known)

    def laid_out(part: Part) -> str:
        words = []
        for bit in part.bits:
            if isinstance(bit, str):
                words.append(bit.replace("%", "%%"))
            elif isinstance(bit, Place):
                words.append(f"%({bit.name})s" if bit.name in known else "")
            elif bit.own_places <= known:
                words.append(laid_out(bit))
        return "".join(words)

    return laid_out(read(text))


def why_not(text: str, places: Mapping[str, str]) -> str | None:
    """What is wrong with a text that a person typed; `places` are all there are."""
    try:
        found = list(read(text).places())
    except Unbalanced as wrong:
        return str(wrong)
    for name in found:
        if name not in places:
            offered = ", ".join(f"{{{one}}}" for one in places)
            return f"{{{name}}} is no place that we know here. There are {offered}."
    if ODD.search(PLACE.sub("", text)):
        return "{ and } stand only around a place, such as {title}."
    return None
