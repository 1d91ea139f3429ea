"""The demo organisation as it stands on its first day: who is there, and what is open now."""

from collections.abc import Callable
from datetime import datetime

import pghistory

from config.demo import (
    agreeing,
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
from config.portal.trail import SET_UP
from runbooks.operations import glossary

BY = "Amara"


def make(*, clock: Callable[[], datetime]) -> None:
    """People, services, rosters, rules, runbooks and words are there; three incidents are open.

    The clock is asked again for the incidents: what is ringing has begun to ring just now.
    """
    now = clock()
    cast = Cast(made_at=now)
    people.build(cast)
    steps: list[Callable[[], object]] = [
        lambda: duty.build(cast),
        lambda: sharing.build(cast),
        lambda: duty.log_past(cast, now=now),
        lambda: matrix.build(cast),
        lambda: rules.build(cast, now=now),
        lambda: agreeing.build(cast, now=now),
        lambda: library.build(cast),
        lambda: playbook.build(cast),
        lambda: glossary.load(renew=False),
        lambda: numbering.continue_from(numbering.FIRST_OF_TODAY),
        lambda: story.tell(cast, now=clock()),
        lambda: signals.tell(cast, now=clock()),
    ]
    because = {"user": cast.people[BY].pk, "reason": SET_UP}
    with pghistory.context(**because):
        for step in steps:
            pghistory.context(**because)  # what one step says of itself would hold for the next
            step()
