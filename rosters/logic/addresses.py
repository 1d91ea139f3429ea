"""Whether an address suits its channel, and how a typed one is kept. Pure."""

import re

from rosters.logic.countries import named, why_not_code
from rosters.logic.reasons import is_unseen

SEPARATORS = re.compile("[ \u00a0\u202f().\\-/\u2010-\u2015]+")
E164 = re.compile(r"\+[1-9]\d{5,14}")
INTERNATIONAL = re.compile(r"00[1-9]\d{5,14}")
EMAIL = re.compile(r"[^@\s<>\"(),:;\[\]\\]{1,64}@(?:[^@\s.<>\"(),:;\[\]\\_]+\.)+[^@\s.\d]{2,63}")
ACCOUNT = re.compile(r"[^\s:/]{2,100}")
LONGEST = 254
PHONES = frozenset({"phone", "sms"})
FEWEST_DIGITS = 7
"""No number of the world has fewer, its country code counted."""
TOO_SHORT = "This number is too short. Check it, and write it with its country code."
UNSEEN_CHARACTER = "It holds a character that cannot be seen. Type it anew, without copying it."
WRITE_THE_COUNTRY = "Write the number with its country code, such as +49 30 901820."
CHANNEL_WORDS = {
    "phone": "phone anybody",
    "sms": "send text messages",
    "email": "send e-mail",
    "chat": "send chat messages",
    "push": "send push messages",
}


def number_of(address: str) -> str:
    """What a phone dials: a plus and digits."""
    return SEPARATORS.sub("", address)


def tidied(channel: str, address: str) -> str:
    """The address as it is kept: no space around it, single spaces in a number."""
    return " ".join(address.split()) if channel in PHONES else address.strip()


def key_of(channel: str, address: str) -> str:
    """The same for two ways of writing one address; a phone and its text messages share one."""
    return number_of(address) if channel in PHONES else address.strip().lower()


def country(channel: str, address: str) -> str:
    """ "+49 Germany" for a phone number; nothing for any other address."""
    return named(number_of(address)) if channel in PHONES else ""


def why_not_address(channel: str, address: str) -> str | None:
    """Whether an address suits its channel, as a sentence for whoever typed it."""
    if len(address) > LONGEST:
        return f"This is longer than {LONGEST} characters. Check it again."
    if any(is_unseen(character) and not character.isspace() for character in address):
        return UNSEEN_CHARACTER
    if channel in PHONES:
        return _why_not_number(address)
    if channel == "email" and not EMAIL.fullmatch(address):
        return f"“{address}” is not an e-mail address."
    if channel in ("chat", "push") and not ACCOUNT.fullmatch(address):
        return "Write the name of the account without spaces, such as @mei."
    return None


def _why_not_number(address: str) -> str | None:
    number = number_of(address)
    if E164.fullmatch(number):
        return TOO_SHORT if len(number) <= FEWEST_DIGITS else why_not_code(number)
    if INTERNATIONAL.fullmatch(number):
        meant = "+" + " ".join(address.split()).removeprefix("00").strip()
        return f"Is it {meant}? Write it like that, with a plus in front."
    return WRITE_THE_COUNTRY


def why_not_channel(channel: str, *, is_usable: bool) -> str | None:
    """Whether Muster can use this channel at all; `is_usable`: there is a carrier for it."""
    if is_usable:
        return None
    words = CHANNEL_WORDS.get(channel, "use this")
    return f"Muster has no way to {words} yet. Ask an administrator."
