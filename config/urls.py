"""The root of every address."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import health, metrics

handler400 = "config.portal.errors.bad_request"
handler403 = "config.front.errors.not_allowed"
handler404 = "config.front.errors.page_not_found"
handler500 = "config.portal.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("", include("config.front.account.urls")),
    path("admin/", admin.site.urls),
    path("", include("config.api.urls")),
    path("", include("config.front.urls")),
    path("", include("rosters.urls")),
    path("", include("incidents.urls")),
    path("", include("reviews.urls")),
    path("", include("runbooks.urls")),
]
