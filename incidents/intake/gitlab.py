"""GitLab's webhooks: pipelines of the default branch, deployments, releases, feature flags, and
what it calls incidents and alerts itself.

`object_kind` says what a post is about.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from incidents.enums import ChangeKind
from incidents.intake import fields, forge, moments, signatures
from incidents.intake.body import Unreadable
from incidents.intake.forge import Deployment, Event, Project
from incidents.intake.kind import Door, Guide, Kind, Signed, Snippet
from incidents.intake.signal import Made, Parcel, Post, alone, noted, severity_level

TOKEN = "x-gitlab-token"  # noqa: S105  # the name of a header
DONE = ("failed", "success")
OPENS = ("open", "reopen")
BEGAN = {"open": "created_at", "reopen": "updated_at", "close": "closed_at"}
FLAG = "feature_flag"
DELIVERY = "x-gitlab-event-uuid"
ALERT_OVER = ("resolved", "ignored")


def parse(post: Post) -> Parcel:
    """The one thing that a post is about; most events open nothing."""
    kind = fields.line(post.payload, "object_kind", "event_name")
    if not kind:
        raise Unreadable("“object_kind” is missing. This is no webhook of GitLab.")
    if kind == FLAG:
        delivery = fields.spare(post.headers, DELIVERY)
        return _switched(_project(post.payload), post.payload, delivery)
    if kind not in READERS:
        return noted(f"GitLab's “{kind}” opens no incident.")
    return READERS[kind](_project(post.payload), post.payload)


def _pipeline(project: Project, payload: Mapping[str, Any]) -> Parcel:
    found = fields.inside(payload, "object_attributes")
    ref, status = fields.line(found, "ref"), fields.line(found, "status")
    if status not in DONE:
        return forge.unfinished("A pipeline", status)
    if not _is_ours(payload, found):
        return forge.elsewhere("A pipeline")
    event = Event(
        kind="pipeline",
        apart=ref,
        name=f"Pipeline failed on {ref} of {project.name}",
        is_firing=status == "failed",
        at=moments.instant(found, "finished_at", "created_at"),
        summary=_failed_jobs(payload)
        or fields.text(fields.inside(payload, "commit"), "title", "message"),
        link=fields.link(found, "url") or _page(payload),
    )
    return alone(forge.alert(project, event))


def _failed_jobs(payload: Mapping[str, Any]) -> str:
    """The names of what made the pipeline fail."""
    jobs = [job for job in fields.items(payload, "builds") if isinstance(job, dict)]
    failed = [job for job in jobs if fields.line(job, "status") == "failed"]
    counted = [job for job in failed if not fields.is_true(job, "allow_failure")]
    names = ", ".join(fields.line(job, "name") for job in counted[:10])
    return f"Failed: {names}."[: fields.SUMMARY_LENGTH] if names else ""


def _deployment(project: Project, payload: Mapping[str, Any]) -> Parcel:
    status, where = fields.line(payload, "status"), fields.line(payload, "environment")
    if status not in DONE:
        return forge.unfinished("A deployment", status)
    if where.startswith("review/"):
        return forge.preview(where)
    found = Deployment(
        pk=fields.word(payload, "deployment_id"),
        where=where,
        version=fields.line(payload, "ref", "short_sha"),
        is_production="production" in (where, fields.line(payload, "environment_tier")),
        has_failed=status == "failed",
        at=moments.instant(payload, "status_changed_at"),
        made_by=fields.line(fields.inside(payload, "user"), "name", "username"),
        summary=fields.text(payload, "commit_title"),
        link=fields.link(payload, "deployable_url", "commit_url") or _page(payload),
    )
    return forge.deployed(project, found)


def _release(project: Project, payload: Mapping[str, Any]) -> Parcel:
    if fields.line(payload, "action") != "create":
        return noted("A release was changed. Only its creation is a change.")
    made = Made(
        key=fields.word(payload, "id"),
        title=fields.line(payload, "name", "tag"),
        link=fields.link(payload, "url", most=fields.CHANGE_LINK_LENGTH),
        made_at=moments.instant(payload, "released_at", "created_at"),
    )
    return forge.released(project, made)


def _issue(project: Project, payload: Mapping[str, Any]) -> Parcel:
    """GitLab turns its own alerts into issues of the type Incident."""
    found = fields.inside(payload, "object_attributes")
    action = fields.line(found, "action")
    if fields.line(found, "type").lower() != "incident" or action not in (*OPENS, "close"):
        return noted("This issue is no incident of GitLab's that opened or closed.")
    event = Event(
        kind="incident",
        apart=fields.word(found, "iid", "id"),
        name=fields.line(found, "title") or "Incident",
        is_firing=action in OPENS,
        at=moments.instant(found, BEGAN[action]),
        severity=severity_level(fields.line(found, "severity")),
        summary=fields.text(found, "description"),
        link=fields.link(found, "url"),
    )
    return alone(forge.alert(project, event))


def _alert(project: Project, payload: Mapping[str, Any]) -> Parcel:
    """An alert that GitLab took from Prometheus, or from whoever posts to it."""
    found = fields.inside(payload, "object_attributes")
    status, title = fields.line(found, "status"), fields.line(found, "title") or "Alert"
    if status not in ("triggered", *ALERT_OVER):
        return noted(f"“{title}” is {status or 'an alert'} in GitLab.")
    is_firing, link = status == "triggered", fields.link(found, "url")
    event = Event(
        kind="alert",
        apart=link or title,
        name=title,
        is_firing=is_firing,
        at=moments.instant(found, "started_at" if is_firing else "ended_at"),
        severity=severity_level(fields.line(found, "severity")),
        link=link,
    )
    return alone(forge.alert(project, event))


def _switched(project: Project, payload: Mapping[str, Any], delivery: str) -> Parcel:
    """A feature flag; only the delivery tells one switching on from the next."""
    found = fields.inside(payload, "object_attributes")
    name, is_on = fields.line(found, "name") or "A flag", fields.is_true(found, "active")
    state = "on" if is_on else "off"
    pk = fields.word(found, "id") or name
    made = Made(
        key=fields.key("flag", project.pk, pk, state, delivery),
        title=f"“{name[:80]}” of {project.name} is {state}"[: fields.CHANGE_TITLE_LENGTH],
        kind=ChangeKind.SWITCH,
        service=project.service,
        link=_page(payload),
        made_by=fields.line(fields.inside(payload, "user"), "name", "username"),
    )
    return Parcel(changes=(made,))


READERS: Mapping[str, Callable[[Project, Mapping[str, Any]], Parcel]] = {
    "pipeline": _pipeline,
    "deployment": _deployment,
    "release": _release,
    "alert": _alert,
    "issue": _issue,
    "work_item": _issue,
}


def _project(payload: Mapping[str, Any]) -> Project:
    """The project; its service is the last part of its path, which people keep short."""
    project = fields.inside(payload, "project")
    path = fields.line(project, "path_with_namespace", "name")
    if not path:
        raise Unreadable("“project” is missing.")
    return Project(
        pk=fields.word(project, "id") or path,
        name=fields.line(project, "name") or path,
        path=path,
        service=path.rpartition("/")[2][: fields.SERVICE_LENGTH],
    )


def _is_ours(payload: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """Whether it ran on the default branch, and not for a fork whose branch has the same name."""
    ref, request = fields.line(found, "ref"), fields.inside(payload, "merge_request")
    return (
        ref != ""
        and ref == fields.line(fields.inside(payload, "project"), "default_branch")
        and not fields.is_true(found, "tag")
        and fields.word(request, "source_project_id") == fields.word(request, "target_project_id")
    )


def _page(payload: Mapping[str, Any]) -> str:
    return fields.link(fields.inside(payload, "project"), "web_url")


def is_signed(request: Signed) -> bool:
    """Whether GitLab sent the secret token that stands in the webhook."""
    return signatures.is_same(request.secret, request.headers.get(TOKEN, ""))


def sample(now: datetime) -> Post:
    """One pipeline that failed on the default branch, as GitLab posts it."""
    at = now.strftime("%Y-%m-%d %H:%M:%S UTC")
    return Post(
        {
            "object_kind": "pipeline",
            "object_attributes": {
                "id": 31,
                "iid": 3,
                "ref": "main",
                "tag": False,
                "source": "push",
                "status": "failed",
                "created_at": at,
                "finished_at": at,
                "url": "https://gitlab.example.com/shop/checkout/-/pipelines/31",
            },
            "user": {"id": 1, "name": "Administrator", "username": "root"},
            "project": {
                "id": 1,
                "name": "Checkout",
                "web_url": "https://gitlab.example.com/shop/checkout",
                "path_with_namespace": "shop/checkout",
                "default_branch": "main",
            },
            "commit": {"title": "A test: update the prices"},
        },
        {"x-gitlab-event": "Pipeline Hook"},
    )


def guide(door: Door) -> Guide:
    """How GitLab comes to post here."""
    return Guide(
        steps=(
            "In the project or group, open Settings, then Webhooks, and add one.",
            "Paste the address into “URL”. It holds the token, so choose “Mask portions of URL”.",
            "Put a secret of your own into “Secret token”, and the same into the source here.",
            "Choose the triggers pipeline, deployment, release, feature flag and issue events.",
            "Press Test, then Push events: it shows here as noted.",
        ),
        snippets=(Snippet("URL", door.token_address),),
    )


KIND = Kind(
    slug="gitlab",
    name="GitLab",
    parse=parse,
    guide=guide,
    sample=sample,
    delivery_headers=(DELIVERY,),
    is_signed=is_signed,
    about="What fails on the default branch is an incident until it succeeds. Deployments and"
    " releases are changes.",
)
