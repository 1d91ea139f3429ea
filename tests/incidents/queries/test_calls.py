"""Who was called and who is next."""

import pytest

from incidents.logic.summons import PlannedCall
from incidents.models import Incident
from incidents.queries.calls import Calls
from rosters.logic.directory import Candidate, Contact, Directory, PersonSpec
from tests.world import NOW

PHONE, MAIL = Contact(1, "phone"), Contact(2, "email")
BOB = Candidate(7, "Bob Example", "Bob", "UTC", "backup")


@pytest.mark.parametrize(
    ("urgency", "verb"), [("urgent", "phone"), ("normal", "e-mail"), (None, "phone")]
)
def test_a_call_is_told_as_urgent_as_its_step(urgency: str | None, verb: str) -> None:
    contacts = {"urgent": (PHONE, MAIL), "normal": (MAIL,), "any": (PHONE, MAIL)}
    bob = PersonSpec(7, "Bob Example", "Bob", "UTC", contacts)
    urgencies = {} if urgency is None else {3: urgency}
    calls = Calls(Incident(), directory=Directory(people={7: bob}), urgencies=urgencies)

    assert calls.verb(BOB, PlannedCall(NOW, 0, 3, (BOB,))) == verb
