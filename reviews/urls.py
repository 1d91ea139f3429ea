"""Addresses of reviews, action items and scorecards."""

from django.urls import path

from reviews.views import actions, pages, scorecards

app_name = "reviews"

urlpatterns = [
    path("reviews/", pages.index, name="list"),
    path("reviews/<int:pk>/", pages.detail, name="detail"),
    path("reviews/<int:pk>/publish/", pages.publish, name="detail_publish"),
    path("actions/", actions.index, name="actions"),
    path("actions/<int:pk>/done/", actions.complete, name="action_done"),
    path("actions/<int:pk>/reopen/", actions.reopen, name="action_reopen"),
    path("scorecards/", scorecards.index, name="scorecards"),
    path("scorecards/<slug:slug>/", scorecards.service, name="scorecard"),
]
