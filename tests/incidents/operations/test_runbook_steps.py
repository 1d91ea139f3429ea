"""A runbook is followed in an incident: who did which step and when, undone, said twice, raced."""

from datetime import timedelta

import pytest
from django.test import Client

from config.portal.refusals import Refused
from incidents.enums import StepOutcome
from incidents.models import Incident, IncidentTemplate, StepMark
from incidents.operations import engine, lifecycle, runbook_steps
from incidents.operations.lifecycle import Opening
from incidents.operations.runbook_steps import SaidBefore
from incidents.queries import board
from incidents.queries.runbook_steps import Followed, followed, following
from rosters.models import Person, Service
from runbooks.models import Runbook, RunbookVersion, Step
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SOON = NOW + MINUTE
WORKED, FAILED, SKIPPED = StepOutcome.WORKED, StepOutcome.FAILED, StepOutcome.SKIPPED


@pytest.fixture
def incident(world: World) -> Incident:
    publish(world, 1, "Look at the queue.", "Empty it", "Start it again")
    opening = Opening(title="Cards fail", severity=1, service=world.service)
    made = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    engine.tick(now=NOW)
    return made


def publish(world: World, number: int, *texts: str) -> list[Step]:
    book, _new = Runbook.objects.get_or_create(
        slug="queue", defaults={"title": "The queue is stuck", "service": world.service}
    )
    version = RunbookVersion.objects.create(
        runbook=book, number=number, published_at=NOW, published_by=world.alice, change_note="x"
    )
    return [
        Step.objects.create(version=version, order=order, text=text, command=f"run {order}")
        for order, text in enumerate(texts, start=1)
    ]


def steps() -> list[int]:
    return list(Step.objects.order_by("pk").values_list("pk", flat=True))


def book_of(incident: Incident) -> Followed:
    found = followed(Incident.objects.for_board().get(pk=incident.pk))
    assert found is not None
    return found


def said(incident: Incident) -> list[str]:
    entries = board.timeline_of(incident, limit=100)
    found = [entry.sentence for entry in entries if entry.kind == "step_marked"]
    return [one.msgid.format(**one.params) for one in found][::-1]


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(person: Person, incident: Incident, more: str = "") -> str:
    answer = browser(person).get(f"/incidents/{incident.reference}/{more}")
    return " ".join(answer.content.decode().split())


def test_a_step_is_done_by_somebody_at_a_time_and_the_next_one_is_named(
    world: World, incident: Incident
) -> None:
    first, *_ = steps()

    runbook_steps.mark(incident, first, WORKED, by=world.alice, now=SOON)

    book = book_of(incident)
    assert book.progress == "1 of 3 done"
    mark = book.lines[0].mark
    assert mark is not None
    assert (mark.marked_by, mark.marked_at) == (world.alice, SOON)
    assert book.following is not None
    assert book.following.step.text == "Empty it"
    assert said(incident) == ["Alice Example did step 1 of the runbook: Look at the queue."]


def test_said_twice_it_is_said_once(world: World, incident: Incident) -> None:
    first, *_ = steps()

    runbook_steps.mark(incident, first, WORKED, by=world.alice, now=SOON)
    again = runbook_steps.mark(incident, first, WORKED, by=world.alice, now=SOON + MINUTE)

    assert again.marked_at == SOON
    assert len(said(incident)) == 1


@pytest.mark.parametrize("outcome", [WORKED, FAILED, SKIPPED])
def test_who_is_slower_reads_who_did_it(
    world: World, incident: Incident, outcome: StepOutcome
) -> None:
    first, *_ = steps()
    runbook_steps.mark(incident, first, WORKED, by=world.alice, now=SOON)

    with pytest.raises(SaidBefore) as refused:
        runbook_steps.mark(incident, first, outcome, by=world.bob, now=SOON + MINUTE, note="x")

    assert refused.value.sentence.params["who"] == "Alice Example"
    assert refused.value.sentence.params["done_at"] == SOON


