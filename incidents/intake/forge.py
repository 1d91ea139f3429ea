"""What GitHub and GitLab have in common: things that fail until they succeed, and deployments."""

from dataclasses import dataclass, replace
from datetime import datetime

from incidents.intake import fields
from incidents.intake.signal import Made, Parcel, Signal, alone, noted

BROKEN_BUILD = 3
BROKEN_PRODUCTION = 2


@dataclass(frozen=True)
class Project:
    """The repository that a post is about. `pk` stays the same when it is renamed."""

    pk: str
    name: str
    path: str
    service: str


@dataclass(frozen=True)
class Event:
    """Something of a project that is broken, or works again; `apart` tells it from its like."""

    kind: str
    apart: str
    name: str
    is_firing: bool
    at: datetime | None
    severity: int | None = BROKEN_BUILD
    summary: str = ""
    link: str = ""


@dataclass(frozen=True)
class Deployment:
    """One deployment that has succeeded or failed."""

    pk: str
    where: str
    version: str
    is_production: bool
    has_failed: bool
    at: datetime | None
    made_by: str = ""
    summary: str = ""
    link: str = ""


def alert(project: Project, event: Event) -> Signal:
    """The alert that an event is."""
    return Signal(
        key=fields.key(event.kind, project.pk, event.apart),
        name=event.name[: fields.NAME_LENGTH],
        is_firing=event.is_firing,
        summary=event.summary,
        service=project.service,
        severity=event.severity,
        starts_at=event.at if event.is_firing else None,
        ends_at=None if event.is_firing else event.at,
        labels=fields.as_labels([("project", project.path)]),
        link=event.link,
    )


def deployed(project: Project, found: Deployment) -> Parcel:
    """A deployment that succeeded is a change, and ends the alert of the one that failed before."""
    event = Event(
        kind="deployment",
        apart=found.where,
        name=f"Deployment of {project.name} to {found.where or 'an environment'} failed",
        is_firing=found.has_failed,
        at=found.at,
        severity=BROKEN_PRODUCTION if found.is_production else BROKEN_BUILD,
        summary=found.summary,
        link=found.link,
    )
    signal = alert(project, event)
    if found.has_failed:
        return alone(signal)
    made = Made(
        key=fields.key("deployment", project.pk, found.pk),
        title=f"{project.name} {found.version} is live on {found.where}"[
            : fields.CHANGE_TITLE_LENGTH
        ],
        service=project.service,
        link=found.link if len(found.link) <= fields.CHANGE_LINK_LENGTH else "",
        made_at=found.at,
        made_by=found.made_by,
    )
    return Parcel(signal.key, signal.name, (signal,), (made,))


def released(project: Project, made: Made) -> Parcel:
    """A release is a change of its project; `made` brings its own key and title."""
    change = replace(
        made,
        key=fields.key("release", project.pk, made.key or made.title),
        title=f"{project.name} {made.title} is released"[: fields.CHANGE_TITLE_LENGTH],
        service=project.service,
    )
    return Parcel(changes=(change,))


def unfinished(what: str, state: str) -> Parcel:
    """Something that is neither broken nor done, in the forge's own word."""
    return noted(f"{what} is {state.replace('_', ' ') or 'under way'}. It opens no incident.")


def preview(where: str) -> Parcel:
    """A deployment that only those see who are at work on it."""
    return noted(f"“{where}” is a preview. It opens no incident.")


def elsewhere(what: str) -> Parcel:
    """Something on a branch that customers do not see."""
    return noted(f"{what} ran on another branch. It opens no incident.")
