"""Addresses for tests of the navigation."""

from django.http import HttpResponse
from django.urls import include, path

front = ([path("now", lambda request: HttpResponse(), name="now")], "front")
urlpatterns = [path("", include(front))]
