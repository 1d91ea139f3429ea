"""Policies, routes and promised times as one YAML file that people review before it counts. Pure.

The file names things as addresses do: a roster, a role, a team, a service, a kind of harm and a
decision by its slug, a person by e-mail, named hours and a room by name. Minutes are whole numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

FORMAT: Literal[1] = 1
MOST_BYTES = 2_000_000
TITLE = "Muster: policies, routes and promised times"
KINDS = ("role", "roster", "person", "team", "room")

Minutes = Annotated[int, Field(ge=0, le=43_200)]
Name = Annotated[str, Field(min_length=1, max_length=254)]
Slug = Annotated[str, Field(pattern=r"^[-a-zA-Z0-9_]{1,50}$")]
Level = Annotated[int, Field(ge=1, le=4)]
Clock = Literal[
    "acknowledge",
    "fill_role",
    "contain",
    "resolve",
    "root_cause",
    "update",
    "review",
    "decide",
    "attention",
    "report",
]


class Unreadable(ValueError):
    """The file cannot be understood; `problems` are sentences, each with its place."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


class Part(BaseModel):
    """Nothing that the file does not know is left out silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class TellPart(Part):
    """Whom a step tells: exactly one of them, or whoever the clock asks."""

    role: Slug | None = None
    roster: Slug | None = None
    person: Name | None = None
    team: Slug | None = None
    room: Name | None = None
    asked: Literal[True] | None = None
    choose: Literal["on_call", "backup", "next", "all"] = "on_call"

    @model_validator(mode="after")
    def _one(self) -> "TellPart":
        named = [one for one in (*KINDS, "asked") if getattr(self, one) is not None]
        if len(named) != 1:
            raise ValueError(f"Name one of {', '.join(KINDS)}, or say “asked: true”.")
        return self

    @property
    def kind(self) -> str:
        return next(one for one in (*KINDS, "asked") if getattr(self, one) is not None)

    @property
    def named(self) -> str:
        """What it names; empty for whoever is asked."""
        return "" if self.kind == "asked" else str(getattr(self, self.kind))


class OnlyPart(Part):
    """What must be so for a step to tell anybody. `severity`: this bad or worse."""

    severity: Level | None = None
    impact: Slug | None = None
    hours: Name | None = None
    hours_read_in: Literal["hours", "service", "recipient"] = "hours"
    alerts: Annotated[int, Field(ge=2)] | None = None
    within_minutes: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _pair(self) -> "OnlyPart":
        if (self.alerts is None) != (self.within_minutes is None):
            raise ValueError("Say how many alerts and within how many minutes, or neither.")
        return self


class StepPart(Part):
    """One step. `after` counts from the start of its clock, or from its target if `late`."""

    clock: Clock = "acknowledge"
    after: Minutes = 0
    late: bool = False
    tell: Annotated[tuple[TellPart, ...], Field(min_length=1, strict=False)]
    urgency: Literal["urgent", "normal"] = "urgent"
    each_acknowledges: bool = False
    only: OnlyPart = OnlyPart()
    decides: Annotated[tuple[Slug, ...], Field(strict=False)] = ()


class PolicyPart(Part):
    """One policy. `version` is the one that the file was written from; `why` is its reason."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    version: Annotated[int, Field(ge=1)] | None = None
    why: Annotated[str, Field(min_length=1, max_length=300)]
    repeats: Annotated[int, Field(ge=0, le=9)] = 1
    until_acknowledged: bool = False
    repeat_from: Annotated[int, Field(ge=1)] = 1
    minutes_between_rounds: Annotated[int, Field(ge=1, le=43_200)] = 30
    then_every_minutes: Annotated[int, Field(ge=1, le=43_200)] = 15
    at_most: Annotated[int, Field(ge=0, le=1_000)] = 96
    steps: Annotated[tuple[StepPart, ...], Field(min_length=1, strict=False)]


class RoutePart(Part):
    """Which policy holds; without service, severity and impact it is everybody's."""

    policy: Slug
    service: Slug | None = None
    severity: Level | None = None
    impact: Slug | None = None


