"""Addresses of the doors for machines: they are answered before anything made for people."""

from django.urls import path

from incidents import api as incidents
from incidents.views import calling_in

urlpatterns = [
    path("api/v1/alerts/<str:kind>", incidents.alerts, name="alerts"),
    path("hooks/<str:token>/<str:kind>", incidents.alerts, name="hook"),
    path("api/v1/heartbeats/<str:slug>", calling_in.call_in, name="heartbeat"),
    path("hooks/<str:token>/heartbeat/<str:slug>", calling_in.call_in, name="heartbeat_hook"),
]
