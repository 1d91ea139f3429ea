"""Rules as a reviewed file: all of it or nothing, by the same checks, and twice changes nothing."""

from typing import Any

import pytest
import yaml
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from config.portal.refusals import Refused
from incidents.intake import policy_file
from incidents.models import (
    EscalationPolicy,
    EscalationStep,
    PolicyVersion,
    ResponseTarget,
    Route,
)
from incidents.models.history import RouteEvent
from incidents.operations import policies, policy_files
from incidents.operations.policy_files import Outcome, Unfit
from incidents.queries import policy_files as reading
from rosters.logic.roles import Role
from rosters.models import Person
from tests.races import together
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(world: World) -> Person:
    world.erin.groups.add(Group.objects.get_or_create(name=Role.SERVICE_OWNER.value)[0])
    return world.erin


def exported() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(policy_file.write(reading.as_file()))
    return found


def act(name: str, file: dict[str, Any], *, by: Person) -> Outcome:
    read = policy_file.read(yaml.safe_dump(file, allow_unicode=True))
    found: Outcome = getattr(policy_files, name)(read, by=by, now=NOW)
    return found


def lines(outcome: Outcome) -> list[str]:
    return [line for change in outcome.changes for line in change.lines]


def test_what_holds_is_written_and_changes_nothing(world: World, keeper: Person) -> None:
    file = exported()

    outcome = act("apply", file, by=keeper)

    assert outcome == Outcome((), ())
    assert PolicyVersion.objects.count() == 1
    assert file["policies"]["payments"]["steps"][1] == {
        "after": 5,
        "tell": [{"roster": "payments-on-call", "choose": "backup"}],
    }
    assert file["routes"] == [{"policy": "payments"}]
    assert {"promise": "review", "severity": 1, "working_days": 5} in file["targets"]


def test_a_plan_says_what_would_change_and_changes_nothing(world: World, keeper: Person) -> None:
    file = exported()
    file["policies"]["payments"] |= {"why": "The backup wakes faster now."}
    file["policies"]["payments"]["steps"][1]["after"] = 3

    outcome = act("plan", file, by=keeper)

    assert lines(outcome) == [
        "Version 2: The backup wakes faster now.",
        "Step 2 comes after 3 minutes. Before, it came after 5 minutes.",
    ]
    assert PolicyVersion.objects.count() == 1
    assert list(EscalationStep.objects.order_by("order").values_list("wait_minutes", flat=True))[
        :3
    ] == [0, 5, 15]


def test_applied_it_is_the_next_version_and_twice_it_is_nothing(
    world: World, keeper: Person
) -> None:
    file = exported()
    file["policies"]["payments"] |= {"why": "The backup wakes faster now."}
    file["policies"]["payments"]["steps"][1]["after"] = 3

    act("apply", file, by=keeper)
    again = act("apply", file, by=keeper)

    version = PolicyVersion.objects.get(number=2)
    assert (version.published_at, version.published_by) == (NOW, keeper)
    assert (version.rationale, version.based_on) == ("The backup wakes faster now.", world.version)
    assert again.changes == ()
    assert exported()["policies"]["payments"]["version"] == 2


def test_a_change_without_a_reason_of_its_own_is_refused(world: World, keeper: Person) -> None:
    file = exported()
    file["policies"]["payments"]["repeats"] = 2

    with pytest.raises(Unfit, match="payments → why: say why it changes"):
        act("apply", file, by=keeper)


def test_what_somebody_changed_meanwhile_is_not_overwritten(world: World, keeper: Person) -> None:
    file = exported()
    file["policies"]["payments"] |= {"why": "Mine.", "repeats": 3}
    theirs = policies.draft_next(world.version)
    PolicyVersion.objects.filter(pk=theirs.pk).update(rationale="Theirs.", repeats=2)
    policies.publish(theirs, by=world.carol, now=NOW)

    with pytest.raises(Unfit, match="version 2 by Carol Example holds by now"):
        act("apply", file, by=keeper)
    assert PolicyVersion.objects.count() == 2


