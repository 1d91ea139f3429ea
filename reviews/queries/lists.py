"""The lists of reviews and of action items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from reviews.logic.progress import TEXTS
from reviews.models import ActionItem, Factor, Review
from reviews.queries import waiting
from rosters.enums import SeverityLevel
from rosters.models import Person

REVIEW_STATES = {
    "all": "All",
    "mine": "Waiting for you",
    "due": "Due",
    "overdue": "Late",
    "writing": "In progress",
    "published": "Published",
}
ACTION_STATES = {"mine": "Yours", "all": "All", "late": "Late", "done": "Done"}
MAX_DIGITS = 12
DONE_LATELY = timedelta(days=14)


@dataclass(frozen=True)
class Narrowed:
    """What a list is narrowed to besides its state; empty is everything.

    `severity` is the number of a level, or "serious" for the two worst.
    """

    words: str = ""
    service: str = ""
    team: str = ""
    severity: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.service or self.team or self.severity)


ANYTHING = Narrowed()


def reviews(
    person: Person, *, state: str, now: datetime, narrowed: Narrowed = ANYTHING
) -> QuerySet[Review]:
    """The reviews of one state: those to publish first, by deadline; then the newest ones."""
    found = waiting.waiting_for(person) if state == "mine" else waiting.visible_reviews(person)
    return (
        found.filter(_in_state(state, now=now), _about(narrowed, "incident__"))
        .filter(_review_words(narrowed.words))
        .select_related("incident__service", "facilitator", "published_by")
        .annotate(**_actions())
        .defer(*TEXTS)
        .order_by(F("published_at").desc(nulls_first=True), "due_at", "pk")
    )


def latest_serious(person: Person) -> Review | None:
    """The newest published review of a SEV1 or SEV2 that this person may read, with its actions."""
    found: Review | None = (
        waiting.visible_reviews(person)
        .filter(published_at__isnull=False, incident__severity__lte=SeverityLevel.SERIOUS)
        .select_related("incident__service", "published_by")
        .annotate(**_actions())
        .defer(*TEXTS)
        .order_by("-published_at", "-pk")
        .first()
    )
    return found


def _actions() -> dict[str, Coalesce]:
    """How many actions a review has, and how many are open; counted for the rows shown alone."""
    actions = ActionItem.objects.filter(review=OuterRef("pk")).order_by().values("review")
    total = actions.annotate(number=Count("pk")).values("number")
    return {
        "actions_total": Coalesce(Subquery(total), 0),
        "actions_open": Coalesce(Subquery(total.filter(done_at__isnull=True)), 0),
    }


def _about(narrowed: Narrowed, path: str) -> Q:
    """The chosen service and team, reached by `path` from the row."""
    found = Q()
    if narrowed.service:
        found &= Q(**{f"{path}service__slug": narrowed.service})
    if narrowed.team:
        found &= Q(**{f"{path}service__owner_team__slug": narrowed.team})
    if narrowed.severity == "serious":
        found &= Q(**{f"{path}severity__lte": SeverityLevel.SERIOUS})
    elif narrowed.severity:
        found &= Q(**{f"{path}severity": int(narrowed.severity)})
    return found


def _review_words(words: str) -> Q:
    """In the incident's title or number, or in something that made it possible."""
    if not words:
        return Q()
    factors = Factor.objects.filter(review=OuterRef("pk"), text__icontains=words)
    by_title = Q(incident__title__icontains=words) | _number(words, "incident__pk")
    return by_title | Q(Exists(factors))


def _number(words: str, field: str) -> Q:
    """The incident that these words name, if they name one."""
    digits = words.upper().removeprefix("INC-")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS
    return Q(**{field: int(digits)}) if is_number else Q(pk__in=[])


def _in_state(state: str, *, now: datetime) -> Q:
    waits = Q(published_at__isnull=True)
    states = {
        "due": waits & Q(due_at__gte=now),
        "overdue": waits & Q(due_at__lt=now),
        "writing": waits & Q(edited_at__isnull=False),
        "published": ~waits,
    }
    return states.get(state, Q())


def review_counts(person: Person, *, now: datetime) -> Mapping[str, int]:
    """How many reviews are due, overdue, in progress and published, in one query."""
    counted: dict[str, int] = waiting.visible_reviews(person).aggregate(
        **{
            state: Count("pk", filter=_in_state(state, now=now))
            for state in ("due", "overdue", "writing", "published")
        }
    )
    return counted


def actions(
    person: Person,
    *,
    state: str,
    today: date,
    now: datetime,
    narrowed: Narrowed = ANYTHING,
) -> QuerySet[ActionItem]:
    """Action items of one state: the latest open ones first, what was done lately at the end."""
    lately = Q(done_at__isnull=True) | Q(done_at__gte=now - DONE_LATELY)
    states = {
        "mine": lately & Q(owner=person),
        "late": Q(done_at__isnull=True, due_date__lt=today),
        "done": Q(done_at__isnull=False),
    }
    known = waiting.visible_actions if state == "done" else waiting.few_actions
    return (
        known(person)
        .filter(states.get(state, lately), _about(narrowed, "review__incident__"))
        .filter(_action_words(narrowed.words))
        .select_related("owner", "done_by", "review__incident__service")
        .defer(*(f"review__{name}" for name in TEXTS))
        .order_by(F("done_at").desc(nulls_first=True), "due_date", "pk")
    )


def _action_words(words: str) -> Q:
    if not words:
        return Q()
    return (
        Q(title__icontains=words)
        | Q(owner__full_name__icontains=words)
        | Q(review__incident__title__icontains=words)
        | _number(words, "review__incident__pk")
    )


def late_actions(person: Person, *, today: date) -> Mapping[str, int]:
    """How many open action items are late: this person's, and everybody's; in one query."""
    late = waiting.few_actions(person).filter(done_at__isnull=True, due_date__lt=today)
    counted: dict[str, int] = late.aggregate(
        mine=Count("pk", filter=Q(owner=person)), all=Count("pk")
    )
    return counted


def possible_owners(actions: Iterable[ActionItem], *, now: datetime) -> list[Person]:
    """Everybody who can own an action item, and whoever owns one of these.

    An owner is still here, and able to sign in to say that it is done.
    """
    here = Person.objects.employed(now=now).filter(may_sign_in=True).order_by("full_name", "pk")
    people = {person.pk: person for person in here}
    owners = {action.owner_id: action.owner for action in actions}
    return [*people.values(), *(one for pk, one in owners.items() if pk not in people)]
