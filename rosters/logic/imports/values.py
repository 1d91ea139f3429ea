"""What one cell means, whatever people write in it. Pure; each raises Wrong with a sentence."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from rosters.enums import Channel, SeverityLevel, Tier
from rosters.logic.addresses import FEWEST_DIGITS
from rosters.logic.imports.sheet import Wrong, near, shown
from rosters.logic.reasons import is_unseen
from rosters.logic.walltime import instant

YES = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "si", "wahr", "on"})
NO = frozenset({"no", "n", "false", "0", "nein", "non", "falsch", "off", "-"})
SEVERITY = re.compile(r"(?:sev(?:erity)?)? ?([1-4])\b[ a-z,]*?(and worse|or worse)?", re.IGNORECASE)
EMAIL = re.compile(r"[^\s@<>\"',;]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,63}")
PHONE = re.compile(r"\+[1-9][0-9 ().-]{4,}[0-9]")
REGION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
BEHIND_NAME = re.compile(r"(?:.*[,<(] *)?([^\s,<>()]+@[^\s,<>()]+)[)>]?")
FIRST_YEAR, LAST_YEAR = 2000, 2099
MOST_GUESSES = 40
CHANNELS: Mapping[str, Channel] = {
    "phone": Channel.PHONE,
    "phonecall": Channel.PHONE,
    "call": Channel.PHONE,
    "voice": Channel.PHONE,
    "telephone": Channel.PHONE,
    "mobile": Channel.PHONE,
    "sms": Channel.SMS,
    "text": Channel.SMS,
    "textmessage": Channel.SMS,
    "email": Channel.EMAIL,
    "mail": Channel.EMAIL,
    "chat": Channel.CHAT,
    "chatmessage": Channel.CHAT,
    "push": Channel.PUSH,
    "pushmessage": Channel.PUSH,
}


@dataclass(frozen=True)
class Someone:
    """A person as a file may name them."""

    pk: int
    full_name: str
    email: str = ""
    left_at: datetime | None = None

    def is_here(self, now: datetime) -> bool:
        """Whether they have not left yet; who leaves on a later day is here."""
        return self.left_at is None or self.left_at > now


@dataclass(frozen=True)
class Register:
    """Things by what they are called, whatever the capitals; `what` reads "no team is called"."""

    what: str
    by_name: Mapping[str, int]
    guesses: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _by_key: dict[str, int] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name, pk in self.by_name.items():
            self._by_key.setdefault(name.casefold(), pk)

    def find(self, text: str) -> int:
        pk = self.by_name.get(text, self._by_key.get(text.casefold()))
        if pk is None:
            hint = guess(text, self.by_name, self.guesses)
            raise Wrong(f"No {self.what} is called “{shown(text)}”.{hint}")
        return pk


@dataclass(frozen=True)
class People:
    """Everybody, found by e-mail address, or by full name when only one person has it."""

    everybody: tuple[Someone, ...]
    now: datetime
    guesses: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _by_email: dict[str, Someone] = field(default_factory=dict, compare=False, repr=False)
    _by_name: dict[str, list[Someone]] = field(default_factory=dict, compare=False, repr=False)
    by_pk: dict[int, Someone] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for one in self.everybody:
            self.by_pk[one.pk] = one
            if one.email:
                self._by_email[one.email.casefold()] = one
            self._by_name.setdefault(one.full_name.casefold(), []).append(one)

    def with_email(self, email: str) -> Someone | None:
        return self._by_email.get(email.casefold())

    def called(self, name: str) -> list[Someone]:
        """Those of this name; who has left only when nobody else has it."""
        found = self._by_name.get(name.casefold(), [])
        return [one for one in found if one.is_here(self.now)] or found

    def find(self, text: str) -> int:
        """The one person meant: "mei@example.com", "Mei Tan", "Mei Tan <mei@example.com>"."""
        named = self.called(text)
        if len(named) == 1:
            return named[0].pk
        if named:
            raise Wrong(
                f"{len(named)} people are called {shown(text)}. Write the e-mail address instead."
            )
        email = BEHIND_NAME.fullmatch(text)
        if email:
            found = self.with_email(email[1])
            if found is None:
                raise Wrong(f"Nobody here has the address “{shown(email[1])}”. Add them first.")
            return found.pk
        names = (one.full_name for one in self.everybody if one.is_here(self.now))
        raise Wrong(f"Nobody here is called “{shown(text)}”.{guess(text, names, self.guesses)}")


def guess(text: str, names: Iterable[str], guesses: dict[str, str]) -> str:
    """A near name for the first few that are unknown: looking for one takes its time."""
    key = text.casefold()
    if key not in guesses and len(guesses) < MOST_GUESSES:
        words = set(key.split())
        alike = (
            name
            for name in names
            if abs(len(name) - len(text)) <= 4
            and (name[:1].casefold() == key[:1] or words & set(name.casefold().split()))
        )
        guesses[key] = near(text, alike)
    return guesses.get(key, "")


def yes_no(text: str) -> bool:
    plain = text.casefold()
    if plain in YES:
        return True
    if plain in NO:
        return False
    raise Wrong("Write yes or no.")


def severity(text: str) -> tuple[int, bool]:
    """The level, and whether it says "and worse": "SEV2", "2", "Serious", "SEV2 and worse"."""
    names = {level.word.casefold(): level.value for level in SeverityLevel}
    worse = text.casefold().endswith(("and worse", "or worse"))
    plain = text.casefold().removesuffix("and worse").removesuffix("or worse").strip(" ,")
    if plain in names:
        return names[plain], worse
    found = SEVERITY.fullmatch(plain)
    if found is None:
        raise Wrong("Write SEV1, SEV2, SEV3 or SEV4, or leave it empty for every severity.")
    return int(found[1]), worse


def tier(text: str) -> int:
    found = re.fullmatch(r"(?:tier ?)?([1-3])(?:\b.*)?", text.casefold())
    if found is None:
        raise Wrong("Write 1, 2 or 3: 1 when customers cannot work without it.")
    return Tier(int(found[1])).value


@lru_cache
def _zones() -> dict[str, str]:
    """Every zone by its name in small letters; the machine's files are read once."""
    return {name.casefold(): name for name in sorted(available_timezones())}


