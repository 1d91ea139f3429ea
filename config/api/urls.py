"""Addresses of the API, and of the doors of alerts."""

from django.urls import include, path

from config.api import mount, views
from incidents import api as incidents
from incidents.views import calling_in

urlpatterns = [
    path("api/v1/alerts/<str:kind>", incidents.alerts, name="alerts"),
    path("hooks/<str:token>/<str:kind>", incidents.alerts, name="hook"),
    path("api/v1/heartbeats/<str:slug>", calling_in.call_in, name="heartbeat"),
    path("hooks/<str:token>/heartbeat/<str:slug>", calling_in.call_in, name="heartbeat_hook"),
    path("api/", views.guide, name="api_guide"),
    path("api/v1/openapi.json", views.openapi, name="openapi"),
    path(mount.AREA, include((mount.urlpatterns(), "api"))),
]
