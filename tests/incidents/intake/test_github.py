"""GitHub's documented events: what fails, what is deployed, weaknesses, and what opens nothing."""

import copy
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake.body import Unreadable
from incidents.intake.github import is_signed, parse
from incidents.intake.kind import Signed
from incidents.intake.signal import Made, Noted, Parcel, Post, Signal

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
REPOSITORY: dict[str, Any] = {
    "id": 186853002,
    "name": "Hello-World",
    "full_name": "Codertocat/Hello-World",
    "private": False,
    "html_url": "https://github.com/Codertocat/Hello-World",
    "default_branch": "master",
}
RUN: dict[str, Any] = {
    "action": "completed",
    "workflow_run": {
        "id": 289782451,
        "name": "Build",
        "head_branch": "master",
        "head_sha": "ec26c3e57ca3a959ca5aad62de7213c562f8c821",
        "event": "push",
        "display_title": "Update the prices",
        "status": "completed",
        "conclusion": "failure",
        "workflow_id": 159038,
        "html_url": "https://github.com/Codertocat/Hello-World/actions/runs/289782451",
        "updated_at": "2020-10-05T14:34:26Z",
        "head_commit": {"message": "Update the prices"},
        "head_repository": {"id": 186853002},
    },
    "repository": REPOSITORY,
}
SUITE: dict[str, Any] = {
    "action": "completed",
    "check_suite": {
        "id": 118578147,
        "head_branch": "master",
        "head_sha": "ec26c3e57ca3a959ca5aad62de7213c562f8c821",
        "status": "completed",
        "conclusion": "timed_out",
        "url": "https://api.github.com/repos/Codertocat/Hello-World/check-suites/118578147",
        "app": {"id": 29310, "name": "octocoders-linter"},
        "updated_at": "2019-05-15T15:21:14Z",
        "head_commit": {"message": "Initial commit"},
    },
    "repository": REPOSITORY,
}
DEPLOYMENT: dict[str, Any] = {
    "action": "created",
    "deployment_status": {
        "id": 220115096,
        "state": "success",
        "creator": {"login": "Codertocat"},
        "description": "",
        "environment": "production",
        "target_url": "https://ci.example.com/7",
        "created_at": "2019-05-15T15:20:53Z",
        "updated_at": "2019-05-15T15:20:53Z",
    },
    "deployment": {
        "id": 145988746,
        "sha": "f95f852bd8fca8fcc58a9a2d6c842781e32a215e",
        "ref": "v4.12",
        "environment": "production",
        "creator": {"login": "Codertocat"},
        "production_environment": True,
    },
    "repository": REPOSITORY,
}
DEPENDENCY: dict[str, Any] = {
    "action": "created",
    "alert": {
        "number": 12,
        "state": "open",
        "security_advisory": {
            "summary": "Prototype pollution in lodash",
            "description": "Versions before 4.17.12 can be changed.",
            "severity": "critical",
        },
        "html_url": "https://github.com/Codertocat/Hello-World/security/dependabot/12",
        "created_at": "2022-06-15T07:43:03Z",
        "updated_at": "2022-08-23T14:29:47Z",
    },
    "repository": REPOSITORY,
}
CODE: dict[str, Any] = {
    "action": "fixed",
    "alert": {
        "number": 10,
        "created_at": "2020-07-22T02:06:31Z",
        "updated_at": "2020-07-23T02:06:31Z",
        "html_url": "https://github.com/Codertocat/Hello-World/security/code-scanning/10",
        "state": "fixed",
        "rule": {
            "id": "Style/FrozenStringLiteralComment",
            "severity": "note",
            "security_severity_level": "high",
            "description": "desc",
            "full_description": "full desc",
        },
    },
    "repository": REPOSITORY,
}
SECRET: dict[str, Any] = {
    "action": "created",
    "alert": {
        "number": 42,
        "secret_type": "mailchimp_api_key",
        "secret_type_display_name": "Mailchimp API Key",
        "resolution": None,
        "created_at": "2023-01-15T02:06:31Z",
        "html_url": "https://github.com/Codertocat/Hello-World/security/secret-scanning/42",
    },
    "repository": REPOSITORY,
}
RELEASE: dict[str, Any] = {
    "action": "published",
    "release": {
        "id": 17372790,
        "html_url": "https://github.com/Codertocat/Hello-World/releases/tag/0.0.1",
        "tag_name": "0.0.1",
        "name": None,
        "author": {"login": "Codertocat"},
        "created_at": "2019-05-15T15:19:25Z",
        "published_at": "2019-05-15T15:20:53Z",
    },
    "repository": REPOSITORY,
}


