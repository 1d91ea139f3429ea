"""GitHub's webhooks: what breaks on the default branch, what was deployed, and weaknesses found.

The header x-github-event says what a post is about. Failures on other branches, and of forks, are
the work of those who are at it, and open nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from incidents.intake import fields, forge, moments, signatures
from incidents.intake.body import MAX_BYTES, Unreadable
from incidents.intake.forge import Deployment, Event, Project
from incidents.intake.kind import Door, Guide, Kind, Signed, Snippet
from incidents.intake.signal import Made, Parcel, Post, alone, noted

EVENT = "x-github-event"
SIGNATURE = "x-hub-signature-256"
FAILED = ("failure", "timed_out", "startup_failure", "error")
# A weakness is no outage: even the worst wakes nobody as a critical incident would.
WEAKNESS = {"critical": 2, "high": 3, "error": 3, "medium": 4, "moderate": 4, "low": 4}
LEAKED_SECRET = 2
OPENS = (
    *("created", "reopened", "reopened_by_user", "auto_reopened", "reintroduced"),
    "publicly_leaked",
)
CLOSES = ("fixed", "resolved", "revoked", "dismissed", "auto_dismissed", "closed_by_user")


def parse(post: Post) -> Parcel:
    """The one thing that a post is about; most events open nothing."""
    event, payload = fields.line(post.headers, EVENT), _payload(post.payload)
    if not event:
        raise Unreadable("The header X-GitHub-Event is missing.")
    if event == "ping":
        return noted("GitHub's own test arrived. It opens no incident.")
    if event not in READERS:
        return noted(f"GitHub's “{event}” opens no incident.")
    return READERS[event](_project(payload), payload)


def _payload(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """GitHub's form has one field, which holds the JSON."""
    text = fields.text(found, "payload", most=MAX_BYTES) if len(found) == 1 else ""
    return fields.nested(text) if text else found


def _run(project: Project, payload: Mapping[str, Any]) -> Parcel:
    """A workflow, or all checks of one app, that has run."""
    kind = "workflow_run" if "workflow_run" in payload else "check_suite"
    run = fields.inside(payload, kind)
    app = fields.inside(run, "app")
    name = fields.line(run, "name") or fields.line(app, "name") or "Checks"
    if fields.line(payload, "action") != "completed":
        return forge.unfinished(f"“{name}”", fields.line(run, "status"))
    if not _is_ours(payload, run):
        return forge.elsewhere(f"“{name}”")
    conclusion = fields.line(run, "conclusion")
    if conclusion not in (*FAILED, "success"):
        return forge.unfinished(f"“{name}”", conclusion)
    head = fields.text(fields.inside(run, "head_commit"), "message")
    event = Event(
        kind=kind,
        apart=fields.word(run, "workflow_id") or fields.word(app, "id") or name,
        name=f"{name} failed on {fields.line(run, 'head_branch')} of {project.name}",
        is_firing=conclusion in FAILED,
        at=moments.instant(run, "updated_at"),
        summary=fields.text(run, "display_title") or head,
        link=fields.link(run, "html_url") or _page(payload),
    )
    return alone(forge.alert(project, event))


def _deployment(project: Project, payload: Mapping[str, Any]) -> Parcel:
    status = fields.inside(payload, "deployment_status")
    deployment = fields.inside(payload, "deployment")
    state = fields.line(status, "state")
    if state not in (*FAILED, "success"):
        return forge.unfinished("A deployment", state)
    where = fields.line(status, "environment") or fields.line(deployment, "environment")
    if fields.is_true(deployment, "transient_environment"):
        return forge.preview(where)
    is_production = fields.is_true(deployment, "production_environment")
    found = Deployment(
        pk=fields.word(deployment, "id") or fields.word(status, "id"),
        where=where,
        version=fields.line(deployment, "ref") or fields.line(deployment, "sha")[:7],
        is_production=is_production or where == "production",
        has_failed=state in FAILED,
        at=moments.instant(status, "updated_at", "created_at"),
        made_by=fields.line(fields.inside(deployment, "creator"), "login"),
        summary=fields.text(status, "description"),
        link=fields.link(status, "target_url", "log_url", "environment_url") or _page(payload),
    )
    return forge.deployed(project, found)


def _release(project: Project, payload: Mapping[str, Any]) -> Parcel:
    release = fields.inside(payload, "release")
    if fields.line(payload, "action") != "published":
        return noted("A release was edited. Only its publication is a change.")
    made = Made(
        key=fields.word(release, "id"),
        title=fields.line(release, "name", "tag_name"),
        link=fields.link(release, "html_url", most=fields.CHANGE_LINK_LENGTH),
        made_at=moments.instant(release, "published_at", "created_at"),
        made_by=fields.line(fields.inside(release, "author"), "login"),
    )
    return forge.released(project, made)