class TargetPart(Part):
    """How long a promise may take: so many minutes, or so many working days."""

    promise: Clock
    severity: Level
    tier: Annotated[int, Field(ge=1, le=3)] | None = None
    minutes: Annotated[int, Field(ge=1)] | None = None
    working_days: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_unit(self) -> "TargetPart":
        if (self.minutes is None) == (self.working_days is None):
            raise ValueError("Say either “minutes” or “working_days”.")
        return self


class PolicyFile(Part):
    """The whole file. What it leaves out as a whole (routes, targets) stays as it is."""

    muster: Literal[1]
    policies: dict[Slug, PolicyPart] = Field(default_factory=dict)
    routes: Annotated[tuple[RoutePart, ...], Field(strict=False)] | None = None
    targets: Annotated[tuple[TargetPart, ...], Field(strict=False)] | None = None


def read(text: str) -> PolicyFile:
    """The file that a text holds. Raises Unreadable with every problem that can be seen."""
    if len(text.encode()) > MOST_BYTES:
        raise Unreadable((f"The file is larger than {MOST_BYTES // 1_000_000} MB.",))
    try:
        problems = tuple(_overlooked(text))
        found = None if problems else yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Unreadable((_of_yaml(error),)) from None
    except (ValueError, RecursionError):  # a date that no calendar has; a thousand brackets
        raise Unreadable(("This is no YAML that we can read.",)) from None
    if problems:
        raise Unreadable(problems)
    if not isinstance(found, dict):
        raise Unreadable(("The file must begin with “muster: 1”.",))
    try:
        return PolicyFile.model_validate(found)
    except ValidationError as error:
        raise Unreadable(tuple(_of_fields(error.errors()))) from None


def write(file: PolicyFile) -> str:
    """The file as YAML that `read` reads back to the same; what is usual is left out."""
    shown = file.model_dump(exclude_defaults=True, mode="json")
    body: str = yaml.dump(
        {"muster": FORMAT, **shown},
        Dumper=yaml.SafeDumper,
        sort_keys=False,
        allow_unicode=True,
        width=100,
    )
    return f"# {TITLE}.\n# `manage.py policies plan FILE` says in words what would change.\n{body}"


def schema() -> dict[str, Any]:
    """The JSON Schema of the file, for editors."""
    made = PolicyFile.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **made,
        "title": TITLE,
    }


def _overlooked(text: str) -> Iterator[str]:
    """What reviewers overlook: a part that stands elsewhere, and a word that is said twice."""
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, (yaml.AliasToken, yaml.AnchorToken)):
            line = token.start_mark.line + 1
            yield f"Line {line}: write it out. This file takes no anchors."
            return
    waiting = [yaml.compose(text, Loader=yaml.SafeLoader)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            waiting += [value for _key, value in node.value]
            yield from _twice(node)


def _twice(node: yaml.MappingNode) -> Iterator[str]:
    seen = set()
    for key, _value in node.value:
        if key.value in seen:
            yield f"Line {key.start_mark.line + 1}: “{key.value}” is said twice."
        seen.add(str(key.value))


def _of_yaml(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    place = f"Line {mark.line + 1}: " if mark else ""
    problem = str(getattr(error, "problem", None) or "this is no YAML that we can read")
    return f"{place}{problem[0].upper()}{problem[1:]}."


def _of_fields(errors: Sequence[ErrorDetails]) -> Iterator[str]:
    """Each problem once: a list whose only entry is wrong is not also too short."""
    for one in errors:
        inside = [other for other in errors if other["loc"][: len(one["loc"])] == one["loc"]]
        if one["type"] != "too_short" or len(inside) == 1:
            yield _of_field(one)


def _of_field(error: ErrorDetails) -> str:
    place = " → ".join(_places(error["loc"])) or "The file"
    if error["type"] == "extra_forbidden":
        return f"{place}: there is no such word here. Look at the schema."
    if error["type"] == "missing":
        return f"{place} is missing."
    if error["type"] == "too_short":
        return f"{place}: name at least one."
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {said[:1].lower()}{said[1:]}{'' if said.endswith('.') else '.'}"


def _places(loc: Iterable[int | str]) -> Iterator[str]:
    for one in loc:
        yield f"number {one + 1}" if isinstance(one, int) else str(one)
