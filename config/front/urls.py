"""Addresses of the pages that show several apps."""

from django.urls import path

from config.front.views import audit, desk, now, search, services
from config.front.views import help as help_pages

app_name = "front"

urlpatterns = [
    # Now
    path("", now.now, name="now"),
    # Services
    path("services/", services.index, name="services"),
    path("services/map/", services.overview_map, name="service_map"),
    path("services/<slug:slug>/", services.detail, name="service"),
    # Me
    # Search, help, audit
    path("audit/", audit.index, name="audit"),
    path("search/", search.index, name="search"),
    path("help/", help_pages.index, name="help"),
    path("help/first-night/", help_pages.first_night, name="help_first_night"),
    # Embedded set-up only
    path("desk/", desk.desk, name="desk"),
]