def test_what_did_not_work_is_still_next_and_may_work_later(
    world: World, incident: Incident
) -> None:
    first, *_ = steps()

    runbook_steps.mark(incident, first, FAILED, by=world.alice, now=SOON, note="No such queue")
    between = book_of(incident).following
    runbook_steps.mark(incident, first, WORKED, by=world.bob, now=SOON + MINUTE)

    assert between is not None
    assert (between.number, between.has_failed) == (1, True)
    assert book_of(incident).progress == "1 of 3 done"
    assert said(incident) == [
        "Step 1 of the runbook did not work for Alice Example: Look at the queue. No such queue",
        "Bob Example did step 1 of the runbook: Look at the queue.",
    ]


def test_what_did_not_work_keeps_the_words_of_whoever_said_so(
    world: World, incident: Incident
) -> None:
    first, *_ = steps()
    runbook_steps.mark(incident, first, FAILED, by=world.alice, now=SOON, note="No such queue")

    with pytest.raises(SaidBefore):
        runbook_steps.mark(incident, first, FAILED, by=world.bob, now=SOON + MINUTE, note="No")
    runbook_steps.mark(incident, first, FAILED, by=world.alice, now=SOON + MINUTE)
    kept = book_of(incident).lines[0].mark
    more = runbook_steps.mark(
        incident, first, FAILED, by=world.alice, now=SOON + MINUTE, note="It has another name"
    )

    assert kept is not None
    assert (kept.note, kept.marked_at) == ("No such queue", SOON)
    assert (more.note, len(said(incident))) == ("It has another name", 2)


def test_who_leaves_a_step_out_says_why(world: World, incident: Incident) -> None:
    first, *_ = steps()

    with pytest.raises(Refused, match="Write why you leave this step out"):
        runbook_steps.mark(incident, first, SKIPPED, by=world.alice, now=SOON, note="  ")
    runbook_steps.mark(incident, first, SKIPPED, by=world.alice, now=SOON, note="It is empty")

    assert book_of(incident).progress == "0 of 3 done, one left out"
    assert said(incident) == [
        "Alice Example left step 1 of the runbook out: Look at the queue. It is empty"
    ]


def test_it_is_taken_back_once(world: World, incident: Incident) -> None:
    first, *_ = steps()
    runbook_steps.mark(incident, first, WORKED, by=world.alice, now=SOON)

    for _press in range(2):
        runbook_steps.take_back(incident, first, by=world.bob, now=SOON + MINUTE)

    assert book_of(incident).progress == "0 of 3 done"
    assert len(said(incident)) == 2
    assert said(incident)[1].startswith("Bob Example set step 1 of the runbook back to")


def test_an_incident_stays_with_the_version_it_began_with(world: World, incident: Incident) -> None:
    first, *_ = steps()
    runbook_steps.mark(incident, first, WORKED, by=world.alice, now=SOON)
    newer, *_ = publish(world, 2, "Do nothing")

    with pytest.raises(Refused, match="does not follow that version"):
        runbook_steps.mark(incident, newer.pk, WORKED, by=world.alice, now=SOON)

    book = book_of(incident)
    assert (book.number, book.newest, book.is_old, len(book.lines)) == (1, 2, True, 3)
    assert "Version 2 has come out since." in page(world.alice, incident)


def test_an_incident_that_has_not_begun_follows_the_newest(
    world: World, incident: Incident
) -> None:
    first, *_ = steps()
    publish(world, 2, "Do nothing")

    with pytest.raises(Refused, match="does not follow that version"):
        runbook_steps.mark(incident, first, WORKED, by=world.alice, now=SOON)

    assert book_of(incident).number == 2


def test_who_may_not_write_to_it_may_not_tick(world: World, incident: Incident) -> None:
    first, *_ = steps()

    with pytest.raises(Refused, match="Only the people we called"):
        runbook_steps.mark(incident, first, WORKED, by=world.frank, now=SOON)

    assert not StepMark.objects.exists()
    assert 'id="worked-1"' not in page(world.frank, incident)


