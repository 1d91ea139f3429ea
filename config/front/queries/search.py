"""One question to everything that has a page, in a constant number of queries.

Names (people, services, rosters, runbooks, words) are few: they are all read, as values, and ranked
here, so that slips do no harm. Incidents and reviews are many: PostgreSQL finds them by words.
See docs/adr/0006.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import F

from config.front.logic import asking
from config.front.logic.asking import Asked
from config.front.queries import by_name, by_words, in_doubt
from config.front.queries.found import SURE, Found, Group, Hit, Named, Names, Somebody, WhoToCall
from incidents.models import Incident
from incidents.queries import preview
from rosters.models import Person, Service
from rosters.queries import contacts
from rosters.queries.oncall import Duty, on_call_overview
from runbooks.models import GlossaryTerm, Runbook

NAMES = 5000
MOST_CHOICES = 3
MOST_OPEN = 3
"""So many open incidents stand above everything else."""
BY_WORDS = frozenset({"incidents", "reviews"})
EQUAL = 0.001
"""Nearer than this, neither is closer to what was asked."""


def incident_called(number: int, *, reader: Person) -> Incident | None:
    """The incident with this number, if the reader may know of it."""
    found: Incident | None = Incident.objects.visible_to(reader).filter(pk=number).first()
    return found


def search(typed: str, *, reader: Person, now: datetime) -> Found:
    """What there is about `typed` for this reader."""
    asked = asking.read(typed)
    if not asked.words:
        known = in_doubt.roles() if asked.is_who else []
        role = in_doubt.answer((), known, is_answered=False, now=now)
        return Found(asked, role=role)
    names = _names(now=now)
    meant = asking.corrected(asked.words, names.words())
    core = asking.core(meant)
    services = by_name.services(names, core)
    open_now = by_words.open_now(core, services, reader=reader)
    services = services or by_name.services_of(open_now)
    groups = [
        Group("People", "people", by_name.people(names, core)),
        Group("Services", "services", [hit for hit, _pk in services]),
        Group("On call", "on-call", by_name.duties(names, core)),
        Group("Who is called, and when", "rules", by_name.rules(services)),
        Group("Runbooks", "runbooks", by_name.runbooks(names, core)),
        Group("Incidents", "incidents", _ended(asked, meant, open_now, reader=reader)),
        Group("Reviews", "reviews", by_words.reviews(asked, meant, reader=reader)),
        Group("Words", "words", by_name.terms(names, meant)),
        Group("Pages", "pages", by_name.pages(core, reader=reader)),
    ]
    groups = sorted((group for group in groups if group.hits), key=lambda one: -one.best)
    closest = _closest(services, asked) if _is_about(services, groups, asked) else []
    whom = [_whom(pk, open_now, duties=names.duties, now=now) for pk in closest]
    is_answered = bool(whom) or (bool(groups) and not asked.is_who)
    return Found(
        asked,
        groups,
        whom[0] if len(whom) == 1 else None,
        " ".join(meant) if meant != asked.words else "",
        in_doubt.answer(meant, names.roles, is_answered=is_answered, now=now),
        tuple(whom) if len(whom) > 1 else (),
        tuple(open_now[:MOST_OPEN]),
    )


def _names(*, now: datetime) -> Names:
    people = Person.objects.employed(now=now).order_by("full_name", "pk")
    services = Service.objects.annotate(team=F("owner_team__name")).order_by("tier", "name", "pk")
    runbooks = Runbook.objects.select_related("service").order_by("title", "pk")
    return Names(
        people=[Somebody(*row) for row in people.values_list(*Somebody._fields)[:NAMES]],
        services=[Named(*row) for row in services.values_list(*Named._fields)[:NAMES]],
        runbooks=list(runbooks[:NAMES]),
        terms=list(GlossaryTerm.objects.order_by("term", "pk")[:NAMES]),
        duties=on_call_overview(now=now),
        roles=in_doubt.roles(),
    )


def _ended(
    asked: Asked, meant: Sequence[str], open_now: Sequence[Incident], *, reader: Person
) -> list[Hit]:
    """The incidents that do not stand above everything else already."""
    above = {one.reference for one in open_now[:MOST_OPEN]}
    found = by_words.incidents(asked, meant, open_now, reader=reader)
    return [hit for hit in found if hit.key not in above]


def _is_about(services: Sequence[tuple[Hit, int]], groups: Iterable[Group], asked: Asked) -> bool:
    """Whether the question names a service, and nothing else that fits it better."""
    if not services or asked.is_who:
        return bool(services)
    named = (group.best for group in groups if group.slug not in BY_WORDS)
    return services[0][0].score > max(named, default=0.0) - EQUAL


def _closest(services: Sequence[tuple[Hit, int]], asked: Asked) -> list[int]:
    """The service that the question is about, by primary key; some, if they fit equally well."""
    if not services or (services[0][0].score < SURE and not asked.is_who):
        return []
    best = services[0][0].score
    return [pk for hit, pk in services if best - hit.score < EQUAL][:MOST_CHOICES]


def _whom(
    pk: int, open_now: Iterable[Incident], *, duties: Iterable[Duty], now: datetime
) -> WhoToCall:
    """Whom to call for one service."""
    service = Service.objects.select_related("owner_team").get(pk=pk)
    answers = {"service": service.slug, "severity": "1"}
    called = preview.of_answers(answers, now=now)
    on_call = {duty.roster.pk: duty.first for duty in duties}
    roles = [
        replace(square, on_call=on_call.get(square.entry.roster_id or 0, ()))
        if square.entry
        else square
        for square in contacts.of_service(service, now=now)
    ]
    is_open = tuple(one for one in open_now if one.service_id == pk)
    return WhoToCall(service, called, tuple(roles), is_open)