def posted(event: str, payload: dict[str, Any]) -> Parcel:
    return parse(Post(payload, {"x-github-event": event}))


def only(event: str, payload: dict[str, Any]) -> Signal:
    (alert,) = posted(event, payload).alerts
    assert isinstance(alert, Signal)
    return alert


def with_run(**changes: Any) -> dict[str, Any]:
    whole = copy.deepcopy(RUN)
    whole["workflow_run"] |= changes
    return whole


def with_status(state: str) -> dict[str, Any]:
    whole = copy.deepcopy(DEPLOYMENT)
    whole["deployment_status"]["state"] = state
    return whole


@pytest.mark.parametrize(
    ("conclusion", "is_firing"),
    [("failure", True), ("timed_out", True), ("startup_failure", True), ("success", False)],
)
def test_a_workflow_of_the_default_branch_is_broken_until_it_succeeds(
    conclusion: str, *, is_firing: bool
) -> None:
    at = datetime(2020, 10, 5, 14, 34, 26, tzinfo=UTC)

    assert only("workflow_run", with_run(conclusion=conclusion)) == Signal(
        key="workflow_run:186853002:159038",
        name="Build failed on master of Hello-World",
        is_firing=is_firing,
        summary="Update the prices",
        service="Hello-World",
        severity=3,
        starts_at=at if is_firing else None,
        ends_at=None if is_firing else at,
        labels={"project": "Codertocat/Hello-World"},
        link="https://github.com/Codertocat/Hello-World/actions/runs/289782451",
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"head_branch": "mine"}, "another branch", id="branch"),
        pytest.param({"head_branch": None}, "another branch", id="no branch"),
        pytest.param({"head_repository": {"id": 7}}, "another branch", id="fork"),
        pytest.param({"event": "pull_request"}, "another branch", id="pull request"),
        pytest.param({"conclusion": "cancelled"}, "is cancelled", id="cancelled"),
        pytest.param({"conclusion": "action_required"}, "is action required", id="waiting"),
    ],
)
def test_other_runs_are_noted(changes: dict[str, Any], sentence: str) -> None:
    (alert,) = posted("workflow_run", with_run(**changes)).alerts

    assert isinstance(alert, Noted)
    assert sentence in alert.sentence


def test_a_run_that_has_not_finished_is_noted() -> None:
    payload = with_run(status="in_progress", conclusion=None) | {"action": "in_progress"}

    assert posted("workflow_run", payload).alerts == (
        Noted("“Build” is in progress. It opens no incident."),
    )


def test_all_checks_of_an_app_are_read() -> None:
    alert = only("check_suite", SUITE)

    assert alert.key == "check_suite:186853002:29310"
    assert alert.name == "octocoders-linter failed on master of Hello-World"
    assert alert.is_firing
    assert alert.link == "https://github.com/Codertocat/Hello-World"


def test_a_deployment_that_succeeds_is_a_change_and_ends_the_alert() -> None:
    parcel = posted("deployment_status", DEPLOYMENT)

    at = datetime(2019, 5, 15, 15, 20, 53, tzinfo=UTC)
    assert parcel.changes == (
        Made(
            key="deployment:186853002:145988746",
            title="Hello-World v4.12 is live on production",
            service="Hello-World",
            link="https://ci.example.com/7",
            made_at=at,
            made_by="Codertocat",
        ),
    )
    (ended,) = parcel.alerts
    assert isinstance(ended, Signal)
    assert (ended.is_firing, ended.ends_at) == (False, at)
    assert ended.key == only("deployment_status", with_status("failure")).key


@pytest.mark.parametrize("state", ["failure", "error"])
def test_a_deployment_that_fails_is_an_alert(state: str) -> None:
    assert only("deployment_status", with_status(state)) == Signal(
        key="deployment:186853002:production",
        name="Deployment of Hello-World to production failed",
        is_firing=True,
        service="Hello-World",
        severity=2,
        starts_at=datetime(2019, 5, 15, 15, 20, 53, tzinfo=UTC),
        labels={"project": "Codertocat/Hello-World"},
        link="https://ci.example.com/7",
    )