def test_a_resolved_incident_keeps_what_was_done(world: World, incident: Incident) -> None:
    first, second, _third = steps()
    runbook_steps.mark(incident, first, WORKED, by=world.alice, now=SOON)
    lifecycle.resolve(incident, by=world.alice, at=SOON, now=SOON)

    with pytest.raises(Refused, match="belongs in its review"):
        runbook_steps.mark(incident, second, WORKED, by=world.alice, now=SOON)

    shown = page(world.alice, incident)
    assert "1 of 3 done" in shown
    assert 'id="undo-step-1"' not in shown


def test_the_page_ticks_undoes_and_says_what_came_of_it(world: World, incident: Incident) -> None:
    first, *_ = steps()
    path = f"/incidents/{incident.reference}/runbook/{first}/"
    alice = browser(world.alice)

    before = page(world.alice, incident)
    done = alice.post(path, {"outcome": "worked"}, follow=True).content.decode()
    after = page(world.alice, incident)
    undone = alice.post(f"{path}undo/", follow=True).content.decode()

    assert 'Start here: <a id="first-step" href="#runbook">Look at the queue.</a>' in before
    assert "0 of 3 done" in before
    assert "Noted: step 1 is done." in done
    assert f'action="{path}undo/"' in done
    assert "1 of 3 done" in after
    assert "Next in the runbook, step 2:" in after
    assert 'aria-current="step"' in after.split('id="step-2"')[1][:40]
    assert "Noted: step 1 is still to be done." in undone


def test_a_refusal_stands_at_the_top_and_a_done_step_where_it_was_pressed(
    world: World, incident: Incident
) -> None:
    first, *_ = steps()
    path = f"/incidents/{incident.reference}/"
    alice = browser(world.alice)

    refused = alice.post(f"{path}runbook/{first}/", {"outcome": "skipped"})
    done = alice.post(f"{path}runbook/{first}/", {"outcome": "worked"})

    assert refused.headers["Location"] == path
    assert done.headers["Location"] == f"{path}#runbook"


def test_where_there_is_no_runbook_the_page_says_what_to_do(
    world: World, incident: Incident
) -> None:
    Runbook.objects.all().delete()

    assert "No runbook for Payments" in page(world.alice, incident)


def test_words_that_were_refused_are_not_lost(world: World, incident: Incident) -> None:
    first, *_ = steps()
    runbook_steps.mark(incident, first, WORKED, by=world.alice, now=SOON)
    path = f"/incidents/{incident.reference}/runbook/{first}/"

    page = browser(world.bob).post(path, {"outcome": "failed", "note": "Gone"}, follow=True)

    assert "You wrote: “Gone”" in page.content.decode()


@pytest.mark.parametrize(
    ("note", "shown"), [("\u202eenog", "You wrote: “enog”"), ("\u200b\u202e", "")]
)
def test_refused_words_come_back_without_what_nobody_sees(
    world: World, incident: Incident, note: str, shown: str
) -> None:
    first, *_ = steps()
    runbook_steps.mark(incident, first, WORKED, by=world.alice, now=SOON)
    path = f"/incidents/{incident.reference}/runbook/{first}/"

    page = browser(world.bob).post(path, {"outcome": "failed", "note": note}, follow=True)

    found = page.content.decode()
    assert shown in found
    assert ("You wrote" in found) is bool(shown)
    assert "\u202e" not in found


def test_the_runbook_of_an_incident_leads_back_to_it(world: World, incident: Incident) -> None:
    first, *_ = steps()
    path = f"/incidents/{incident.reference}/runbook/{first}/"
    browser(world.alice).post(path, {"outcome": "worked", "from": "book"})

    shown = page(world.alice, incident, "runbook/")

    assert "1 of 3 done" in shown
    assert f'<a class="btn" href="/incidents/{incident.reference}/">Back to' in shown
    assert f'href="/incidents/{incident.reference}/runbook/"' in page(world.alice, incident)