@lru_cache
def _cities() -> dict[str, str]:
    return {name.rpartition("/")[2].casefold(): name for name in _zones().values()}


def time_zone(text: str) -> str:
    key = text.replace(" ", "_").casefold()
    found = _zones().get(key)
    if found is None:
        hint = f" Did you mean {_cities()[key]}?" if key in _cities() else ""
        raise Wrong(f"“{shown(text)}” is no time zone. Write it as Europe/Berlin.{hint}")
    return found


def region(text: str) -> str:
    plain = text.upper().replace("_", "-")
    if not REGION.fullmatch(plain):
        raise Wrong("Write a code such as DE or DE-BE.")
    return plain


def email(text: str) -> str:
    plain = text.lower().removeprefix("mailto:")
    if not EMAIL.fullmatch(plain):
        raise Wrong(f"“{shown(text)}” is not an e-mail address.")
    return plain


def channel(text: str) -> Channel:
    found = CHANNELS.get("".join(sign for sign in text.casefold() if sign.isalpha()))
    if found is None:
        raise Wrong("Write phone call, text message, e-mail, chat message or push message.")
    return found


def address(text: str, of: Channel) -> str:
    """An address that suits its channel. The sentence never repeats it."""
    if any(is_unseen(character) for character in text):
        raise Wrong("Holds a character that cannot be seen. Type it anew.")
    if of == Channel.EMAIL:
        plain = text.removeprefix("mailto:").strip()
        if not EMAIL.fullmatch(plain):
            raise Wrong("Is not an e-mail address.")
        return plain
    plain = text.removeprefix("tel:").strip()
    if of in (Channel.PHONE, Channel.SMS):
        plain = f"+{plain[2:].strip()}" if plain.startswith("00") else plain
        if not PHONE.fullmatch(plain):
            raise Wrong("Write the number with its country code, such as +49 30 901820.")
        if sum(one.isdigit() for one in plain) < FEWEST_DIGITS:
            raise Wrong("Is too short for a number with its country code.")
    return plain


def listed(text: str) -> tuple[str, ...]:
    """The parts of a list, each once: "Payments; Platform". Without a semicolon commas count."""
    parts = text.split(";") if ";" in text else text.split(",")
    found = {" ".join(part.split()).casefold(): " ".join(part.split()) for part in parts}
    return tuple(part for part in found.values() if part)


def each(find: Callable[[str], int]) -> Callable[[str], tuple[int, ...]]:
    """Everything a list names; the sentence says which part is wrong."""
    return lambda text: tuple(dict.fromkeys(find(part) for part in listed(text)))


def when(zone: ZoneInfo) -> Callable[[str], datetime]:
    """An instant: "2026-12-01", "2026-12-01 09:00" in `zone`, or with its own zone at the end."""

    def read(text: str) -> datetime:
        plain = re.sub(r" ?(UTC|Z)$", "+00:00", text.strip())
        try:
            found = datetime.fromisoformat(plain)
        except ValueError:
            found = _day_first(plain)
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise Wrong(f"Choose a day from {FIRST_YEAR} to {LAST_YEAR}.")
        return found.astimezone(UTC) if found.tzinfo else instant(found, zone)

    return read


def _day_first(text: str) -> datetime:
    """ "1.12.2026", as no other order of day and month is written with dots."""
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?: (\d{1,2}):(\d{2})(?::\d{2})?)?", text)
    if found:
        day, month, year, hour, minute = (int(part or 0) for part in found.groups())
        try:
            return datetime.combine(date(year, month, day), time(hour, minute))
        except ValueError:
            pass
    raise Wrong(f"“{shown(text)}” is not a day. Write it as 2026-12-01, or 2026-12-01 09:00.")


def dialled(text: str) -> str:
    """A number as a phone dials it, so that two ways to write it are alike."""
    return "".join(sign for sign in text if sign.isdigit() or sign == "+")
