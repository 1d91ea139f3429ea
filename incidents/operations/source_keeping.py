"""Alert sources as people set them up: begun, settled, their tokens and their signing secret."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from config.portal import secrets as sealed
from config.portal import standard_webhooks
from config.portal.refusals import Refused, refuse_if
from incidents.intake.kinds import KINDS
from incidents.logic.signal_keeping import why_not_keep_signals
from incidents.models import AlertSource, SourceToken
from incidents.operations import sources
from incidents.queries.signal_keeping import keeper, teams_to_own
from incidents.queries.signal_sources import live_tokens
from rosters.enums import SeverityLevel
from rosters.models import Person

RESERVED = frozenset({"new"})
"""What an address under /signals/sources/ means already."""
SLUG_LENGTH = 50
MOST_TOKENS = 5
SHORTEST_SECRET = 8
LONGEST_SECRET = 500


@dataclass(frozen=True)
class SourceFacts:
    """What people say of a source; the fields of `AlertSource` of the same names."""

    name: str
    owner_team_id: int | None = None
    default_service_id: int | None = None
    default_severity: int = SeverityLevel.MINOR
    is_active: bool = True
    rate_per_minute: int = 600
    grouping_minutes: int = 0
    joins_causes: bool = True
    reopen_minutes: int = 0
    quiet_minutes: int | None = None
    keep_days: int = 30


FIELDS = tuple(SourceFacts.__dataclass_fields__)


@transaction.atomic
def begin(facts: SourceFacts, *, kind: str, by: Person, now: datetime) -> tuple[AlertSource, str]:
    """A new source of this kind with its first token, whose text is returned once."""
    if kind not in KINDS:
        raise Refused("Choose the tool that sends the alerts.")
    allowed = {team.pk for team in teams_to_own(by)}
    may_leave_open = why_not_keep_signals(keeper(by, None)) is None
    if facts.owner_team_id not in allowed and not (facts.owner_team_id is None and may_leave_open):
        raise Refused("Choose a team that you lead. Service owners can set up any source.")
    _refuse_name(facts.name, besides=None)
    source = AlertSource(kind=kind, slug=_slug(facts.name))
    for name in FIELDS:
        setattr(source, name, getattr(facts, name))
    source.save(force_insert=True)
    return source, sources.issue_token(source, by=by, now=now)


@transaction.atomic
def settle(source: AlertSource, facts: SourceFacts, *, by: Person) -> AlertSource:
    """The source is as these facts say. Its address, kind, tokens and secret stay."""
    source = _locked(source, by=by)
    allowed = {team.pk for team in teams_to_own(by)} | {source.owner_team_id}
    if facts.owner_team_id is not None and facts.owner_team_id not in allowed:
        raise Refused("Choose a team that you lead, or leave the one that owns it.")
    _refuse_name(facts.name, besides=source)
    changed = [name for name in FIELDS if getattr(source, name) != getattr(facts, name)]
    for name in changed:
        setattr(source, name, getattr(facts, name))
    if changed:
        source.save(update_fields=[name.removesuffix("_id") for name in changed])
    return source


@transaction.atomic
def add_token(source: AlertSource, *, by: Person, now: datetime) -> str:
    """One more live token, so that the tool can change to it before the old one is revoked."""
    source = _locked(source, by=by)
    if live_tokens(source).count() >= MOST_TOKENS:
        raise Refused(f"There are {MOST_TOKENS} live tokens. Revoke one that is no longer used.")
    return sources.issue_token(source, by=by, now=now)


@transaction.atomic
def revoke_token(token: SourceToken, *, by: Person, now: datetime) -> SourceToken:
    """The token opens nothing any more. A second time changes nothing."""
    _locked(token.source, by=by)
    SourceToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)
    token.refresh_from_db()
    return token


@transaction.atomic
def set_secret(source: AlertSource, *, by: Person, given: str = "") -> str:
    """From now on the source takes only what is signed with the secret, which is returned once.

    `given` is the tool's own secret; empty: Muster makes one.
    """
    source = _locked(source, by=by)
    secret = given.strip() or standard_webhooks.new_secret()
    refuse_if(why_not_secret(source, secret))
    source.sealed_secret = sealed.encrypt(secret)
    source.save(update_fields=["sealed_secret"])
    return secret


@transaction.atomic
def drop_secret(source: AlertSource, *, by: Person) -> AlertSource:
    """The token alone proves the source. A second time changes nothing."""
    source = _locked(source, by=by)
    if source.sealed_secret:
        source.sealed_secret = ""
        source.save(update_fields=["sealed_secret"])
    return source


def why_not_signed(source: AlertSource) -> str | None:
    """Why this source cannot sign what it sends, in one sentence; it may be able to."""
    kind = KINDS.get(source.kind)
    return (kind.why_not_signed or None) if kind else None


def why_not_secret(source: AlertSource, secret: str) -> str | None:
    """Why this text cannot be the source's secret, in one sentence."""
    if not SHORTEST_SECRET <= len(secret) <= LONGEST_SECRET or not secret.isprintable():
        return f"A secret has {SHORTEST_SECRET} to {LONGEST_SECRET} characters in one line."
    why_not = why_not_signed(source)
    if why_not:
        return why_not
    kind = KINDS.get(source.kind)
    if kind is not None and kind.is_signed is not None:
        return None
    return standard_webhooks.why_not_secret(secret)


def _locked(source: AlertSource, *, by: Person) -> AlertSource:
    """The source, held until the transaction ends. Raises Refused for those who may not."""
    found = AlertSource.objects.select_for_update(no_key=True).get(pk=source.pk)
    refuse_if(why_not_keep_signals(keeper(by, found.owner_team_id)))
    return found


def _refuse_name(name: str, *, besides: AlertSource | None) -> None:
    others = AlertSource.objects.filter(name__iexact=name)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise Refused(f"There is a source called {name} already. Choose another name.")


def _slug(name: str) -> str:
    """A free address for the name: letters, digits and dashes."""
    base = slugify(name)[: SLUG_LENGTH - 4].strip("-") or "source"
    taken = set(AlertSource.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    free = (f"{base}-{number}" if number > 1 else base for number in range(1, 1000))
    return next(slug for slug in free if slug not in taken | RESERVED)
