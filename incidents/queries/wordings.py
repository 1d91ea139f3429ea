"""The words of messages that are in use, their versions, and how they look with long names."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Length

from incidents.logic import messages, wordings
from incidents.logic.messages import Call, Rest
from incidents.logic.wordings import FORMS, KINDS, PHONE, REST, SHIPPED, SMS, SUBJECT, Book
from rosters.logic.gsm import SEGMENT
from rosters.logic.segments import readable
from rosters.models import Person, Service, WordingVersion

LONG_TITLE = (
    "Customers in Germany and Austria cannot pay by card in the new checkout, and some are charged"
    " twice when they try again"
)
LONG_SITUATION = "An authority must be told, and nobody has noted that."
AT = "13:32"
USUAL_NAME = "Jonas Weber"


@dataclass(frozen=True)
class Sample:
    """How words look once they are filled. `count` and `most` only of a text message."""

    label: str
    said: str
    count: int = 0
    most: int = 0


@dataclass(frozen=True)
class Entry:
    """One kind of message in one form: what is in use, and the version that it is."""

    kind: str
    form: str
    text: str
    version: WordingVersion | None

    @property
    def name(self) -> str:
        return f"{KINDS[self.kind]}: {FORMS[self.form].lower()}"

    @property
    def shown(self) -> str:
        """The words as usual people read them."""
        call = _usual(self.kind)
        own = Book({(self.kind, self.form): self.text})
        return _sample("", call, USUAL_NAME, self.form, own).said

    @property
    def is_shipped(self) -> bool:
        return self.version is None or not self.version.text


def newest() -> QuerySet[WordingVersion]:
    """The version that holds of each that has any."""
    rows = WordingVersion.objects.order_by("kind", "form", "-number")
    return rows.distinct("kind", "form")


def book() -> Book:
    """Every text that is in use; one query."""
    rows = newest().values_list("kind", "form", "text")
    return Book({(kind, form): text for kind, form, text in rows if text})


def entries() -> list[Entry]:
    """Each kind in each form, in the order in which people read about them."""
    held = {(one.kind, one.form): one for one in newest().select_related("made_by")}
    return [_entry(kind, form, held.get((kind, form))) for kind, form in SHIPPED]


def entry(kind: str, form: str) -> Entry | None:
    """One of them; None if there is no such kind in such a form."""
    if (kind, form) not in SHIPPED:
        return None
    found = newest().filter(kind=kind, form=form).select_related("made_by").first()
    return _entry(kind, form, found)


def _entry(kind: str, form: str, version: WordingVersion | None) -> Entry:
    text = version.text if version and version.text else SHIPPED[kind, form]
    return Entry(kind, form, text, version)


def versions(kind: str, form: str) -> list[WordingVersion]:
    """All of them, the newest first."""
    rows = WordingVersion.objects.filter(kind=kind, form=form).select_related("made_by")
    return list(rows.order_by("-number"))


def samples(kind: str, form: str, text: str) -> tuple[Sample, ...]:
    """The words as usual people read them, and with the longest names that Muster knows."""
    person, service = _longest(Person, "full_name"), _longest(Service, "name")
    usual = _usual(kind)
    longest = _call(kind, LONG_TITLE, service or "Payments", person or "Ben Carter", LONG_SITUATION)
    own = Book({(kind, form): text})
    return (
        _sample("As usual", usual, USUAL_NAME, form, own),
        _sample("With the longest names", longest, person or USUAL_NAME, form, own),
    )


def _usual(kind: str) -> Call:
    return _call(kind, "Card payments fail in the EU", "Payments", "Ben", "")


def _longest(model: type[Person] | type[Service], field: str) -> str:
    row = model.objects.order_by(Length(field).desc(), "pk").values_list(field, flat=True).first()
    return row or ""


def _call(kind: str, title: str, service: str, name: str, situation: str) -> Call:
    return Call(
        reference="INC-1234567" if situation else "INC-2482",
        severity_code="SEV2",
        severity_word="Serious",
        title=title,
        reason=f"on call for {service}",
        may_answer=kind == wordings.CALL,
        situation=situation or ("" if kind == wordings.CALL else "It is not contained yet."),
        next_name=name if kind == wordings.CALL else "",
        incident_link=f"{settings.PUBLIC_URL}/incidents/INC-2482/",
    )


def _sample(label: str, call: Call, who: str, form: str, book: Book) -> Sample:
    said, most = _said(call, who, form, book), 0
    if form == SMS:
        most = messages.longest(said, link_length=link_length())
    shown = readable(said, settings.CARRIAGE_FILLERS)
    return Sample(label, shown, most, SEGMENT if form == SMS else 0)


def _said(call: Call, who: str, form: str, book: Book) -> str:
    if (REST, form) in book.own:
        rest = Rest(call, who, AT, "Berlin, CET", book)
        return {SMS: rest.sms, SUBJECT: rest.subject}.get(form) or rest.written
    if form == SMS:
        return messages.sms(call, link_length=link_length(), book=book)
    if form == PHONE:
        return messages.voice(call, book=book)
    if form == SUBJECT:
        return messages.subject(call, book=book)
    return messages.written(call, MORE, book=book)


MORE: Mapping[str, str] = {"detected": AT, "due": "13:37", "zone": "Berlin, CET"}


def link_length() -> int:
    """How long the link of an answer is."""
    return len(settings.PUBLIC_URL) + len("/a/") + messages.LINK_LENGTH + len("/")


def why_not_words(kind: str, form: str, text: str) -> str | None:
    """Whether people can be told in these words; a text message must stay one with any names."""
    why_not = wordings.why_not_words(kind, form, text)
    if why_not or form != SMS:
        return why_not
    over = max(one.count for one in samples(kind, form, text)) - SEGMENT
    over = max(over, _fixed(kind, text) - SEGMENT)
    if over <= 0:
        return None
    return f"With long names it would not fit into one text message: take out {over} characters."


def _fixed(kind: str, text: str) -> int:
    """How long it is when everything that may be cut is cut."""
    if kind == REST:
        rest = Rest(_call(kind, "x", "x", "x", ""), "x" * 30, AT, "", Book({(kind, SMS): text}))
        return len(rest.sms)
    call = _call(kind, LONG_TITLE, "x" * 80, "x" * 40, LONG_SITUATION)
    body = messages.sms(call, link_length=link_length(), book=Book({(kind, SMS): text}))
    return messages.longest(body, link_length=link_length())
