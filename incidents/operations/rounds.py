"""Requests of a source that come at once are filed in rounds: one transaction for all of a round.

Everything that holds for a request that is filed alone holds for each: docs/adr/0045 says how.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected

from config.portal import prepared
from config.portal.by_hand import table
from incidents.intake.signal import Parcel, Signal
from incidents.models import RawReceipt
from incidents.operations import intake, sorting, taking
from incidents.operations.gathering import Gathering, Settling
from incidents.operations.taking import Answer
from incidents.queries import remembered

MOST_REQUESTS = 32
MOST_ALERTS = 500


@dataclass(frozen=True)
class Post:
    """One request that waits to be filed. `mark` stands for the settings that it came under."""

    delivery: intake.Delivery
    parcel: Parcel
    now: datetime
    mark: str | None

    @cached_property
    def groups(self) -> frozenset[str]:
        """The keys of the incidents that its alerts belong to."""
        return frozenset(sorting.groups_of(self.parcel))

    @cached_property
    def keys(self) -> frozenset[str]:
        """What its alerts are known by."""
        return frozenset(one.key for one in self.parcel.alerts if isinstance(one, Signal))


def _alone(_many: int) -> None:
    """Nobody waits behind these."""


def receive(delivery: intake.Delivery, parcel: Parcel, *, now: datetime) -> Answer:
    """As `intake.receive`, together with what comes of this source meanwhile.

    Everything is committed when this returns. Raises gathering.TookTooLong as well: then it is not
    known whether it is stored, and the sender has to send it again.
    """
    post = Post(delivery, parcel, now, remembered.mark())
    return _rounds.take(delivery.source.pk, post)


def fits(taken: Sequence[Post], post: Post) -> bool:
    """Whether it may be tried to file this one with those: they have nothing in common."""
    first, key = taken[0], post.delivery.idempotency_key
    return (
        len(taken) < MOST_REQUESTS
        and sum(len(one.parcel.alerts) for one in (*taken, post)) <= MOST_ALERTS
        and post.mark is not None
        and post.mark == first.mark
        and post.delivery.is_over_rate == first.delivery.is_over_rate
        and not post.parcel.changes
        and not first.parcel.changes
        and not any(key and key == one.delivery.idempotency_key for one in taken)
        and all(post.keys.isdisjoint(one.keys) for one in taken)
    )


def is_apart(settling: Sequence[Post], post: Post) -> bool:
    """Whether it may be filed before those are committed: it is about nothing that they change.

    What this cannot know, such as an incident that groups of several keys share, the database
    keeps apart, as it does for two processes.
    """
    key = post.delivery.idempotency_key
    return not post.parcel.changes and all(
        not one.parcel.changes
        and not (key and key == one.delivery.idempotency_key)
        and one.groups.isdisjoint(post.groups)
        and one.keys.isdisjoint(post.keys)
        for one in settling
    )


def file(posts: Sequence[Post], settling: Settling = _alone) -> Sequence[Answer | Exception]:
    """The answers of the first of these, or what is raised for one; all of them are committed.

    Where they are in one another's way, or others in theirs, only the first is filed. `settling`
    hears how many, once all that is left to do for those is to commit.
    """
    if len(posts) > 1:
        try:
            return _file_together(posts, settling)
        except (IntegrityError, sorting.Moved):
            remembered.doubt()
        except sorting.Apart:
            pass
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    first = posts[0]
    return [
        intake.receive(
            first.delivery, first.parcel, now=first.now, before_commit=lambda: settling(1)
        )
    ]


@transaction.atomic
def _file_together(posts: Sequence[Post], settling: Settling) -> Sequence[Answer | Exception]:
    """What is new is filed at the latest instant at which one of them came."""
    earlier = intake.earlier_answers([one.delivery for one in posts])
    new = [one for one in posts if one.delivery.idempotency_key not in earlier]
    found: list[Answer | Exception] = []
    with prepared.together():
        answers = iter(_taken(new))
        for post in posts:
            known = earlier.get(post.delivery.idempotency_key)
            said = next(answers, None) if known is None else known
            if said is None:
                break
            found.append(said)
        settling(len(found))
    return found


def _taken(posts: Sequence[Post]) -> list[Answer]:
    if not posts:
        return []
    sent = [
        taking.Sent(one.delivery.source, one.parcel, is_over_rate=one.delivery.is_over_rate)
        for one in posts
    ]
    answers = taking.take_first(sent, now=max(one.now for one in posts))
    receipts = [
        intake.receipt_of(
            post.delivery, {"alerts": answer}, status=intake.status_of(answer), now=post.now
        )
        for post, answer in zip(posts, answers, strict=False)
    ]
    table(RawReceipt).add(receipts, numbered=False)
    return answers


_rounds: Gathering[Post, Answer] = Gathering(file, fits=fits, is_apart=is_apart)