def test_every_unknown_name_is_said_at_once_with_what_was_meant(
    world: World, keeper: Person
) -> None:
    file = exported()
    steps = file["policies"]["payments"]["steps"]
    steps[0]["tell"] = [{"roster": "payment-on-call"}, {"person": "nobody@example.org"}]
    steps[1] |= {"only": {"impact": "fire", "hours": "the night"}, "decides": ["run"]}
    file["policies"]["payments"]["why"] = "A test."
    file["routes"].append({"policy": "paymnts", "service": "search"})

    with pytest.raises(Unfit) as caught:
        act("apply", file, by=keeper)

    said = caught.value.problems
    assert said[0] == (
        "policies → payments → steps → number 1 → tell: there is no roster “payment-on-call”."
        " Did you mean “payments-on-call”?"
    )
    assert [one.split("there is no ")[1].split("“")[0] for one in said] == [
        "roster ",
        "person with the address ",
        "kind of harm ",
        "named hours ",
        "decision ",
        "service ",
        "policy ",
    ]
    assert PolicyVersion.objects.count() == 1


def test_calls_that_could_end_with_nobody_are_refused_as_in_the_admin(
    world: World, keeper: Person
) -> None:
    file = exported()
    part = file["policies"]["payments"]
    part["why"] = "A test."
    part["steps"] = [one for one in part["steps"] if one.get("clock")]

    with pytest.raises(Unfit, match="payments: Nobody would be called"):
        act("apply", file, by=keeper)


def test_a_new_policy_with_its_route(world: World, keeper: Person) -> None:
    file = exported()
    file["policies"]["night"] = {
        "name": "At night",
        "why": "Fewer people at night.",
        "until_acknowledged": True,
        "steps": [
            {"tell": [{"person": "Alice@Example.org"}], "each_acknowledges": True},
            {"clock": "contain", "late": True, "tell": [{"role": "engineering-director"}]},
        ],
    }
    file["routes"].append({"policy": "night", "service": "payments", "severity": 1})

    outcome = act("apply", file, by=keeper)

    version = PolicyVersion.objects.get(policy__slug="night")
    assert (version.number, version.until_acknowledged) == (1, True)
    assert Route.objects.get(service=world.service).policy == version.policy
    assert "Payments at SEV1 goes by “At night” now." in lines(outcome)
    assert lines(outcome)[0] == "It is new: Fewer people at night."
    assert "At once we call Alice Example." in lines(outcome)
    event: Any = RouteEvent.objects.latest("pk")
    assert event.pgh_context["reason"] == "From a file of policies"


def test_routes_become_what_the_file_says(world: World, keeper: Person) -> None:
    other = policies.copy_to_new(world.version, name="Other", by=keeper)
    PolicyVersion.objects.filter(pk=other.pk).update(rationale="A copy.")
    policies.publish(PolicyVersion.objects.get(pk=other.pk), by=keeper, now=NOW)
    Route.objects.create(policy=other.policy, service=world.service)
    file = exported()
    file["routes"] = [{"policy": "other"}]

    outcome = act("apply", file, by=keeper)

    assert lines(outcome) == [
        "Payments goes by no rule of its own any more.",
        "Everything else goes by “Other” now. Before, it went by “Payments”.",
    ]
    assert Route.objects.get().policy == other.policy


def test_the_route_of_everything_cannot_be_left_out(world: World, keeper: Person) -> None:
    file = exported() | {"routes": [{"policy": "payments", "service": "payments"}]}

    with pytest.raises(Unfit, match="keep one without service, severity and impact"):
        act("apply", file, by=keeper)
    assert Route.objects.get().service is None


def test_the_same_said_twice_is_refused(world: World, keeper: Person) -> None:
    file = exported()
    file["routes"].append(dict(file["routes"][0]))
    file["targets"].append({"promise": "review", "severity": 1, "minutes": 9})

    with pytest.raises(Unfit) as caught:
        act("apply", file, by=keeper)

    assert caught.value.problems[0] == "routes → number 2: the same is said above."
    assert "targets → number" in caught.value.problems[1]


