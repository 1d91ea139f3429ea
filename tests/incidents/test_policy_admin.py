"""Writing a version in the admin: read as it is typed, not saved if it could end with nobody."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from incidents.models import EscalationStep, PolicyVersion, Room, StepTarget
from incidents.operations import policies
from incidents.queries import policy_texts
from tests.world import World, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client, world: World) -> Client:
    client.force_login(make_person("Grace", is_administrator=True))
    return client


@pytest.fixture
def draft(world: World) -> PolicyVersion:
    version = policies.draft_next(world.version)
    version.steps.exclude(clock="acknowledge").delete()
    return version


def typed(draft: PolicyVersion, **changed: Any) -> dict[str, Any]:
    """The form of a draft as it stands, with what is changed."""
    form: dict[str, Any] = {
        "policy": draft.policy_id,
        "number": draft.number,
        "rationale": "Five minutes were too long.",
        "repeats": draft.repeats,
        "repeat_from": draft.repeat_from,
        "loop_minutes": draft.loop_minutes,
        "catch_all_minutes": draft.catch_all_minutes,
        "catch_all_rounds": draft.catch_all_rounds,
        "steps-INITIAL_FORMS": draft.steps.count(),
        "steps-TOTAL_FORMS": draft.steps.count(),
    }
    for place, step in enumerate(draft.steps.order_by("clock", "wait_minutes", "order")):
        target = step.targets.get()
        form |= {
            f"steps-{place}-{name}": value
            for name, value in {
                "id": step.pk,
                "version": draft.pk,
                "clock": step.clock,
                "order": step.order,
                "wait_minutes": step.wait_minutes,
                "anchor": step.anchor,
                "urgency": step.urgency,
                "ack_mode": step.ack_mode,
                "hours_read_in": step.hours_read_in,
                "kind": target.kind,
                "choose": target.choose,
                "role": target.role_id or "",
                "roster": target.roster_id or "",
            }.items()
        }
    return form | {name.replace("__", "-"): value for name, value in changed.items()}


def page_of(draft: PolicyVersion) -> str:
    return reverse("admin:incidents_policyversion_change", args=[draft.pk])


def preview_of(draft: PolicyVersion) -> str:
    return reverse("admin:incidents_policyversion_preview", args=[draft.pk])


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_draft_reads_as_sentences_on_its_page(
    administrator: Client, draft: PolicyVersion
) -> None:
    page = text(administrator.get(page_of(draft)))

    assert "If Payments broke now:" in page
    assert "It does the same as version 1." in page or "is gone" in page


def test_what_is_typed_is_read_at_once_and_not_kept(
    administrator: Client, draft: PolicyVersion
) -> None:
    form = typed(draft, **{"steps-1-wait_minutes": 2, "steps-1-mildest_severity": 1})

    read = text(administrator.post(preview_of(draft), form))

    assert "After 2 minutes: If nobody has acknowledged, we phone the backup for Payments." in read
    assert "For SEV2 and milder step 2 is left out" in read
    assert "Step 2 comes after 2 minutes. Before, it came after 5 minutes." in read
    assert draft.steps.get(order=2).wait_minutes == 5


def test_saving_keeps_the_steps_and_whom_they_tell(
    administrator: Client, draft: PolicyVersion, world: World
) -> None:
    form = typed(
        draft,
        **{
            "steps-2-kind": "role",
            "steps-2-role": world.director.pk,
            "steps-TOTAL_FORMS": 4,
            "steps-3-version": draft.pk,
            "steps-3-clock": "acknowledge",
            "steps-3-order": 4,
            "steps-3-wait_minutes": 20,
            "steps-3-anchor": "start",
            "steps-3-urgency": "urgent",
            "steps-3-ack_mode": "any",
            "steps-3-hours_read_in": "hours",
            "steps-3-kind": "person",
            "steps-3-choose": "on_call",
            "steps-3-person": world.carol.pk,
        },
    )

    response = administrator.post(page_of(draft), form)

    assert response.status_code == 302, text(response)
    assert StepTarget.objects.get(step__version=draft, step__order=3).role == world.director
    assert StepTarget.objects.get(step__version=draft, step__order=4).person == world.carol


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"steps-2-mildest_severity": 2}, "At any other time the calls would end with nobody"),
        ({f"steps-{n}-DELETE": "on" for n in range(3)}, "Nobody would be called."),
        ({"repeat_from": 7}, "It repeats from step 7, but there are only 3 steps."),
        ({"steps-1-kind": ""}, "Choose whom it tells."),
        ({"rationale": ""}, "Fill this in."),
        ({"steps-1-least_alerts": 3}, "Say how many alerts and within how many minutes"),
    ],
    ids=["ends with nobody", "nobody", "no such step", "tells nobody", "no reason", "half"],
)
def test_what_could_end_with_nobody_is_not_saved(
    administrator: Client, draft: PolicyVersion, changed: dict[str, Any], said: str
) -> None:
    form = typed(draft, **changed)
    if changed.get("steps-1-kind") == "":
        form |= {"steps-1-roster": "", "steps-1-role": ""}

    response = administrator.post(page_of(draft), form)

    assert response.status_code == 200
    assert said in text(response)
    assert EscalationStep.objects.filter(version=draft).count() == 3
    draft.refresh_from_db()
    assert draft.rationale == ""


def test_a_step_tells_several(administrator: Client, draft: PolicyVersion, world: World) -> None:
    also = {"steps-1-kind_2": "role", "steps-1-role_2": world.director.pk}
    also |= {"steps-1-kind_3": "person", "steps-1-person_3": world.frank.pk}
    step = draft.steps.get(order=2)

    administrator.post(page_of(draft), typed(draft, **also))
    names = [str(one) for one in step.targets.order_by("pk")]
    fewer = {"steps-1-kind_2": "person", "steps-1-person_2": world.frank.pk}
    administrator.post(page_of(draft), typed_again(draft, **fewer))

    assert names[1:] == [str(world.director), str(world.frank)]
    assert [one.person for one in step.targets.order_by("pk")][1:] == [world.frank]


def typed_again(draft: PolicyVersion, **changed: Any) -> dict[str, Any]:
    """As `typed`, for steps that tell several: the first of each."""
    extra = StepTarget.objects.filter(step__version=draft).order_by("step", "pk")
    first = extra.distinct("step").values("pk")
    kept = list(extra.exclude(pk__in=first))
    StepTarget.objects.filter(pk__in=[one.pk for one in kept]).delete()
    form = typed(draft, **changed)
    StepTarget.objects.bulk_create(kept)
    return form


def test_a_target_that_names_nobody_is_not_saved(
    administrator: Client, draft: PolicyVersion
) -> None:
    response = administrator.post(page_of(draft), typed(draft, **{"steps-1-kind_2": "team"}))

    assert response.status_code == 200
    assert "Choose the team." in text(response)


@pytest.mark.parametrize(
    ("order", "way", "told"),
    [(2, "up", [2, 1, 3]), (2, "down", [1, 3, 2]), (1, "up", [1, 2, 3])],
    ids=["sooner", "later", "the first"],
)
def test_a_step_moves_to_the_time_of_its_neighbor(
    administrator: Client, draft: PolicyVersion, order: int, way: str, told: list[int]
) -> None:
    steps = {step.order: step.pk for step in draft.steps.all()}
    form = typed(draft) | {"_move": f"{way}:{steps[order]}"}

    response = administrator.post(page_of(draft), form)

    assert response.status_code == 302
    now = draft.steps.order_by("wait_minutes").values_list("pk", "wait_minutes")
    assert list(now) == [(steps[one], wait) for one, wait in zip(told, (0, 5, 15), strict=True)]


def test_a_step_does_not_move_where_the_calls_would_end_with_nobody(
    administrator: Client, draft: PolicyVersion
) -> None:
    step = draft.steps.get(order=2)
    form = typed(draft, **{"steps-1-mildest_severity": 2}) | {"_move": f"down:{step.pk}"}

    response = administrator.post(page_of(draft), form, follow=True)

    assert "At any other time the calls would end with nobody" in text(response)
    step.refresh_from_db()
    assert step.wait_minutes == 5


def test_a_draft_is_published_where_it_is_written(
    administrator: Client, draft: PolicyVersion
) -> None:
    response = administrator.post(page_of(draft), typed(draft) | {"_publish": "1"}, follow=True)

    draft.refresh_from_db()
    assert draft.published_at is not None
    assert "holds now." in text(response)
    assert "Write the next version" in text(response)


def test_the_next_version_is_begun_where_the_last_is_read(
    administrator: Client, world: World
) -> None:
    address = reverse("admin:incidents_policyversion_next", args=[world.version.pk])

    looked = administrator.get(address)
    once = administrator.post(address)
    twice = administrator.post(address)

    assert looked.status_code == 405
    assert once["Location"] == twice["Location"]
    assert PolicyVersion.objects.filter(published_at=None).count() == 1


def test_a_new_version_is_read_before_it_is_there(administrator: Client, world: World) -> None:
    form = typed(world.version, number=2)
    form |= {"steps-INITIAL_FORMS": 0, "steps-TOTAL_FORMS": 1, "steps-0-id": ""}
    form |= {"steps-0-clock": "acknowledge", "steps-0-order": 1, "steps-0-wait_minutes": 0}
    form |= {"steps-0-anchor": "start", "steps-0-kind": "person", "steps-0-roster": ""}
    form |= {"steps-0-person": world.carol.pk, "steps-0-role": "", "steps-0-version": ""}

    read = text(administrator.post(reverse("admin:incidents_policyversion_preview_new"), form))

    assert "phone Carol Example" in read
    assert PolicyVersion.objects.count() == 1


def test_a_published_version_is_read_only(administrator: Client, world: World) -> None:
    page = text(administrator.get(page_of(world.version)))

    assert "the backup for Payments on call" in page
    assert "Save" not in page or "submit-row" not in page


def test_the_preview_is_for_those_who_may_write(world: World, draft: PolicyVersion) -> None:
    stranger = Client()
    stranger.force_login(world.frank)

    assert stranger.post(preview_of(draft), typed(draft)).status_code in (302, 403)


def test_a_version_is_copied_to_a_policy_of_its_own(administrator: Client, world: World) -> None:
    administrator.post(
        reverse("admin:incidents_policyversion_changelist"),
        {"action": "copy_to_new", "_selected_action": [world.version.pk]},
    )

    assert PolicyVersion.objects.get(policy__name="Payments, copy").published_at is None


def test_a_step_can_tell_a_room_beside_people(
    administrator: Client, draft: PolicyVersion, world: World
) -> None:
    room = Room.objects.create(name="#payments", team=world.team, address="C1")
    form = typed(draft, **{"steps-0-kind_2": "room", "steps-0-room_2": room.pk})

    response = administrator.post(page_of(draft), form)

    assert response.status_code == 302, text(response)
    assert StepTarget.objects.get(step__version=draft, kind="room").room == room
    read = text(administrator.get(page_of(draft)))
    assert "We also tell the room #payments." in read
    assert "Step 1 also tells the room #payments now." in read


def test_a_step_that_tells_only_a_room_is_not_saved(
    administrator: Client, draft: PolicyVersion, world: World
) -> None:
    room = Room.objects.create(name="#payments", team=world.team, address="C1")
    form = typed(draft, **{"steps-2-kind": "room", "steps-2-room": room.pk})

    response = administrator.post(page_of(draft), form)

    assert response.status_code == 200
    assert "Step 3 tells only the room #payments. Nobody is woken by a room" in text(response)
    assert not StepTarget.objects.filter(kind="room").exists()


def test_steps_are_folded_but_for_those_with_something_wrong(
    administrator: Client, draft: PolicyVersion
) -> None:
    page = text(administrator.get(page_of(draft)))
    wrong = text(
        administrator.post(page_of(draft), typed(draft, **{"steps-1-wait_minutes": "soon"}))
    )

    assert page.count('<details class="step" open>') == 1  # the empty one that script copies
    assert "After 5 minutes: the backup for Payments" in page
    assert wrong.count('<details class="step" open>') == 2
    assert "Something is wrong here." in wrong


def test_steps_are_numbered_within_their_clock_as_on_every_page(
    administrator: Client, world: World
) -> None:
    world.version.steps.filter(clock="acknowledge", order=1).update(wait_minutes=60)

    page = text(administrator.get(page_of(world.version)))
    rows = text(administrator.get(reverse("admin:incidents_escalationstep_changelist")))

    names = re.findall(r'inline_label">([^<]+)<', page)
    assert names == [
        *(f"Acknowledge, step {n}" for n in (1, 2, 3)),
        *(f"{clock}, step 1" for clock in ("Contain", "Post an update", "Publish the review")),
    ]
    found = re.findall(r'field-number">(?:<a [^>]+>)?(\d+)<', rows)
    assert found == ["1", "2", "3", "1", "1", "1"]
    told = {
        step.clock: step.number
        for step in policy_texts.texts_of([world.version])[world.version.pk].steps
    }
    assert told == {"acknowledge": 3, "contain": 1, "update": 1, "review": 1}


def test_a_step_that_nobody_counted_says_when_it_comes(world: World) -> None:
    names = [str(step) for step in world.version.steps.order_by("order")]

    assert names[:2] == ["Acknowledge, at once", "Acknowledge, after 5 minutes"]
    assert names[3] == "Contain, when the time is over"
