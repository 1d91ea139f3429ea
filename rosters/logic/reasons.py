"""The reason that somebody gives, in one line that can be read. Pure."""

import unicodedata

MOST_CHARACTERS = 200
UNSEEN = frozenset({"Cc", "Cf", "Cs"})  # control, format, half a character
BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")  # letters by name, seen as nothing


def in_one_line(text: str) -> str:
    """The reason without what nobody sees; empty when neither a letter nor a digit is left."""
    seen = "".join(
        character
        for character in " ".join(text.split())
        if character not in BLANK_LETTERS and unicodedata.category(character) not in UNSEEN
    )
    line = " ".join(seen.split())[:MOST_CHARACTERS].rstrip()
    return line if any(character.isalnum() for character in line) else ""
