"""Addresses of incidents. The door for alerts is mounted by the root."""

from django.urls import path

from incidents.views import acts, answer, declare, pages, rules, saved, status
from incidents.views.signals import heartbeats, maintenance, overview, receipts, sources

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
    path("signals/maintenance/", maintenance.index, name="maintenance"),
    path("signals/maintenance/new/", maintenance.new, name="maintenance_new"),
    path("signals/maintenance/<int:pk>/", maintenance.edit, name="maintenance_edit"),
    path("signals/maintenance/<int:pk>/call-off/", maintenance.call_off, name="maintenance_off"),
    path("signals/maintenance/<int:pk>/end/", maintenance.end, name="maintenance_end"),
    path("signals/heartbeats/", heartbeats.index, name="heartbeats"),
    path("signals/heartbeats/new/", heartbeats.new, name="heartbeat_new"),
    path("signals/heartbeats/<int:pk>/", heartbeats.detail, name="heartbeat"),
    path("signals/heartbeats/<int:pk>/mute/", heartbeats.mute, name="heartbeat_mute"),
    path("signals/heartbeats/<int:pk>/unmute/", heartbeats.unmute, name="heartbeat_unmute"),
    path("signals/heartbeats/<int:pk>/pause/", heartbeats.pause, name="heartbeat_pause"),
    path("rules/", rules.index, name="rules"),
    path("rules/<slug:slug>/", rules.detail, name="rule"),
    path("signals/", overview.index, name="signals"),
    path("signals/sources/new/", sources.new, name="source_new"),
    path("signals/sources/<slug:slug>/", sources.detail, name="source"),
    path("signals/sources/<slug:slug>/edit/", sources.edit, name="source_edit"),
    path("signals/sources/<slug:slug>/try/", sources.trial, name="source_try"),
    path("signals/sources/<slug:slug>/secret/", sources.secret, name="source_secret"),
    path("signals/sources/<slug:slug>/tokens/", sources.token_new, name="source_token_new"),
    path(
        "signals/sources/<slug:slug>/tokens/<int:pk>/revoke/",
        sources.token_revoke,
        name="source_token_revoke",
    ),
    path("signals/sources/<slug:slug>/again/", receipts.refused_again, name="source_again"),
    path("signals/receipts/<int:pk>/", receipts.detail, name="receipt"),
    path("signals/receipts/<int:pk>/again/", receipts.again, name="receipt_again"),
    path("status/", status.index, name="status"),
    path("a/<str:token>/", answer.answer, name="answer"),
]
