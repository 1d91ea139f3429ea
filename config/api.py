"""Where the doors for machines are mounted."""

from django.urls import path

from incidents import api

urlpatterns = [
    path("api/v1/alerts/<str:kind>", api.alerts, name="alerts"),
    path("hooks/<str:token>/<str:kind>", api.alerts, name="hook"),
]
