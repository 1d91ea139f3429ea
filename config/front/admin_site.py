"""The admin of Muster: by task, in the portal's shell, with history in words."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.apps import apps
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.i18n import JavaScriptCatalog

from config.front.queries import audit, chores
from config.portal import clock
from rosters.models import Person

PAGE_SIZE = 50
FROM_NOBODY = audit.Asked(who="nobody")
NUL = "\0"
# What Django and PostgreSQL say of an id, a year or a number in the address that cannot be one.
NO_SUCH_VALUE = ("expected a number but got", "out of range")
REGEX = ("__regex", "__iregex")  # no list of ours asks with one; it can keep the database busy


class OurWords(JavaScriptCatalog):
    """What the scripts of the admin say, in the words of its pages."""

    def get_catalog(self) -> dict[str, Any]:
        """Django's, with ours over them."""
        counted = "%(sel)s of %(cnt)s chosen"
        return {**super().get_catalog(), "%(sel)s of %(cnt)s selected": [counted, counted]}


class MusterAdmin(AdminSite):
    """What people configure. Who signs in does so at the portal's own page."""

    site_title = "Muster"
    site_header = "Muster"
    index_title = "What do you want to change?"
    enable_nav_sidebar = False
    empty_value_display = "Not set"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses; a thing's history is ours."""
        ours = path(
            "<slug:app>/<slug:model>/<path:object_id>/history/", self.admin_view(self.history)
        )
        return [ours, *super().get_urls()]

    def i18n_javascript(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The words of Django's scripts."""
        del extra_context
        answer = OurWords.as_view(packages=["django.contrib.admin"])(request)
        return cast("HttpResponse", answer)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002  # Django's signature
        """Django's check of who may, after a look at what was asked for."""
        return super().admin_view(_readable(view), cacheable)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The portal's sign-in; for those who are signed in, why not."""
        del extra_context
        if request.user.is_authenticated:
            raise PermissionDenied
        query = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
        return redirect(f"{reverse('sign_in')}?{query}")

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """What people come here to do, each with what waits."""
        del extra_context
        person = _person(request)
        why_not = audit.why_not_read(person)
        lately = [] if why_not else audit.Trail(person, audit.Asked())[:6]
        context = {
            **self.each_context(request),
            "title": self.index_title,
            "chores": chores.waiting(now=clock.show_now()),
            "counts": chores.counts(),
            "may_see": {
                f"{app['app_label']}_{model['object_name'].lower()}"
                for app in self.get_app_list(request)
                for model in app["models"]
            },
            "app_list": self.get_app_list(request),
            "lately": lately,
            "by_nobody": 0 if lately or why_not else audit.Trail(person, FROM_NOBODY).count(),
        }
        request.current_app = self.name
        return TemplateResponse(request, "admin/index.html", context)

    def history(
        self, request: HttpRequest, app: str, model: str, object_id: str
    ) -> HttpResponseBase:
        """Everything that was done to one thing and its parts, as sentences."""
        found, row = self._row(request, app, model, object_id)
        kind = audit.is_kept(found)
        asked = audit.Asked(who="all", kind=kind, row=row.pk)
        trail: Any = audit.Trail(_person(request), asked) if kind else []
        page = Paginator(trail, PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            **self.each_context(request),
            "title": f"History of {row}",
            "opts": found._meta,  # noqa: SLF001  # public in spite of its name
            "object": row,
            "page": page,
            "is_kept": bool(kind),
        }
        return TemplateResponse(request, "admin/object_history.html", context)

    def _row(
        self, request: HttpRequest, app: str, model: str, object_id: str
    ) -> tuple[type[Model], Model]:
        try:
            found = apps.get_model(app, model)
            admin = self.get_model_admin(found)
        except LookupError as error:
            raise Http404 from error
        row = admin.get_object(request, object_id)
        if row is None:
            raise Http404
        if not admin.has_view_permission(request, row):
            raise PermissionDenied
        return found, row


def _readable(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view in the reader's zone, for requests that a database can be asked about."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # any response
        typed = [str(value) for value in (*args, *kwargs.values())]
        for query in (request.GET, request.POST):
            typed += [text for name, values in query.lists() for text in (name, *map(str, values))]
        if any(NUL in text for text in typed):
            raise Http404
        if any(name.endswith(REGEX) for name in request.GET):
            raise BadRequest
        with timezone.override(ZoneInfo(getattr(request.user, "time_zone", "") or "UTC")):
            try:
                response = view(request, *args, **kwargs)
                return response.render() if isinstance(response, TemplateResponse) else response
            except (ValueError, DataError) as error:
                if any(words in str(error) for words in NO_SUCH_VALUE):
                    raise BadRequest from error
                raise

    return checked


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
