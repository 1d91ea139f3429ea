"""Addresses of rosters and people."""

from django.urls import path

from rosters.views import on_call, people, roster

app_name = "rosters"

urlpatterns = [
    path("oncall/", on_call.on_call, name="on_call"),
    path("oncall/<slug:slug>/", roster.roster, name="roster"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/numbers/", people.numbers, name="numbers"),
]
