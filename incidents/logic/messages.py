"""What a person who is called reads or hears; `{answer_link}` is filled when it leaves."""

import unicodedata
from dataclasses import dataclass

ANSWER_LINK = "{answer_link}"
SMS_LENGTH = 160
LINK_LENGTH = 11  # characters of a token

_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


@dataclass(frozen=True)
class Call:
    """What one summons is about, in words. `next_name` is whom we would call next, if anybody.

    `reason` is empty where `situation` says already why it is them.

    `ask` stands before the link of a long message, where it is not one of the usual two.
    """

    reference: str
    severity_code: str
    severity_word: str
    title: str
    reason: str
    may_answer: bool
    situation: str = ""
    next_name: str = ""
    incident_link: str = ""
    ask: str = ""


def sms(call: Call, *, link_length: int) -> str:
    """At most 160 GSM-7 characters once a link of `link_length` is in; only the title is cut."""
    start = f"Muster {call.severity_code}: "
    parts = [part for part in (call.situation, _who(call)) if part]
    if call.may_answer:
        passing = f", 2 to pass to {call.next_name}" if call.next_name else ""
        parts.append(f"Reply 1 to acknowledge{passing}.")
    end = gsm7(" " + " ".join(parts) + " ")
    room = SMS_LENGTH - len(start) - len(end) - link_length - 1
    title = cut(gsm7(call.title).rstrip("."), max(room, 12))
    link = ANSWER_LINK if call.may_answer else call.incident_link
    return f"{start}{title}.{end}{link}"


def voice(call: Call) -> str:
    """What the phone says."""
    said = [
        "This is Muster.",
        f"A {call.severity_word.lower()} incident.",
        f"{call.title.rstrip('.')}.",
        call.situation,
        _who(call),
    ]
    if call.may_answer:
        said.append("Press 1 to acknowledge.")
        said.append(f"Press 2 to pass to {call.next_name}." if call.next_name else "")
    return " ".join(part for part in said if part)


def _who(call: Call) -> str:
    return f"You are {call.reason}." if call.reason else ""


def subject(call: Call) -> str:
    """The subject of an e-mail, and the title of every other message."""
    return f"[{call.severity_code}] {call.title.rstrip('.')} ({call.reference})"


def gsm7(text: str) -> str:
    """`text` in characters that an SMS can carry; unknown accents go, the rest becomes ?."""
    return "".join(_gsm7_character(character) for character in text)


def _gsm7_character(character: str) -> str:
    if character in _GSM7:
        return character
    plain = {"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "..."}.get(character)  # noqa: RUF001  # what people type
    if plain:
        return plain
    base = unicodedata.normalize("NFKD", character)[:1]
    return base if base in _GSM7 else "?"


def cut(text: str, length: int) -> str:
    """`text` in at most `length` characters, ended at a word."""
    if len(text) <= length:
        return text
    head = text[: length - 2].rsplit(" ", 1)[0]
    return (head or text[: length - 2]).rstrip(" ,.;:") + ".."
