"""Addresses of incidents. The door for alerts is mounted by the root."""

from django.urls import path

from incidents.views import acts, answer, declare, pages, rules, saved, status

app_name = "incidents"

urlpatterns = [
    path("incidents/", pages.index, name="list"),
    path("incidents/new/", declare.declare, name="declare"),
    path("incidents/views/", saved.save, name="view_save"),
    path("incidents/views/<int:pk>/rename/", saved.rename, name="view_rename"),
    path("incidents/views/<int:pk>/remove/", saved.remove, name="view_remove"),
    path("incidents/<str:ref>/", pages.detail, name="detail"),
    path("incidents/<str:ref>/acknowledge/", acts.acknowledge, name="acknowledge"),
    path("incidents/<str:ref>/hand-back/", acts.hand_back, name="hand_back"),
    path("incidents/<str:ref>/contain/", acts.contain, name="contain"),
    path("incidents/<str:ref>/contain/undo/", acts.undo_contain, name="undo_contain"),
    path("incidents/<str:ref>/resolve/", acts.resolve, name="resolve"),
    path("incidents/<str:ref>/command/", acts.take_command, name="take_command"),
    path("incidents/<str:ref>/command/back/", acts.give_back_command, name="give_back_command"),
    path("incidents/<str:ref>/notes/", acts.note, name="note"),
    path("incidents/<str:ref>/updates/new/", acts.post_update, name="update"),
    path("rules/", rules.index, name="rules"),
    path("rules/<slug:slug>/", rules.detail, name="rule"),
    path("status/", status.index, name="status"),
    path("a/<str:token>/", answer.answer, name="answer"),
]