def _weakness(project: Project, payload: Mapping[str, Any]) -> Parcel:
    """What Dependabot, code scanning or secret scanning found."""
    action = fields.line(payload, "action")
    if action not in OPENS + CLOSES:
        return noted(f"“{action}” of a weakness opens no incident.")
    alert = fields.inside(payload, "alert")
    advisory, rule = fields.inside(alert, "security_advisory"), fields.inside(alert, "rule")
    secret = fields.line(alert, "secret_type_display_name", "secret_type")
    found = fields.line(advisory, "summary") or fields.line(rule, "description", "name")
    what = f"A secret has leaked: {secret}" if secret else found or "A weakness"
    said = fields.line(advisory, "severity")
    said = said or fields.line(rule, "security_severity_level", "severity")
    event = Event(
        kind="secret" if secret else "dependency" if advisory else "code",
        apart=fields.word(alert, "number") or what,
        name=f"{what} ({project.name})",
        is_firing=action in OPENS,
        # What is opened again begins anew, or it would be taken for late news of the first time.
        at=moments.instant(alert, "created_at" if action == "created" else "updated_at"),
        severity=LEAKED_SECRET if secret else WEAKNESS.get(said, 4),
        summary=fields.text(advisory, "description") or fields.text(rule, "full_description"),
        link=fields.link(alert, "html_url"),
    )
    return alone(forge.alert(project, event))


READERS: Mapping[str, Callable[[Project, Mapping[str, Any]], Parcel]] = {
    "workflow_run": _run,
    "check_suite": _run,
    "deployment_status": _deployment,
    "release": _release,
    "dependabot_alert": _weakness,
    "code_scanning_alert": _weakness,
    "secret_scanning_alert": _weakness,
}


def _project(payload: Mapping[str, Any]) -> Project:
    repository = fields.inside(payload, "repository")
    path = fields.line(repository, "full_name", "name")
    if not path:
        raise Unreadable("“repository” is missing.")
    name = fields.line(repository, "name") or path.rpartition("/")[2]
    pk = fields.word(repository, "id") or path
    return Project(pk, name, path, name[: fields.SERVICE_LENGTH])


def _is_ours(payload: Mapping[str, Any], run: Mapping[str, Any]) -> bool:
    """Whether it ran on the default branch: neither of a pull request, nor of a fork's branch."""
    repository = fields.inside(payload, "repository")
    branch = fields.line(run, "head_branch")
    head = fields.word(fields.inside(run, "head_repository"), "id")
    return (
        branch != ""
        and branch == fields.line(repository, "default_branch")
        and head in ("", fields.word(repository, "id"))
        and not fields.line(run, "event").startswith("pull_request")
    )


def _page(payload: Mapping[str, Any]) -> str:
    return fields.link(fields.inside(payload, "repository"), "html_url")


def is_signed(request: Signed) -> bool:
    """Whether GitHub signed these bytes with the webhook's secret."""
    given = request.headers.get(SIGNATURE, "")
    return given.startswith("sha256=") and signatures.is_hmac(request.secret, request.body, given)


def sample(now: datetime) -> Post:
    """One workflow that failed on the default branch, as GitHub posts it."""
    repository = {
        "id": 186853002,
        "name": "checkout",
        "full_name": "example/checkout",
        "default_branch": "main",
        "html_url": "https://github.com/example/checkout",
    }
    run = {
        "id": 289782451,
        "name": "Build",
        "workflow_id": 159038,
        "event": "push",
        "status": "completed",
        "conclusion": "failure",
        "head_branch": "main",
        "head_sha": "ec26c3e57ca3a959ca5aad62de7213c562f8c821",
        "display_title": "A test: update the prices",
        "html_url": "https://github.com/example/checkout/actions/runs/289782451",
        "updated_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "head_repository": {"id": 186853002},
    }
    return Post(
        {"action": "completed", "workflow_run": run, "repository": repository},
        {EVENT: "workflow_run"},
    )


def guide(door: Door) -> Guide:
    """How GitHub comes to post here."""
    return Guide(
        steps=(
            "In the repository or organization, open Settings, then Webhooks, and add one.",
            "Paste the address into “Payload URL”. It holds the token.",
            "Choose the content type application/json.",
            "Put a secret of your own into “Secret”, and the same into the source here.",
            "Choose the events workflow runs, deployment statuses and releases.",
            "Add the alerts of Dependabot, code scanning and secret scanning if you use them.",
            "Save: GitHub's ping shows here as noted.",
        ),
        snippets=(Snippet("Payload URL", door.token_address),),
    )


KIND = Kind(
    slug="github",
    name="GitHub",
    parse=parse,
    guide=guide,
    sample=sample,
    delivery_headers=("x-github-delivery",),
    is_signed=is_signed,
    is_form=True,
    about="What fails on the default branch is an incident until it succeeds. Deployments and"
    " releases are changes.",
)
