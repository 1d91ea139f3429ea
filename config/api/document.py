"""The description of the API (OpenAPI 3.1): made from the code, with an example for everything."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from config.api.mount import AREA, api, operations
from config.portal.rest.schema import as_bytes

Data = dict[str, Any]
PROBLEM = "#/components/schemas/Problem"
JSON = "application/json"
WITH_BODY = frozenset({"post", "put", "patch"})

TAGS = {
    "People": "Everybody who can be called. Numbers only with a reason, each look written down.",
    "Services": "What customers and colleagues use, who owns it, and the roles people play.",
    "Contact matrix": "Who fills which role for which service, and whom to call.",
    "Rosters": "Who is on call, and when.",
}
ERRORS: Mapping[str, tuple[str, str, str]] = {
    "400": ("The request cannot be read.", "not_json", "The body is not valid JSON."),
    "401": ("No token, or one that opens nothing.", "no_token", "Nobody has this token."),
    "403": (
        "The token lacks the scope, or its person the right.",
        "scope_missing",
        "This token lacks the scope “write”. It has: read.",
    ),
    "404": ("There is no such thing.", "not_found", "There is no person of this number here."),
    "409": ("It is here already, or cannot be now.", "conflict", "Payments is here already."),
    "412": (
        "Somebody else was first. Nothing changed.",
        "changed_meanwhile",
        "Somebody has changed this since you read it. Read it again, then send your change.",
    ),
    "413": ("The body is larger than 1 MiB.", "too_large", "The body is larger than 1024 KiB."),
    "415": ("The body is not declared as JSON.", "not_json", "Send JSON."),
    "422": ("Fields are wrong, each named. Nothing changed.", "not_valid", "“team” is missing."),
    "429": ("Too many requests of this token.", "too_many", "Ask again in 12 seconds."),
    "503": ("The database is away.", "unavailable", "Muster cannot reach its database."),
}
ALWAYS = ("401", "403", "422", "429", "503")
HEADERS: Mapping[str, tuple[str, str, str]] = {
    "get": (
        "If-None-Match",
        "The ETag of what you have: if nothing changed, the answer is 304 without a body.",
        '"5b1c0f7e2a9d4c3b8e6f1a2d3c4b5e6f"',
    ),
    "patch": (
        "If-Match",
        "The ETag that you read: if somebody has changed it since, the answer is 412.",
        '"5b1c0f7e2a9d4c3b8e6f1a2d3c4b5e6f"',
    ),
    "post": (
        "Idempotency-Key",
        "A text of your choice, 120 characters at most: sent again within a day, it acts once.",
        "hr-2026-11-21-0042",
    ),
}
HEADER_OF = {"get": "get", "patch": "patch", "delete": "patch", "post": "post"}


@cache
def document() -> Data:
    """The whole description, as data."""
    made: Data = json.loads(as_bytes(api.get_openapi_schema(path_prefix=AREA)))
    made["servers"] = [{"url": "/", "description": "This Muster."}]
    made["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    made["components"]["schemas"] |= _problem()
    made["components"]["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token that somebody made under Me, Tokens.",
        }
    }
    _tidy(made)
    scopes = _scopes()
    for address, by_method in made["paths"].items():
        for method, one in by_method.items():
            _complete(one, method, address, scopes[address, method], made)
    return made


def _problem() -> Data:
    field = {
        "code": {"type": "string", "description": "What kind of error, for programs."},
        "message": {"type": "string", "description": "One sentence, for people."},
        "field": {"type": "string", "description": "The field, if it is about one."},
    }
    trouble = {
        "type": "object",
        "description": "What is wrong with one field.",
        "required": ["code", "message", "field"],
        "properties": field
        | {"index": {"type": "integer", "description": "The entry of a list, from 0."}},
    }
    problem = {
        "type": "object",
        "description": "Every error has this form.",
        "required": ["code", "message", "errors"],
        "properties": field
        | {
            "errors": {
                "type": "array",
                "description": "Each field that is wrong.",
                "items": {"$ref": "#/components/schemas/Trouble"},
            }
        },
    }
    return {"Problem": problem, "Trouble": trouble}


def _scopes() -> dict[tuple[str, str], str]:
    """The scope of each operation, by address and method."""
    found = {}
    for route, by_method in operations().items():
        parts = [_parameter(part) for part in route.split("/")]
        for method, one in by_method.items():
            found[f"/{AREA}{'/'.join(parts)}", method.lower()] = one.scope
    return found


def _parameter(part: str) -> str:
    return f"{{{part.strip('<>').rpartition(':')[2]}}}" if part.startswith("<") else part


def _tidy(found: Any) -> None:  # noqa: ANN401  # whatever JSON holds
    """Without titles that repeat the names, and without a default that says nothing."""
    if isinstance(found, dict):
        if isinstance(found.get("title"), str) and ("type" in found or "anyOf" in found):
            del found["title"]
        if found.get("default", 0) is None:
            del found["default"]
        if isinstance(found.get("examples"), list) and "in" in found:
            found["example"] = found.pop("examples")[0]
        for inner in found.values():
            _tidy(inner)
    elif isinstance(found, list):
        for inner in found:
            _tidy(inner)


def _complete(one: Data, method: str, address: str, scope: str, whole: Data) -> None:
    """Adds what the code says elsewhere: scope, headers, errors and examples."""
    one["security"] = [{"token": []}]
    one["x-scope"] = scope
    header = HEADERS.get(HEADER_OF.get(method, ""))
    if header:
        name, description, example = header
        schema = {"type": "string", "maxLength": 500}
        one["parameters"].append(
            {
                "in": "header",
                "name": name,
                "schema": schema,
                "required": False,
                "description": description,
                "example": example,
            }
        )
    for parameter in one["parameters"]:
        parameter.setdefault("description", PLACES.get(parameter["name"], ""))
        kind = address.split("/")[3]
        slug = SLUGS.get(kind) if parameter["name"] == "slug" else None
        parameter.setdefault("example", slug or example_of(parameter["schema"], whole))
    for answer in one["responses"].values():
        _exemplify(answer, whole)
    if "requestBody" in one:
        _exemplify(one["requestBody"], whole)
    one["responses"] |= dict(_errors(one, method, address))
    _say_headers(one, method)


PLACES = {
    "person_id": "The person's number.",
    "cell_id": "The cell's number.",
    "override_id": "The change's number.",
    "swap_id": "The swap's number.",
    "offer_id": "The offer's number.",
    "slug": "The short name, as in addresses.",
}
SLUGS = {"services": "payments", "rosters": "payments-on-call"}


def _exemplify(part: Data, whole: Data) -> None:
    for content in part.get("content", {}).values():
        content["example"] = example_of(content["schema"], whole)


def _say_headers(one: Data, method: str) -> None:
    text = {"type": "string"}
    if method == "get":
        one["responses"]["200"]["headers"] = {
            "ETag": {"schema": text, "description": "Changes when the answer does."}
        }
        one["responses"]["304"] = {"description": "Nothing changed since you read it."}
    if "201" in one["responses"]:
        one["responses"]["201"]["headers"] = {
            "Location": {"schema": text, "description": "Where it is."}
        }


def _errors(one: Data, method: str, address: str) -> Iterator[tuple[str, Data]]:
    wanted = set(ALWAYS)
    wanted |= {"404"} if "{" in address else set()
    wanted |= {"400", "413", "415"} if method in WITH_BODY else set()
    wanted |= {"409"} if method in ("post", "delete") else set()
    wanted |= {"412"} if method in ("put", "patch", "delete") else set()
    for status in sorted(wanted - set(one["responses"])):
        description, code, message = ERRORS[status]
        example: Data = {"code": code, "message": message, "errors": []}
        yield (
            status,
            {
                "description": description,
                "content": {JSON: {"schema": {"$ref": PROBLEM}, "example": example}},
            },
        )


def example_of(schema: Data, whole: Data) -> Any:  # noqa: ANN401  # whatever JSON holds
    """An example that fits the schema, put together from those of its fields."""
    if schema.get("examples"):
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(whole["components"]["schemas"][schema["$ref"].rpartition("/")[2]], whole)
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], whole)
    if schema.get("type") == "object":
        fields = schema.get("properties", {})
        return {name: example_of(inner, whole) for name, inner in fields.items()}
    if schema.get("type") == "array":
        return [example_of(schema["items"], whole)]
    return schema.get("default", EXAMPLES.get(schema.get("type", "")))


EXAMPLES = {"integer": 12, "string": "payments", "boolean": True}


def as_text() -> str:
    """The description as it is stored, so that a change of the contract is read in review."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
