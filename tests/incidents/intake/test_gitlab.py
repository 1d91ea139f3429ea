"""GitLab's documented events: pipelines, deployments, releases, incidents, and the rest."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from incidents.intake.body import Unreadable
from incidents.intake.gitlab import is_signed, parse
from incidents.intake.kind import Signed
from incidents.intake.signal import Made, Noted, Parcel, Post, Signal

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
PROJECT: dict[str, Any] = {
    "id": 1,
    "name": "Gitlab Test",
    "web_url": "http://192.168.64.1:3005/gitlab-org/gitlab-test",
    "namespace": "Gitlab Org",
    "path_with_namespace": "gitlab-org/gitlab-test",
    "default_branch": "master",
}
PIPELINE: dict[str, Any] = {
    "object_kind": "pipeline",
    "object_attributes": {
        "id": 31,
        "iid": 3,
        "ref": "master",
        "tag": False,
        "source": "merge_request_event",
        "status": "failed",
        "created_at": "2016-08-12 15:23:28 UTC",
        "finished_at": "2016-08-12 15:26:29 UTC",
        "url": "http://example.com/gitlab-org/gitlab-test/-/pipelines/31",
    },
    "merge_request": {"id": 1, "source_project_id": 1, "target_project_id": 1},
    "user": {"id": 1, "name": "Administrator", "username": "root"},
    "project": PROJECT,
    "commit": {"id": "bcbb5ec396a2", "message": "test\n"},
    "builds": [
        {"id": 380, "name": "production", "status": "skipped", "allow_failure": False},
        {"id": 378, "name": "test-build", "status": "failed", "allow_failure": False},
        {"id": 379, "name": "spelling", "status": "failed", "allow_failure": True},
    ],
}
DEPLOYMENT: dict[str, Any] = {
    "object_kind": "deployment",
    "status": "success",
    "status_changed_at": "2021-04-28 21:50:00 +0200",
    "deployment_id": 15,
    "deployable_id": 796,
    "deployable_url": "http://10.126.0.2:3000/root/test-deployment-webhooks/-/jobs/796",
    "environment": "staging",
    "environment_tier": "staging",
    "project": PROJECT,
    "short_sha": "279484c0",
    "user": {"id": 1, "name": "Administrator", "username": "root"},
    "commit_title": "Add new file",
    "ref": "1.0",
}
RELEASE: dict[str, Any] = {
    "id": 1,
    "created_at": "2020-11-02 12:55:12 UTC",
    "description": "v1.1 has been released",
    "name": "v1.1",
    "released_at": "2020-11-02 12:55:12 UTC",
    "tag": "v1.1",
    "object_kind": "release",
    "project": PROJECT,
    "url": "https://example.com/gitlab-org/release-webhook-example/-/releases/v1.1",
    "action": "create",
}
INCIDENT: dict[str, Any] = {
    "object_kind": "issue",
    "event_type": "issue",
    "user": {"id": 1, "name": "Administrator"},
    "project": PROJECT,
    "object_attributes": {
        "id": 301,
        "iid": 23,
        "title": "Checkout is slow",
        "description": "95 % of answers take more than 2 seconds.",
        "created_at": "2013-12-03T17:15:43Z",
        "closed_at": None,
        "type": "Incident",
        "state": "opened",
        "severity": "high",
        "url": "http://example.com/diaspora/issues/23",
        "action": "open",
    },
}

FLAG: dict[str, Any] = {
    "object_kind": "feature_flag",
    "project": PIPELINE["project"],
    "user": {"id": 1, "name": "Administrator", "username": "root"},
    "user_url": "http://example.com/root",
    "object_attributes": {"id": 6, "name": "dark-mode", "description": "", "active": True},
}
ALERT: dict[str, Any] = {
    "object_kind": "alert",
    "project": PIPELINE["project"],
    "user": None,
    "object_attributes": {
        "title": "Errors are many",
        "url": "http://example.com/gitlab-org/gitlab-test/-/alert_management/7/details",
        "severity": "critical",
        "events": 1,
        "status": "triggered",
        "started_at": "2026-11-21 14:29:00 UTC",
    },
}


def changed(payload: dict[str, Any], **changes: Any) -> dict[str, Any]:
    whole = copy.deepcopy(payload)
    whole["object_attributes"] |= changes
    return whole


def only(payload: dict[str, Any]) -> Signal:
    (alert,) = parse(Post(payload)).alerts
    assert isinstance(alert, Signal)
    return alert


@pytest.mark.parametrize(("status", "is_firing"), [("failed", True), ("success", False)])
def test_a_pipeline_of_the_default_branch_is_broken_until_one_succeeds(
    status: str, *, is_firing: bool
) -> None:
    at = datetime(2016, 8, 12, 15, 26, 29, tzinfo=UTC)

    assert only(changed(PIPELINE, status=status)) == Signal(
        key="pipeline:1:master",
        name="Pipeline failed on master of Gitlab Test",
        is_firing=is_firing,
        summary="Failed: test-build.",
        service="gitlab-test",
        severity=3,
        starts_at=at if is_firing else None,
        ends_at=None if is_firing else at,
        labels={"project": "gitlab-org/gitlab-test"},
        link="http://example.com/gitlab-org/gitlab-test/-/pipelines/31",
    )


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        pytest.param(changed(PIPELINE, ref="mine"), "another branch", id="branch"),
        pytest.param(changed(PIPELINE, tag=True), "another branch", id="tag"),
        pytest.param(
            PIPELINE | {"merge_request": {"source_project_id": 2, "target_project_id": 1}},
            "another branch",
            id="fork",
        ),
        pytest.param(changed(PIPELINE, status="running"), "is running", id="running"),
        pytest.param(changed(PIPELINE, status="canceled"), "is canceled", id="canceled"),
        pytest.param(DEPLOYMENT | {"status": "running"}, "is running", id="deployment"),
        pytest.param(DEPLOYMENT | {"environment": "review/x"}, "is a preview", id="preview"),
        pytest.param(RELEASE | {"action": "update"}, "was changed", id="release"),
        pytest.param(changed(INCIDENT, type="Issue"), "no incident of GitLab's", id="issue"),
        pytest.param(changed(INCIDENT, action="update"), "no incident of GitLab's", id="edited"),
        pytest.param({"object_kind": "push"}, "GitLab's “push” opens no incident.", id="push"),
        pytest.param({"object_kind": "build"}, "GitLab's “build” opens no", id="job"),
        pytest.param({"event_name": "project_create"}, "opens no incident", id="system hook"),
    ],
)
def test_the_rest_is_noted(payload: dict[str, Any], sentence: str) -> None:
    (alert,) = parse(Post(payload)).alerts

    assert isinstance(alert, Noted)
    assert sentence in alert.sentence


def test_a_deployment_that_succeeds_is_a_change_and_ends_the_alert() -> None:
    parcel = parse(Post(DEPLOYMENT))

    assert parcel.changes == (
        Made(
            key="deployment:1:15",
            title="Gitlab Test 1.0 is live on staging",
            service="gitlab-test",
            link="http://10.126.0.2:3000/root/test-deployment-webhooks/-/jobs/796",
            made_at=datetime(2021, 4, 28, 19, 50, tzinfo=UTC),
            made_by="Administrator",
        ),
    )
    (ended,) = parcel.alerts
    assert isinstance(ended, Signal)
    assert not ended.is_firing
    assert ended.key == only(DEPLOYMENT | {"status": "failed"}).key


@pytest.mark.parametrize(("tier", "severity"), [("staging", 3), ("production", 2)])
def test_a_deployment_that_fails_is_an_alert(tier: str, severity: int) -> None:
    alert = only(DEPLOYMENT | {"status": "failed", "environment_tier": tier})

    assert alert.is_firing
    assert alert.key == "deployment:1:staging"
    assert alert.name == "Deployment of Gitlab Test to staging failed"
    assert (alert.summary, alert.severity) == ("Add new file", severity)


def test_a_release_is_a_change() -> None:
    assert parse(Post(RELEASE)) == Parcel(
        changes=(
            Made(
                key="release:1:1",
                title="Gitlab Test v1.1 is released",
                service="gitlab-test",
                link="https://example.com/gitlab-org/release-webhook-example/-/releases/v1.1",
                made_at=datetime(2020, 11, 2, 12, 55, 12, tzinfo=UTC),
            ),
        )
    )


@pytest.mark.parametrize(
    ("action", "is_firing"), [("open", True), ("reopen", True), ("close", False)]
)
def test_an_incident_of_gitlab_is_an_alert(action: str, *, is_firing: bool) -> None:
    alert = only(changed(INCIDENT, action=action))

    assert (alert.key, alert.is_firing, alert.severity) == ("incident:1:23", is_firing, 2)
    assert alert.name == "Checkout is slow"
    assert alert.link == "http://example.com/diaspora/issues/23"


def test_an_incident_that_is_open_again_begins_anew() -> None:
    """With its first beginning it would be news from before its end, and ignored."""
    again = only(changed(INCIDENT, action="reopen", updated_at="2026-11-21 14:29:00 UTC"))

    assert again.starts_at == datetime(2026, 11, 21, 14, 29, tzinfo=UTC)


def switched(delivery: str, *, is_on: bool) -> Made:
    payload = FLAG | {"object_attributes": FLAG["object_attributes"] | {"active": is_on}}
    (made,) = parse(Post(payload, {"x-gitlab-event-uuid": delivery})).changes
    return made


def test_a_feature_flag_is_a_change_each_time_it_is_switched() -> None:
    assert switched("d1", is_on=True) == Made(
        key="flag:1:6:on:d1",
        title="“dark-mode” of Gitlab Test is on",
        kind="switch",
        service="gitlab-test",
        link="http://192.168.64.1:3005/gitlab-org/gitlab-test",
        made_by="Administrator",
    )
    assert switched("d2", is_on=False).title == "“dark-mode” of Gitlab Test is off"
    assert switched("d1", is_on=True).key != switched("d3", is_on=True).key


@pytest.mark.parametrize(
    ("status", "is_firing"), [("triggered", True), ("resolved", False), ("ignored", False)]
)
def test_an_alert_of_gitlab_is_one(status: str, *, is_firing: bool) -> None:
    alert = only(changed(ALERT, status=status))

    assert (alert.name, alert.is_firing, alert.severity) == ("Errors are many", is_firing, 1)
    assert alert.key == only(ALERT).key


def test_an_alert_that_somebody_took_on_is_noted() -> None:
    (alert,) = parse(Post(changed(ALERT, status="acknowledged"))).alerts

    assert alert == Noted("“Errors are many” is acknowledged in GitLab.")


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [({}, "“object_kind” is missing"), ({"object_kind": "pipeline"}, "“project” is missing")],
)
def test_what_is_none_is_refused(payload: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        parse(Post(payload))


@pytest.mark.parametrize(
    ("token", "is_right"), [("s3cret", True), ("S3cret", False), ("", False), ("é", False)]
)
def test_the_secret_token_must_be_the_same(token: str, *, is_right: bool) -> None:
    assert is_signed(Signed(b"{}", {"x-gitlab-token": token}, "s3cret", NOW)) == is_right
