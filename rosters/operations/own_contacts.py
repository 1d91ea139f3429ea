"""One's own numbers and addresses: added, changed, removed. New ones are verified by a code."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from rosters.enums import MessageState, Withheld
from rosters.logic import addresses
from rosters.logic.drafts import may_wait
from rosters.models import ContactPoint, ContactRule, Message, Person, VerificationCode
from rosters.operations import fallback, own_rules, verifying
from rosters.queries import own_contacts
from rosters.queries.lines import usable_channels
from rosters.querysets import REMOVED

MOST = 10
STATE = (
    "verified_at",
    "last_tested_at",
    "last_failed_at",
    "reported_wrong_at",
    "reported_wrong_by",
)


@dataclass(frozen=True)
class Wanted:
    """What somebody typed."""

    channel: str
    address: str
    label: str = ""


@transaction.atomic
def add(wanted: Wanted, *, by: Person, now: datetime) -> ContactPoint:
    """One more contact point of `by`, not verified yet.

    Adding the same one again returns the one that is there. Raises Refused when the address does
    not suit its channel, without a carrier, and beyond ten.
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    address = _checked(wanted.channel, wanted.address)
    own = list(ContactPoint.objects.filter(person=by))
    twin = _twin(own, wanted.channel, address)
    if twin:
        return twin
    if len(own) >= MOST:
        raise Refused(f"You have {MOST} already. Remove one that you no longer use.")
    point = ContactPoint.objects.create(
        person=by, channel=wanted.channel, address=address, label=wanted.label.strip()
    )
    verifying.take_over_proof(point, now=now)
    own_rules.put_to_use(point, by=by, now=now)
    return point


@transaction.atomic
def change(point: ContactPoint, wanted: Wanted, *, by: Person, now: datetime) -> ContactPoint:
    """The contact point has this address and label; a new address begins unverified.

    Raises Refused for somebody else's, when the address does not suit, and when it is there twice.
    """
    point = _own(point, by)
    is_same = addresses.tidied(point.channel, wanted.address) == point.address
    address = point.address if is_same else _checked(point.channel, wanted.address)
    others = ContactPoint.objects.filter(person=by).exclude(pk=point.pk)
    if _twin(list(others), point.channel, address):
        raise Refused("You have this one already.")
    is_new = addresses.key_of(point.channel, address) != addresses.key_of(
        point.channel, point.address
    )
    point.label = wanted.label.strip()
    point.address = address
    if is_new:
        for name in STATE:
            setattr(point, name, None)
        point.last_failure = point.what_is_wrong = ""
        VerificationCode.objects.filter(contact_point=point).delete()
        _let_go(point, now=now)
    point.save()
    if is_new:
        verifying.take_over_proof(point, now=now)
    return point


@transaction.atomic
def remove(point: ContactPoint, *, by: Person, now: datetime) -> None:
    """Nobody is reached by it any more. What was sent there stays on record, its address does not.

    What waits to be sent there goes by the person's next way at once. Raises Refused for somebody
    else's, and for the last way to wake somebody whom a roster or a role counts on.
    """
    point = _own(point, by)
    refuse_if(own_contacts.why_not_remove(point, now=now))
    ContactRule.objects.filter(contact_point=point).delete()
    VerificationCode.objects.filter(contact_point=point).delete()
    _let_go(point, now=now)
    if not Message.objects.filter(contact_point=point).exists():
        point.delete()
        return
    point.address, point.label = f"{REMOVED}{point.pk}", ""
    point.verified_at = point.last_tested_at = None
    point.save(update_fields=["address", "label", "verified_at", "last_tested_at"])


def _let_go(point: ContactPoint, *, now: datetime) -> None:
    """What waits for the old address never leaves for it."""
    waiting = Message.objects.filter(contact_point=point, state=MessageState.PLANNED)
    found = list(waiting.select_for_update(skip_locked=True, no_key=True))
    Message.objects.filter(pk__in=[one.pk for one in found]).update(withheld=Withheld.OWN_RULE)
    can_wait = [one for one in found if may_wait(one.lane)]
    fallback.give_up([one for one in found if one not in can_wait], now=now)
    Message.objects.filter(pk__in=[one.pk for one in can_wait]).update(
        state=MessageState.SUPPRESSED
    )
    if can_wait:
        fallback.use_next(can_wait, now=now)


def _checked(channel: str, typed: str) -> str:
    is_usable = channel in usable_channels()
    address = addresses.tidied(channel, typed)
    why_not = addresses.why_not_channel(channel, is_usable=is_usable) or (
        addresses.why_not_address(channel, address)
    )
    refuse_if(why_not)
    return address


def _twin(points: list[ContactPoint], channel: str, address: str) -> ContactPoint | None:
    key = addresses.key_of(channel, address)
    return next(
        (
            one
            for one in points
            if one.channel == channel and addresses.key_of(channel, one.address) == key
        ),
        None,
    )


def _own(point: ContactPoint, by: Person) -> ContactPoint:
    """The contact point, locked; only its own person may change it here."""
    if point.person_id != by.pk:
        raise Refused("You can change only your own numbers.")
    found = ContactPoint.objects.select_for_update(no_key=True).filter(pk=point.pk).first()
    if found is None:
        raise Refused("This is no longer there. It was removed.")
    return found