def test_nobody_without_a_part_finds_the_runbook_of_a_restricted_incident(
    world: World, incident: Incident
) -> None:
    first, *_ = steps()
    Incident.objects.filter(pk=incident.pk).update(is_restricted=True)
    path = f"/incidents/{incident.reference}/runbook/"
    frank = browser(world.frank)

    assert frank.get(path).status_code == 404
    assert frank.post(f"{path}{first}/", {"outcome": "worked"}).status_code == 404
    assert frank.post(f"{path}{first}/undo/").status_code == 404
    assert not StepMark.objects.exists()


def test_a_runbook_leads_to_the_incident_that_follows_it(world: World, incident: Incident) -> None:
    path = "/runbooks/queue/incidents/"
    alice = browser(world.alice)

    one = alice.get(path)
    opening = Opening(title="Again", severity=2, service=world.service)
    other = lifecycle.open_incident(opening, by=world.erin, now=NOW)
    runbook_steps.mark(incident, steps()[0], WORKED, by=world.alice, now=SOON)
    several = alice.get(path).content.decode()
    Incident.objects.filter(pk=other.pk).update(is_restricted=True)
    alone = browser(world.frank).get(path)
    for each in (incident, other):
        lifecycle.resolve(each, by=world.alice, at=SOON, now=SOON)
    none = alice.get(path).content.decode()

    assert one.headers["Location"] == f"/incidents/{incident.reference}/runbook/"
    assert "Which incident do you follow it in?" in several
    assert "1 step done" in several
    assert "no step is done yet" in several
    assert alone.headers["Location"] == f"/incidents/{incident.reference}/runbook/"
    assert "No open incident follows it" in none


def elsewhere(world: World) -> Service:
    return Service.objects.create(name="Search", slug="search", owner_team=world.team)


def another(slug: str, service: Service) -> Runbook:
    return Runbook.objects.create(slug=slug, title=f"About {slug}", service=service)


def test_the_runbook_of_its_template_is_followed_before_the_first_of_its_service(
    world: World, incident: Incident
) -> None:
    fraud = another("fraud", elsewhere(world))
    template = IncidentTemplate.objects.create(name="Fraud", title="Fraud", runbook=fraud)
    Incident.objects.filter(pk=incident.pk).update(template=template)

    found = book_of(incident)

    assert (found.runbook, found.origin) == (fraud, "template")
    assert [one.slug for one in found.others] == ["queue"]
    assert incident not in following(Runbook.objects.get(slug="queue"), viewer=world.alice)
    assert incident in following(fraud, viewer=world.alice)


def test_a_responder_chooses_another_runbook_and_the_timeline_says_who(
    world: World, incident: Incident, client: Client
) -> None:
    client.force_login(world.alice)
    mail = another("mail", world.service)
    path = f"/incidents/{incident.reference}/runbook/choose/"

    pages = [client.post(path, {"runbook": mail.pk}, follow=True) for _ in range(2)]

    found = book_of(incident)
    assert (found.runbook, found.origin) == (mail, "chosen")
    entries = [one for one in board.timeline_of(incident, limit=9) if one.kind == "runbook_chosen"]
    assert len(entries) == 1
    assert entries[0].sentence.params["who"] == "Alice Example"
    for page in pages:
        assert "Alice Example chose this runbook" in page.content.decode()
    assert incident in following(mail, viewer=world.alice)


def test_once_a_step_is_marked_no_other_runbook_can_be_chosen(
    world: World, incident: Incident
) -> None:
    mail = another("mail", world.service)
    runbook_steps.mark(incident, steps()[0], WORKED, by=world.alice, now=SOON)

    with pytest.raises(Refused, match="Somebody has begun with its steps"):
        runbook_steps.choose(incident, mail.pk, by=world.alice, now=SOON)

    assert book_of(incident).runbook.slug == "queue"


def test_only_what_is_offered_can_be_chosen_and_only_by_who_may_act(
    world: World, incident: Incident
) -> None:
    far = another("far", elsewhere(world))
    near = another("near", world.service)

    with pytest.raises(Refused, match="that are offered"):
        runbook_steps.choose(incident, far.pk, by=world.alice, now=SOON)
    with pytest.raises(Refused):
        runbook_steps.choose(incident, near.pk, by=world.frank, now=SOON)

    assert book_of(incident).origin == "service"
