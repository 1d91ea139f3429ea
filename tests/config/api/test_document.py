"""The description of the API is whole, right, and changes only in front of a reviewer."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from config.api.document import TAGS, as_text, document
from tests.project.sources import ROOT
from tests.world import NOW, build


def test_the_contract_is_the_one_that_is_stored() -> None:
    stored = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")

    assert as_text() == stored, "if you mean it: python manage.py openapi"


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for address, by_method in document()["paths"].items():
        for method, one in by_method.items():
            yield f"{method} {address}", one


def test_every_operation_says_what_it_does_and_needs() -> None:
    for name, one in operations():
        assert one["summary"], name
        assert one["description"], name
        assert set(one["tags"]) <= set(TAGS), name
        assert one["security"] == [{"token": []}], name
        assert one["x-scope"] in {"read", "read_numbers", "write"}, name
        assert {"401", "403", "422", "429"} <= set(one["responses"]), name
        for parameter in one["parameters"]:
            assert parameter["description"], (name, parameter["name"])
            assert "example" in parameter, (name, parameter["name"])


def test_every_field_is_described() -> None:
    for name, schema in document()["components"]["schemas"].items():
        assert schema.get("description"), name
        for field, one in schema["properties"].items():
            assert one.get("description"), (name, field)


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, one in operations():
        parts = [one["requestBody"]] if "requestBody" in one else []
        for part in [*parts, *one["responses"].values()]:
            for content in part.get("content", {}).values():
                yield name, content


def test_every_example_fits_its_schema() -> None:
    seen = 0
    for name, content in contents():
        schema = {**content["schema"], "components": document()["components"]}
        assert jsonschema_rs.is_valid(schema, content["example"]), (name, content["example"])
        seen += 1

    assert seen > 60


def test_what_was_accepted_once_has_an_example() -> None:
    for name, one in operations():
        done = [status for status in one["responses"] if status.startswith("2")]
        assert done, name
        for status in done:
            if status != "204":
                assert "example" in one["responses"][status]["content"]["application/json"], name


@pytest.mark.django_db
def test_the_page_shows_every_operation(client: Client) -> None:
    world = build(NOW)
    client.force_login(world.frank)

    page = client.get("/api/").content.decode()

    for name, one in operations():
        assert f'id="{one["operationId"]}"' in page, name
    assert "curl -H" in page
    assert ">None<" not in page


@pytest.mark.django_db
def test_the_description_is_for_those_who_may_come_in(client: Client) -> None:
    stranger = client.get("/api/v1/openapi.json")
    client.force_login(build(NOW).frank)
    reader = client.get("/api/v1/openapi.json")

    assert stranger.status_code == 401
    assert reader.json() == document()
