"""Where somebody is signed in: seen, and ended."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from rosters.models import Person

LONGEST_KEY = 18  # digits; what a row can be numbered


@transaction.atomic
def end_others(person: Person, *, besides: str | None) -> int:
    """The person is signed in with the session `besides` alone; returns how many others ended."""
    return _end(list(UserSession.objects.filter(user=person).exclude(session_key=besides or "")))


@transaction.atomic
def end_one(person: Person, number: str, *, besides: str | None) -> int:
    """That session is over, if it is the person's; `besides` is the one they are using now."""
    if not (number.isascii() and number.isdigit() and len(number) < LONGEST_KEY):
        return 0
    mine = UserSession.objects.filter(user=person).exclude(session_key=besides or "")
    return _end(list(mine.filter(pk=int(number))))


def _end(found: list[UserSession]) -> int:
    keys = [one.session_key for one in found]
    ended, _ = Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return ended


def see(session_key: str, *, address: str, now: datetime) -> None:
    """The session was used at `now`, from `address`."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=now, ip=address)


def clear_out(*, now: datetime) -> int:
    """Sessions that are over leave no row; returns how many went."""
    gone, _ = Session.objects.filter(expire_date__lte=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return gone
