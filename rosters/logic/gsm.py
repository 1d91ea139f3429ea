"""What fits into a text message: 160 characters of GSM-7. Pure."""

import unicodedata

SEGMENT = 160

ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def gsm7(text: str) -> str:
    """`text` in characters that an SMS can carry; unknown accents go, the rest becomes ?."""
    if ALPHABET.issuperset(text):
        return text
    return "".join(_character(character) for character in text)


def _character(character: str) -> str:
    if character in ALPHABET:
        return character
    plain = {"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "..."}.get(character)  # noqa: RUF001  # what people type
    if plain:
        return plain
    base = unicodedata.normalize("NFKD", character)[:1]
    return base if base in ALPHABET else "?"


def cut(text: str, length: int) -> str:
    """`text` in at most `length` characters, ended at a word."""
    if len(text) <= length:
        return text
    head = text[: length - 2].rsplit(" ", 1)[0]
    return (head or text[: length - 2]).rstrip(" ,.;:") + ".."
