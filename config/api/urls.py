"""Addresses of the API, and of the doors of alerts."""

from django.urls import include, path

from config.api import mount, views

urlpatterns = [
    path("", include("config.api.doors")),
    path("api/", views.guide, name="api_guide"),
    path("api/v1/openapi.json", views.openapi, name="openapi"),
    path(mount.AREA, include((mount.urlpatterns(), "api"))),
]
