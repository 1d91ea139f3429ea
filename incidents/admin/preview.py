"""What a rule, a step or a route means now, in plain words."""

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.portal import clock
from config.portal.admin import said
from config.portal.sentences import Sentence, sentence
from incidents.logic.rules import RuleStep
from incidents.models import EscalationStep, PolicyVersion, Route
from incidents.queries import rules
from rosters.enums import SeverityLevel
from rosters.models import Person

UNSAVED = "Save it to read it as a sentence."
NOBODY = format_html('<span class="bad-news">{}</span>', "Nobody would be called.")


def of_step(step: EscalationStep) -> SafeString | str:
    """Whom this step would tell now."""
    if step._state.adding:  # noqa: SLF001  # Django's documented flag
        return UNSAVED
    _, steps = steps_of(step.version)
    same = step.version.steps.filter(clock=step.clock).order_by("wait_minutes", "order", "pk")
    place = list(same.values_list("pk", flat=True)).index(step.pk)
    mine = [one for one in steps if one.promise == step.clock][place : place + 1]
    return said([part for one in mine for part in line(one)]) if mine else NOBODY


def of_route(route: Route) -> SafeString | str:
    """Which rule holds when."""
    if route._state.adding:  # noqa: SLF001  # Django's documented flag
        return UNSAVED
    about = str(route.service) if route.service else "any service"
    at = f" at {SeverityLevel(route.severity).code}" if route.severity else ""
    harm = f" with {route.impact} harm" if route.impact else ""
    pattern = "When {service} breaks{at_severity}{harm}, the rule {rule} holds."
    params = {"service": about, "at_severity": at, "harm": harm, "rule": str(route.policy)}
    return said(sentence(pattern, **params))


def line(step: RuleStep) -> tuple[Sentence, ...]:
    """After how long, what then, who that is now, and when it holds at all."""
    names = (step.names,) if step.names else ()
    return (_begins(step), *step.only, *names, *step.also)


def _begins(step: RuleStep) -> Sentence:
    if not step.wait_minutes:
        return Sentence(f"At once: {step.said.msgid}", step.said.params)
    params = {**step.said.params, "wait_minutes": step.wait_minutes}
    return Sentence(f"After {{wait_minutes}}: {step.said.msgid}", params)


def steps_of(version: PolicyVersion) -> tuple[object, tuple[RuleStep, ...]]:
    """Every call of the version in turn, for the first service that it holds for."""
    reader = Person(time_zone=timezone.get_current_timezone_name())
    return rules.of_version(version, reader=reader, now=clock.show_now())
