"""The page about the API, put together from its description."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from config.api.document import ERRORS, JSON, TAGS, Data
from rosters.enums import ApiScope


@dataclass(frozen=True)
class Field:
    """One parameter, or one field of a body. `about` is its type and whether it must be there."""

    name: str
    about: str
    description: str
    example: str


@dataclass(frozen=True)
class Act:
    """One operation as the page shows it."""

    key: str
    method: str
    address: str
    title: str
    paragraphs: tuple[str, ...]
    scope: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    curl: str
    answer: str


@dataclass(frozen=True)
class Section:
    """One kind of thing."""

    key: str
    title: str
    lead: str
    acts: tuple[Act, ...]


def sections(whole: Data, host: str) -> list[Section]:
    """Everything that the description holds, in its order."""
    acts = list(_acts(whole, host))
    return [
        Section(
            name.lower().replace(" ", "-"),
            name,
            lead,
            tuple(act for tag, act in acts if tag == name),
        )
        for name, lead in TAGS.items()
    ]


def errors() -> list[tuple[str, str]]:
    """Each status with what it means."""
    return [(status, said[0]) for status, said in ERRORS.items()]


def _acts(whole: Data, host: str) -> Iterator[tuple[str, Act]]:
    for address, by_method in whole["paths"].items():
        for method, one in by_method.items():
            sent = one.get("requestBody", {}).get("content", {}).get(JSON, {})
            yield (
                one["tags"][0],
                Act(
                    one["operationId"],
                    method.upper(),
                    address,
                    one["summary"],
                    tuple(_paragraphs(one.get("description", ""))),
                    str(ApiScope(one["x-scope"]).label),
                    tuple(_parameter(field) for field in one["parameters"]),
                    tuple(_fields(sent.get("schema", {}), whole)),
                    _curl(host, method, address, one, sent.get("example")),
                    _answer(one),
                ),
            )


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield " ".join(paragraph.split())


def _parameter(one: Data) -> Field:
    must = ", needed" if one["required"] else ""
    place = " in the header" if one["in"] == "header" else ""
    return Field(
        one["name"], f"{_type(one['schema'])}{place}{must}", one["description"], _said(one)
    )


def _said(one: Data) -> str:
    example = one.get("example")
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)


def _fields(schema: Data, whole: Data, inside: str = "") -> Iterator[Field]:
    """The fields of a body, those of its lists after the list."""
    schema = _resolved(schema, whole)
    needed = set(schema.get("required", ()))
    for name, one in schema.get("properties", {}).items():
        must = ", needed" if name in needed else ""
        example = (one.get("examples") or [None])[0]
        text = "" if example is None else json.dumps(example, ensure_ascii=False)
        shown = f"{inside}{name}"
        yield Field(shown, f"{_type(one)}{must}", one.get("description", ""), text)
        if "$ref" in one.get("items", {}):
            yield from _fields(one["items"], whole, f"{shown}[].")


def _resolved(schema: Data, whole: Data) -> Data:
    if "$ref" not in schema:
        return schema
    found: Data = whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


WORDS = {
    "string": "text",
    "integer": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "object",
    "null": "null",
}


def _type(schema: Data) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if schema.get("format") == "date-time":
        return "instant"
    return WORDS.get(schema.get("type", ""), "object")


def _curl(host: str, method: str, address: str, one: Data, body: Any) -> str:  # noqa: ANN401  # whatever JSON holds
    """A line to try, with the parameters that must be there."""
    for field in one["parameters"]:
        if field["in"] == "path":
            address = address.replace(f"{{{field['name']}}}", str(field["example"]))
    asked = [f for f in one["parameters"] if f["in"] == "query" and f["required"]]
    lines = ['curl -H "Authorization: Bearer $TOKEN"']
    if method != "get":
        lines[0] += f" -X {method.upper()}"
    if asked:
        lines[0] += " -G"
    lines += [f'--data-urlencode "{f["name"]}={f["example"]}"' for f in asked]
    if body is not None:
        lines.append('-H "Content-Type: application/json"')
        lines.append(f"-d '{_shortened(body)}'")
    lines.append(f"{host}{address}")
    return " \\\n  ".join(lines)


def _shortened(body: Data) -> str:
    """A body without what is empty, a line for each field."""
    told = {name: value for name, value in body.items() if value is not None}
    for name, value in told.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            told[name] = [{k: v for k, v in one.items() if v is not None} for one in value]
    return json.dumps(told, indent=2, ensure_ascii=False)


def _answer(one: Data) -> str:
    for status in ("200", "201"):
        example = one["responses"].get(status, {}).get("content", {}).get(JSON, {}).get("example")
        if example is not None:
            return json.dumps(example, indent=2, ensure_ascii=False)
    return ""
