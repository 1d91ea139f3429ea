"""Addresses of rosters and people."""

from django.urls import path

from rosters.views import on_call, people

app_name = "rosters"

urlpatterns = [
    path("oncall/", on_call.on_call, name="on_call"),
    path("people/<int:pk>/numbers/", people.numbers, name="numbers"),
]
