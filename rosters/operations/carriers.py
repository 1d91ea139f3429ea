"""Accounts with carriers, as administrators set them up; what they hold is sealed."""

import json
import secrets as chance
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from config.portal import queue, secrets
from config.portal.refusals import Refused, refuse_if
from rosters.channels.contract import Kind, Settings
from rosters.channels.kinds import KINDS
from rosters.enums import Channel, Lane
from rosters.logic.carriers import (
    why_not_channels,
    why_not_keep,
    why_not_price,
    why_not_test,
)
from rosters.logic.drafts import MessageDraft
from rosters.logic.testing import why_not_another
from rosters.models import CarrierAccount, ContactPoint, Person
from rosters.operations import carriage, health
from rosters.queries import verifying
from rosters.queries.carriers import TOPIC
from rosters.queries.lines import ask_again, key_of, settings_of

DOOR_BYTES = 15
SUBJECT = "Muster tests a carrier: nothing is wrong"
BODY = "Muster tests the carrier {name}. Nothing is wrong, and there is nothing to do."


@dataclass(frozen=True)
class AccountFacts:
    """What people say of an account. A secret left empty stays as it stands."""

    name: str
    channels: tuple[str, ...]
    given: Mapping[str, str]
    order: int = 1
    is_enabled: bool = True
    price: Decimal | None = None
    currency: str = ""

    def __repr__(self) -> str:
        return f"<what is set of {self.name}>"


@transaction.atomic
def begin(kind: str, facts: AccountFacts, *, by: Person, now: datetime) -> CarrierAccount:
    """A new account, used from the next message on if it is enabled."""
    _refuse_others(by)
    account = CarrierAccount(
        kind=_kind(kind).slug,
        door=chance.token_urlsafe(DOOR_BYTES),
        created_at=now,
        created_by=by,
    )
    _write(account, facts, standing=Settings({}))
    return account


@transaction.atomic
def settle(account: CarrierAccount, facts: AccountFacts, *, by: Person) -> CarrierAccount:
    """The account is as these facts say, from the next message on."""
    _refuse_others(by)
    locked = _locked(account)
    try:
        standing = settings_of(locked)
    except secrets.CannotRead:
        standing = Settings({})
    _write(locked, facts, standing=standing)
    return locked


@transaction.atomic
def switch(account: CarrierAccount, *, is_enabled: bool, by: Person) -> CarrierAccount:
    """The account is used, or is not. Doing it twice changes nothing."""
    _refuse_others(by)
    locked = _locked(account)
    locked.is_enabled = is_enabled
    locked.save(update_fields=["is_enabled"])
    ask_again()
    return locked


@transaction.atomic
def test(account: CarrierAccount, point: ContactPoint, *, by: Person, now: datetime) -> None:
    """A message waits to go to one's own contact point by this account and no other.

    An account that is out is tried with it. Raises Refused for somebody else's number, and soon
    after another test.
    """
    _refuse_others(by)
    if point.person_id != by.pk:
        raise Refused("You can test with your own numbers only.")
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    refuse_if(why_not_test(point.channel, account.channels))
    refuse_if(
        why_not_another(
            verifying.sent_to(point, topic=TOPIC, now=now),
            of_person=verifying.asked_by(by, topic=TOPIC, now=now),
            now=now,
        )
    )
    health.try_again(key_of(account), now=now)
    draft = MessageDraft(
        topic=TOPIC,
        topic_id=int(now.timestamp()),
        subject_key=f"{TOPIC}:{point.pk}:{verifying.mark_of(point)}",
        person_id=by.pk,
        contact_point_id=point.pk,
        subject=SUBJECT,
        body=BODY.format(name=account.name),
        lane=Lane.ESCALATION,  # whoever asked for it looks at that phone now
        via=account.pk,
    )
    carriage.plan_messages([draft], now=now)
    queue.wake("muster.carry")


@transaction.atomic
def try_again(account: CarrierAccount, *, by: Person, now: datetime) -> bool:
    """The next message tries an account that is out; says whether it was out."""
    _refuse_others(by)
    was_out = health.try_again(key_of(account), now=now)
    queue.wake("muster.carry")
    return was_out


def _write(account: CarrierAccount, facts: AccountFacts, *, standing: Settings) -> None:
    kind = _kind(account.kind)
    given = _complete(kind, facts.given, standing)
    refuse_if(
        why_not_channels(facts.channels, kind.channels)
        or why_not_price(facts.price, facts.currency)
        or next((why_not for _field, why_not in kind.wrong(given)), None)
    )
    others = CarrierAccount.objects.exclude(pk=account.pk)
    if others.filter(name__iexact=facts.name).exists():
        raise Refused(f"Another account is called “{facts.name}”. Choose another name.")
    account.name = facts.name
    account.channels = [one.value for one in Channel if one.value in facts.channels]
    account.order = facts.order
    account.is_enabled = facts.is_enabled
    account.price = facts.price
    account.currency = facts.currency.upper() if facts.price is not None else ""
    account.sealed_settings = secrets.encrypt(json.dumps(dict(given), sort_keys=True))
    account.save()
    ask_again()


def _complete(kind: Kind, given: Mapping[str, str], standing: Settings) -> Settings:
    """What was typed; a secret that was left empty is the one that stands."""
    values = {}
    for one in kind.fields:
        typed = given.get(one.name, "").strip()
        values[one.name] = typed or (standing[one.name] if one.is_secret else "")
        if one.is_required and not values[one.name]:
            raise Refused(f"Fill in “{one.label}”.")
    return Settings(values)


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise Refused("Choose a kind of carrier from the list.")
    return KINDS[slug]


def _locked(account: CarrierAccount) -> CarrierAccount:
    found: CarrierAccount = CarrierAccount.objects.select_for_update().get(pk=account.pk)
    return found


def _refuse_others(by: Person) -> None:
    refuse_if(why_not_keep(is_administrator=by.is_superuser))
