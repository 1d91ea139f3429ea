"""Addresses of the pages that show several apps."""

from django.urls import path

from config.front.views import (
    audit,
    desk,
    drafts,
    leaving,
    me,
    now,
    search,
    services,
    styleguide,
    tour,
)
from config.front.views import help as help_pages

app_name = "front"

urlpatterns = [
    # Now
    path("", now.now, name="now"),
    path("wall/", now.wall, name="wall"),
    # Services
    path("services/", services.index, name="services"),
    path("services/map/", services.overview_map, name="service_map"),
    path("services/<slug:slug>/", services.detail, name="service"),
    # Me
    path("me/", me.me, name="me"),
    path("me/numbers/<int:pk>/test/", me.test_point, name="test_point"),
    path("me/numbers/<int:pk>/arrived/", me.confirm_point, name="confirm_point"),
    # Leavers
    path("people/<int:pk>/leaving/", leaving.leaving, name="leaving"),
    path("people/<int:pk>/leaving/test/", leaving.test, name="leaving_test"),
    path("people/<int:pk>/leaving/ask/", leaving.ask, name="leaving_ask"),
    path("people/<int:pk>/leaving/call-off/", leaving.call_off, name="leaving_call_off"),
    # Drafts
    path("drafts/", drafts.keep, name="drafts"),
    path("drafts/start-afresh/", drafts.start_afresh, name="draft_drop"),
    # Search, help, audit
    path("audit/", audit.index, name="audit"),
    path("search/", search.index, name="search"),
    path("help/", help_pages.index, name="help"),
    path("tour/", tour.tour, name="tour"),
    path("help/first-night/", help_pages.first_night, name="help_first_night"),
    # Embedded set-up only
    path("desk/", desk.desk, name="desk"),
    path("desk/reply/", desk.reply, name="desk_reply"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
