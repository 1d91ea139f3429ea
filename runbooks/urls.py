"""Addresses of runbooks and of the glossary."""

from django.urls import path

from runbooks import views

app_name = "runbooks"

urlpatterns = [
    path("runbooks/", views.index, name="list"),
    path("runbooks/<slug:slug>/", views.detail, name="detail"),
    path("glossary/", views.glossary, name="glossary"),
]
