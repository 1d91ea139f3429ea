"""The reason that somebody gives, in one line that can be read. Pure."""

import unicodedata

MOST_CHARACTERS = 200
UNSEEN = frozenset({"Cc", "Cf", "Cs"})  # control, format, half a character
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters by name, seen as nothing

DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of writing, so that a number reads as another."""


def is_unseen(character: str) -> bool:
    """Whether nobody sees it, or it is there only to change how the rest looks."""
    return character in BLANK_LETTERS or unicodedata.category(character) in UNSEEN


def in_lines(text: str) -> str:
    """The words without what nobody sees, line by line."""
    ends = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in ends if one in "\n\t" or not is_unseen(one)).strip()


def in_one_line(text: str) -> str:
    """The reason without what nobody sees; empty when neither a letter nor a digit is left."""
    seen = "".join(character for character in " ".join(text.split()) if not is_unseen(character))
    line = " ".join(seen.split())[:MOST_CHARACTERS].rstrip()
    return line if any(character.isalnum() for character in line) else ""
