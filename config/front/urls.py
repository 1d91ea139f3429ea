"""Addresses of the pages that show several apps."""

from django.urls import path

from config.front import views

app_name = "front"

urlpatterns = [
    path("", views.now, name="now"),
    path("desk/", views.desk, name="desk"),
]
