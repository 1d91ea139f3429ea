"""What PostgreSQL finds by its words: incidents and reviews, which are many."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import QuerySet

from config.front.logic.asking import FILLER, Asked
from config.front.logic.closeness import EMAIL, LOGIN, share
from config.front.queries.found import SURE, Hit
from incidents.models import Incident
from reviews.models import Factor, Review
from rosters.models import Person

SHOWN = 6
MATCHES = 1000
HALF, OPEN = 0.5, 0.7
MOST_OPEN = 200
LONG = ("story", "went_well", "was_lucky", "escalation_look_back")
CONFIG = "simple"
INCIDENT_WORDS = SearchVector("title", "summary", config=CONFIG)
FACTOR_WORDS = SearchVector("text", config=CONFIG)


def _query(asked: Asked, meant: Sequence[str]) -> SearchQuery:
    """Every word, as it was typed or as it was meant, each also as a beginning."""
    pairs = zip(asked.words, asked.spelled, meant, strict=True)
    telling = [pair for pair in pairs if pair[0] not in FILLER] or list(
        zip(asked.words, asked.spelled, meant, strict=True)
    )
    each = ("|".join(_spellings(word) for word in dict.fromkeys(pair)) for pair in telling)
    return SearchQuery(" & ".join(f"({words})" for words in each), search_type="raw", config=CONFIG)


def _spellings(word: str) -> str:
    """The word as a beginning, also as others write it."""
    if word == LOGIN:
        return "'login':*|('log'<->'in')|('sign'<->'in')|('sign'<->'on')"
    if word.startswith(EMAIL):
        return f"'{word}':*|('e'<->'{word.removeprefix('e')}':*)"
    return f"'{word}':*"


def open_now(
    asked: Sequence[str], services: Sequence[tuple[Hit, int]], *, reader: Person
) -> list[Incident]:
    """What is open about it: of the closest service, or with these words in its title."""
    about = services[0][1] if services and services[0][0].score >= SURE else None
    rows = Incident.objects.visible_to(reader).open().select_related("service")
    return [
        incident
        for incident in rows.order_by("severity", "-detected_at", "-pk")[:MOST_OPEN]
        if (about and incident.service_id == about)
        or share(asked, (incident.title, incident.summary)) > HALF
    ]


def _matching(asked: Asked, meant: Sequence[str]) -> QuerySet[Incident, Any]:
    """The newest incidents with these words.

    As many as would fill pages: a small limit would tempt PostgreSQL to walk through every incident
    from the newest on, instead of asking the index of words.
    """
    found: Any = Incident.objects.alias(in_words=INCIDENT_WORDS)
    newest: QuerySet[Incident, Any] = found.filter(in_words=_query(asked, meant)).order_by("-pk")
    return newest.values("pk")[:MATCHES]


def incidents(
    asked: Asked, meant: Sequence[str], first: Sequence[Incident], *, reader: Person
) -> list[Hit]:
    """What is open first, then the newest."""
    rows = Incident.objects.visible_to(reader).filter(pk__in=_matching(asked, meant))
    newest = rows.select_related("service").order_by("-detected_at", "-pk")
    found = {one.pk: one for one in (*first, *newest[:SHOWN])}
    return [
        Hit(
            incident.title,
            ", ".join(filter(None, [incident.reference, str(incident.service or "")])),
            "incidents:detail",
            incident.reference,
            tag="Open" if incident.is_open else "",
            severity=incident.severity,
            score=OPEN if incident.is_open else 0.0,
        )
        for incident in list(found.values())[:SHOWN]
    ]


def reviews(asked: Asked, meant: Sequence[str], *, reader: Person) -> list[Hit]:
    factors: Any = Factor.objects.alias(in_words=FACTOR_WORDS)
    by_factor = factors.filter(in_words=_query(asked, meant)).order_by("-pk").values("review_id")
    by_incident = Review.objects.filter(incident__in=_matching(asked, meant)).values("pk")
    rows = Review.objects.filter(
        pk__in=by_incident.union(by_factor[:MATCHES]),
        incident__in=Incident.objects.visible_to(reader),
        published_at__isnull=False,
    ).select_related("incident")
    return [
        Hit(
            review.incident.title,
            f"Review of {review.incident.reference}",
            "reviews:read",
            review.incident.reference,
            severity=review.incident.severity,
        )
        for review in rows.defer(*LONG).order_by("-published_at", "-pk")[:SHOWN]
    ]
