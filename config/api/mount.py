"""The API under /api/v1/: every app's routers behind the one door."""

from collections.abc import Mapping
from typing import Any, NoReturn

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.parser import Parser
from ninja.renderers import BaseRenderer

from config.api.door import Operation, behind
from config.portal.rest.errors import Problem, of_validation, respond
from config.portal.rest.schema import as_bytes
from config.portal.rest.scopes import needed_by
from rosters import api as rosters

ROUTERS = (*rosters.routers,)
"""One line for each app that has resources."""
AREA = "api/v1/"


class StrictParser(Parser):
    """Hands over the body that the door has read already."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        body: dict[str, Any] = getattr(request, "strict_body", {})
        return body


class Renderer(BaseRenderer):
    """JSON, the same bytes wherever it is written."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ANN401, ARG002  # the library's signature
        return as_bytes(data)


def _make() -> NinjaAPI:
    made = NinjaAPI(
        title="Muster",
        version="1",
        description="People, services, the contact matrix and rosters, for programs.",
        docs_url=None,
        openapi_url=None,
        parser=StrictParser(),
        renderer=Renderer(),
        urls_namespace="muster",
    )
    for router in ROUTERS:
        made.add_router("", router)
    made.add_exception_handler(Problem, _refused)
    made.add_exception_handler(ValidationError, _not_valid)
    made.add_exception_handler(Exception, _unforeseen)
    return made


def _refused(_request: HttpRequest, problem: Any) -> HttpResponse:  # noqa: ANN401  # the library's signature
    return respond(problem.answer)


def _not_valid(_request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ANN401  # the library's signature
    return respond(of_validation(error.errors).answer)


def _unforeseen(_request: HttpRequest, error: Any) -> NoReturn:  # noqa: ANN401  # the library's signature
    raise error


api = _make()


def operations() -> Mapping[str, Mapping[str, Operation]]:
    """What there is: by route, by method."""
    found: dict[str, dict[str, Operation]] = {}
    for router in ROUTERS:
        for route, view in router.path_operations.items():
            by_method = found.setdefault(_route(route), {})
            for one in view.operations:
                queries = frozenset(
                    name
                    for model in one.models
                    if model.__ninja_param_source__ == "query"
                    for name in model.__ninja_flatten_map__
                )
                operation = Operation(needed_by(one.view_func), queries)
                by_method |= dict.fromkeys(one.methods, operation)
    return found


def _route(written: str) -> str:
    """The route as URLs know it: people/<int:person_id>."""
    return written.lstrip("/").replace("{", "<").replace("}", ">")


def urlpatterns() -> list[URLPattern]:
    """Each address once, behind the door."""
    by_route = operations()
    found: dict[str, URLPattern] = {}
    for pattern in api.urls[0]:
        route = str(pattern.pattern)
        if route in by_route and route not in found and isinstance(pattern, URLPattern):
            view = behind(pattern.callback, by_route[route])
            found[route] = path(route, view, name=pattern.name)
    return list(found.values())