@pytest.mark.parametrize("state", ["pending", "in_progress", "queued", "inactive", "waiting"])
def test_a_deployment_under_way_is_noted(state: str) -> None:
    (alert,) = posted("deployment_status", with_status(state)).alerts

    assert isinstance(alert, Noted)


def test_a_preview_is_noted() -> None:
    payload = with_status("failure")
    payload["deployment"] |= {"transient_environment": True, "production_environment": False}

    assert posted("deployment_status", payload).alerts == (
        Noted("“production” is a preview. It opens no incident."),
    )


def test_a_published_release_is_a_change() -> None:
    assert posted("release", RELEASE) == Parcel(
        changes=(
            Made(
                key="release:186853002:17372790",
                title="Hello-World 0.0.1 is released",
                service="Hello-World",
                link="https://github.com/Codertocat/Hello-World/releases/tag/0.0.1",
                made_at=datetime(2019, 5, 15, 15, 20, 53, tzinfo=UTC),
                made_by="Codertocat",
            ),
        )
    )
    assert isinstance(posted("release", RELEASE | {"action": "edited"}).alerts[0], Noted)


@pytest.mark.parametrize(
    ("event", "payload", "key", "name", "is_firing", "severity"),
    [
        (
            "dependabot_alert",
            DEPENDENCY,
            "dependency:186853002:12",
            "Prototype pollution in lodash (Hello-World)",
            True,
            2,
        ),
        ("code_scanning_alert", CODE, "code:186853002:10", "desc (Hello-World)", False, 3),
        (
            "secret_scanning_alert",
            SECRET,
            "secret:186853002:42",
            "A secret has leaked: Mailchimp API Key (Hello-World)",
            True,
            2,
        ),
        (
            "dependabot_alert",
            DEPENDENCY | {"action": "auto_dismissed"},
            "dependency:186853002:12",
            "Prototype pollution in lodash (Hello-World)",
            False,
            2,
        ),
    ],
)
def test_weaknesses_are_alerts(
    event: str, payload: dict[str, Any], key: str, name: str, severity: int, *, is_firing: bool
) -> None:
    alert = only(event, payload)

    assert (alert.key, alert.name) == (key, name)
    assert (alert.is_firing, alert.severity) == (is_firing, severity)


@pytest.mark.parametrize(
    "action",
    ["reopened", "auto_reopened", "reintroduced", "reopened_by_user", "publicly_leaked"],
)
def test_a_weakness_that_is_open_again_begins_anew(action: str) -> None:
    """With its first beginning it would be news from before its end, and ignored."""
    changed = DEPENDENCY["alert"] | {"updated_at": "2026-11-21T14:29:00Z"}

    alert = only("dependabot_alert", DEPENDENCY | {"action": action, "alert": changed})

    assert (alert.is_firing, alert.starts_at) == (True, datetime(2026, 11, 21, 14, 29, tzinfo=UTC))


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ("ping", "GitHub's own test arrived. It opens no incident."),
        ("push", "GitHub's “push” opens no incident."),
        ("star", "GitHub's “star” opens no incident."),
    ],
)
def test_the_rest_is_noted(event: str, sentence: str) -> None:
    assert posted(event, {"zen": "Keep it logically awesome."}).alerts == (Noted(sentence),)


def test_a_form_with_the_json_in_one_field_is_read() -> None:
    assert posted("release", {"payload": json.dumps(RELEASE)}) == posted("release", RELEASE)


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [({}, "X-GitHub-Event"), ({"x-github-event": "release"}, "“repository” is missing")],
)
def test_what_is_none_is_refused(headers: dict[str, str], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        parse(Post({}, headers))


def test_the_secret_signs() -> None:
    # The example of GitHub's own documentation.
    headers = {
        "x-hub-signature-256": "sha256="
        "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    }
    secret = "It's a Secret to Everybody"

    assert is_signed(Signed(b"Hello, World!", headers, secret, NOW))
    assert not is_signed(Signed(b"Hello, World?", headers, secret, NOW))
    bare = hmac.new(secret.encode(), b"Hello, World!", hashlib.sha256).hexdigest()
    assert not is_signed(Signed(b"Hello, World!", {"x-hub-signature-256": bare}, secret, NOW))
