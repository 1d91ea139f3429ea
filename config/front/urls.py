"""Addresses of the pages that show several apps."""

from django.urls import path

from config.front.views import desk, now

app_name = "front"

urlpatterns = [
    # Now
    path("", now.now, name="now"),
    # Services
    # Me
    # Search, help, audit
    # Embedded set-up only
    path("desk/", desk.desk, name="desk"),
]
