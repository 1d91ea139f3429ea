"""Addresses of reviews, action items, drills and scorecards."""

from django.urls import path

from reviews.views import actions, drills, pages, reading, scorecards

app_name = "reviews"

urlpatterns = [
    path("reviews/", pages.index, name="list"),
    path("reviews/<int:pk>/", pages.detail, name="detail"),
    path("reviews/<int:pk>/publish/", pages.publish, name="detail_publish"),
    path("reviews/<str:ref>/read/", reading.read, name="read"),
    path("actions/", actions.index, name="actions"),
    path("actions/<int:pk>/done/", actions.complete, name="action_done"),
    path("actions/<int:pk>/reopen/", actions.reopen, name="action_reopen"),
    path("drills/", drills.index, name="drills"),
    path("drills/new/", drills.plan, name="drill_plan"),
    path("drills/<int:pk>/", drills.detail, name="drill"),
    path("drills/<int:pk>/finish/", drills.finish, name="drill_finish"),
    path("drills/<int:pk>/call-off/", drills.call_off, name="drill_call_off"),
    path("drills/findings/<int:pk>/done/", drills.close, name="drill_finding_done"),
    path("drills/findings/<int:pk>/reopen/", drills.reopen, name="drill_finding_reopen"),
    path("scorecards/", scorecards.index, name="scorecards"),
    path("scorecards/<slug:slug>/", scorecards.service, name="scorecard"),
]
