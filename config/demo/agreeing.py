"""What changes in rules just now: a version that waits for a second person, and a follower."""

from datetime import datetime, timedelta

from config.demo import sink
from config.demo.cast import Cast
from incidents.enums import Promise
from incidents.models import EscalationPolicy, PolicyVersion
from incidents.operations import agreeing, following_rules, policies, telling_places

POLICY = "Payments, critical and serious"
FOLLOWED = "Payments"
SOONER = 2
ASKED_BEFORE = timedelta(hours=3)


def build(cast: Cast, *, now: datetime) -> None:
    """Jonas asks a second person; Olivia follows; who is called by now has been noted."""
    policy = EscalationPolicy.objects.get(name=POLICY)
    live = policy.versions.filter(published_at__isnull=False).order_by("-number")[0]
    draft = policies.draft_next(live)
    last = draft.steps.filter(clock=Promise.ACKNOWLEDGE).order_by("-wait_minutes", "-order")[0]
    last.wait_minutes = max(last.wait_minutes - SOONER, 1)
    last.save(update_fields=["wait_minutes"])
    why = "The commander would rather hear of it two minutes too soon."
    PolicyVersion.objects.filter(pk=draft.pk).update(rationale=why)
    agreeing.ask(draft, by=cast.people["Jonas"], now=now - ASKED_BEFORE)
    following_rules.follow(cast.services[FOLLOWED], by=cast.people["Olivia"], now=now)
    telling_places.tell_due(now=now)
    sink.silence_whatever_waits(now=now)
