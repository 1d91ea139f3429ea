"""Reviews and action items are only read in the admin."""

from datetime import date

import pytest
from django.test import Client

from reviews.models import Factor, Review
from reviews.operations import actions
from reviews.operations.actions import ActionDraft
from tests.reviews.conftest import LATER
from tests.world import World, make_person


@pytest.mark.parametrize("model", ["review", "actionitem"])
def test_rows_are_read_and_link_to_their_page(world: World, review: Review, model: str) -> None:
    draft = ActionDraft("Alert at 2%", "detect", world.bob, date(2026, 12, 4))
    action = actions.add(review, draft, by=world.alice, now=LATER)
    Factor.objects.create(review=review, text="The alert waited.")
    browser = Client()
    browser.force_login(make_person("Root", is_administrator=True))
    pk = review.pk if model == "review" else action.pk

    listed = browser.get(f"/admin/reviews/{model}/")
    shown = browser.get(f"/admin/reviews/{model}/{pk}/change/")

    assert f"/reviews/{review.pk}/".encode() in listed.content
    assert shown.status_code == 200
    assert b'name="_save"' not in shown.content
    assert browser.get(f"/admin/reviews/{model}/add/").status_code == 403
