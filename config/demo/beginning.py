"""The demo organisation as it stands on its first day: who is there, and what is open now."""

from collections.abc import Callable
from datetime import datetime

from config.demo import (
    duty,
    library,
    matrix,
    numbering,
    people,
    playbook,
    rules,
    sharing,
    signals,
    story,
)
from config.demo.cast import Cast
from runbooks.operations import glossary


def make(*, clock: Callable[[], datetime]) -> None:
    """People, services, rosters, rules, runbooks and words are there; three incidents are open.

    The clock is asked again for the incidents: what is ringing has begun to ring just now.
    """
    now = clock()
    cast = Cast(made_at=now)
    people.build(cast)
    duty.build(cast)
    sharing.build(cast)
    duty.log_past(cast, now=now)
    matrix.build(cast)
    rules.build(cast, now=now)
    playbook.build(cast)
    library.build(cast)
    glossary.load(renew=False)
    numbering.continue_from(numbering.FIRST_OF_TODAY)
    story.tell(cast, now=clock())
    signals.tell(cast, now=clock())
