"""What was learned from one incident of the past: its review, and what became of the action."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from config.demo.cast import Cast
from config.demo.history.calendar import Occasion
from incidents.models import Incident
from reviews.enums import ActionKind
from reviews.models import ActionItem, Review
from reviews.operations import actions, editing, sweep
from reviews.operations.actions import ActionDraft
from reviews.operations.editing import Draft
from rosters.models import Membership, Person

Act = Callable[[datetime], object]
LATE_SHARE = 0.3
KINDS = (ActionKind.PREVENT, ActionKind.DETECT, ActionKind.CONTAIN, ActionKind.PROCESS)
LUCKY = (
    "It was a quiet hour. At noon many more customers would have noticed.",
    "The one person who knew this part was awake.",
    "",
    "The supplier picked up the phone at the first ring.",
    "",
)
ON_CALLS = (
    "The calls went as the rule says.",
    "The first call was not heard. The backup answered.",
    "",
    "The first on call answered within two minutes.",
)
MORE_FACTORS = (
    "The team that could help was not in the call until later.",
    "The graph that shows it is on no page that people look at.",
    "The runbook did not name this case.",
    "Two changes went live within the same hour.",
)
SECOND_ACTIONS = (
    ("Add this case to the runbook", ActionKind.CONTAIN),
    ("Put the graph on the team's page", ActionKind.DETECT),
    ("Try it in the next drill", ActionKind.PROCESS),
)


@dataclass
class Lesson:
    """The look back at one occasion."""

    cast: Cast
    occasion: Occasion
    add: Callable[[datetime, Act], None]

    def begin(self, incident: Incident, at: datetime) -> None:
        """The incident is over: its review opens, and is written in the days that follow."""
        self.incident = incident
        self.lot = Random(f"lesson {self.occasion.number}")  # noqa: S311  # a story, not a secret
        self.add(at + timedelta(minutes=1), lambda at: sweep.open_due_reviews(now=at))
        days = self.occasion.review_days
        if days is not None:
            self.add(at + timedelta(days=days), self.publish)
        elif self.occasion.number % 3:
            self.add(at + timedelta(days=1.3), self.half_write)

    def half_write(self, at: datetime) -> None:
        review = self._review()
        if review:
            draft = Draft(story=self._story(), factors=[self.occasion.plot.factor])
            editing.save(review, draft, revision=review.revision, by=self._writer(), now=at)

    def publish(self, at: datetime) -> None:
        review = self._review()
        if review is None:
            return
        writer = self._writer()
        plot, lot = self.occasion.plot, self.lot
        factors = [plot.factor, *lot.sample(MORE_FACTORS, lot.randrange(2))]
        draft = Draft(
            story=self._story(),
            went_well=plot.helped,
            was_lucky=lot.choice(LUCKY),
            escalation_look_back=lot.choice(ON_CALLS),
            factors=factors,
            actions=list(self._promised(at)),
        )
        editing.save(review, draft, revision=review.revision, by=writer, now=at)
        editing.publish(review, by=writer, now=at)
        for action in review.actions.all():
            self._keep(action, at)

    def _review(self) -> Review | None:
        return Review.objects.filter(incident=self.incident).first()

    def _writer(self) -> Person:
        if self.occasion.plot.is_restricted:  # only those with a part in it may read it
            answered = Incident.objects.select_related("acknowledged_by").get(pk=self.incident.pk)
            return answered.acknowledged_by or self.cast.people["Amara"]
        lead = (
            Membership.objects.filter(team=self.incident.service.owner_team, is_lead=True)  # type: ignore[union-attr]  # every plot has one
            .select_related("person")
            .first()
        )
        return lead.person if lead else self.cast.people["Amara"]

    def _story(self) -> str:
        plot = self.occasion.plot
        return f"{plot.behind} {plot.noticed} {plot.fixed_by}"

    def _promised(self, at: datetime) -> list[ActionDraft]:
        plot, lot = self.occasion.plot, self.lot
        drafts = [self._draft(plot.action, lot.choice(KINDS), self.cast.people[plot.owner], at)]
        if lot.random() < 0.3 and not plot.is_restricted:
            title, kind = lot.choice(SECOND_ACTIONS)
            drafts.append(self._draft(f"{title}: {plot.title.lower()}", kind, self._writer(), at))
        return drafts

    def _draft(self, title: str, kind: str, owner: Person, at: datetime) -> ActionDraft:
        if self.occasion.plot.is_restricted:
            owner = self._writer()
        due_date = (at + timedelta(days=self.lot.choice((7, 14, 21, 28, 35)))).date()
        return ActionDraft(title=title, kind=kind, owner=owner, due_date=due_date)

    def _keep(self, action: ActionItem, at: datetime) -> None:
        """Most actions are done before they are due; some late, some not at all."""
        days = (action.due_date - at.date()).days
        share = self.lot.uniform(0.4, 0.98)
        if self.lot.random() < LATE_SHARE:
            share = self.lot.uniform(1.1, 2)
        done_at = at + timedelta(days=days * share)
        self.add(done_at, lambda at: self._complete(action, at))

    def _complete(self, action: ActionItem, at: datetime) -> None:
        evidence = self.lot.choice(("It is live.", "Tried on Tuesday, it works.", "Merged.", ""))
        actions.complete(action, by=action.owner, evidence=evidence, now=at)