def test_promised_times_become_what_the_file_says(world: World, keeper: Person) -> None:
    file = exported()
    kept = [one for one in file["targets"] if one["severity"] == 1 and one["promise"] != "update"]
    kept[0] = {"promise": "acknowledge", "severity": 1, "minutes": 4}
    file["targets"] = [*kept, {"promise": "contain", "severity": 4, "tier": 3, "working_days": 2}]

    outcome = act("apply", file, by=keeper)

    assert ResponseTarget.objects.count() == len(kept) + 1
    assert "Promised: Acknowledge SEV1 within 4 minutes. Before: Acknowledge SEV1 within 5" in (
        " ".join(lines(outcome))
    )
    assert "Nothing is promised any more: Post an update SEV1 within 20 minutes." in lines(outcome)


def test_what_the_file_leaves_out_as_a_whole_stays(world: World, keeper: Person) -> None:
    outcome = act("apply", {"muster": 1}, by=keeper)

    assert outcome == Outcome((), ("Payments",))
    assert Route.objects.count() == 1
    assert ResponseTarget.objects.exists()


def test_a_name_that_another_policy_has_is_refused(world: World, keeper: Person) -> None:
    other = EscalationPolicy.objects.create(name="Other", slug="other")
    file = exported()
    file["policies"]["payments"]["name"] = "OTHER"

    with pytest.raises(Unfit, match="another policy is called “OTHER” already"):
        act("apply", file, by=keeper)
    other.delete()
    outcome = act("apply", file, by=keeper)
    assert lines(outcome) == ["It was called “Payments”."]


def test_only_those_who_keep_policies_may(world: World) -> None:
    with pytest.raises(Refused, match="Only administrators and service owners"):
        act("plan", exported(), by=world.frank)


def test_the_command_writes_plans_and_applies(
    world: World, keeper: Person, tmp_path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("policies", "export")
    written = capsys.readouterr().out
    path = tmp_path / "rules.yaml"
    file = yaml.safe_load(written)
    file["policies"]["payments"] |= {"why": "Twice.", "repeats": 2}
    path.write_text(yaml.safe_dump(file), encoding="utf-8")

    with pytest.raises(SystemExit) as caught:
        call_command("policies", "plan", str(path), "--by", keeper.email, "--check")
    planned = capsys.readouterr().out
    call_command("policies", "apply", str(path), "--by", keeper.email)
    applied = capsys.readouterr().out
    call_command("policies", "plan", str(path), "--by", keeper.email, "--check")

    assert caught.value.code == 2
    assert "This is what would change." in planned
    assert "It holds from now on." in applied
    assert "The file says what holds already." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [("muster: 3", "muster: input should be 1"), (None, "cannot be read"), (b"\xff", "in UTF-8")],
)
def test_the_command_says_what_is_wrong_with_a_file(
    world: World, keeper: Person, tmp_path, text: str | bytes | None, said: str
) -> None:
    path = tmp_path / "rules.yaml"
    if text is not None:
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    with pytest.raises(CommandError, match=said):
        call_command("policies", "plan", str(path), "--by", keeper.email)


def test_the_command_needs_somebody_who_does_it(world: World, tmp_path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("muster: 1", encoding="utf-8")

    with pytest.raises(CommandError, match="Nobody has the e-mail address"):
        call_command("policies", "plan", str(path), "--by", "x@example.org")


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_it_at_once_make_one_version(world: World, keeper: Person) -> None:
    file = exported()
    file["policies"]["payments"] |= {"why": "Twice.", "repeats": 2}

    found = together(*(lambda: act("apply", file, by=keeper) for _ in range(2)))

    assert sorted(len(one.changes) for one in found) == [0, 1]
    assert list(PolicyVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
