"""Icons, severities, marks of steps and entries: a shape and a word, never only a color."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from config.portal.sentences import spoken

register = template.Library()

SEVERITIES = spoken({1: "Critical", 2: "Serious", 3: "Minor", 4: "Small"})


@register.simple_tag
@lru_cache(maxsize=1024, typed=True)
def icon(name: str, label: str = "") -> SafeString:
    """One symbol of icons.svg; decoration unless it has a label."""
    href = f"{static('portal/icons.svg')}#i-{name}"
    if label:
        pattern = '<svg class="i" role="img" aria-label="{1}"><use href="{0}"/></svg>'
        return format_html(pattern, href, label)
    return format_html('<svg class="i" aria-hidden="true"><use href="{}"/></svg>', href)


@register.simple_tag
def severity(level: int, form: str = "chip") -> SafeString:
    """The chip: shape, code and colour; the word for those who do not see it.

    Form "bare" has no word, for places where it stands beside the chip for all to read.
    """
    number = int(level)
    word = format_html('<span class="vh"> {}</span>', severity_word(number))
    return format_html(
        '<span class="sev sev-{0}">{1}SEV{0}{2}</span>',
        number,
        icon(f"sev{number}"),
        word if form == "chip" else "",
    )


@register.simple_tag
def favicon(level: int | None = None) -> str:
    """The page's icon: the shape of a severity, or Muster's own."""
    return static(f"portal/favicon-sev{level}.svg" if level in SEVERITIES else "portal/favicon.svg")


@register.filter
def severity_word(level: int) -> str:
    """ "Critical" for 1."""
    return gettext(SEVERITIES[level]) if level in SEVERITIES else ""


@register.filter
def initials(name: str) -> str:
    """ "AD" for Amara Diallo; "?" for nobody."""
    parts = str(name).split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "?"


@register.filter
def thread_class(steps: Iterable[object]) -> str:
    """ "done-2" when the third of six steps is the last one reached: how far the thread is ink."""
    reached = [i for i, step in enumerate(steps) if getattr(step, "state", "") == "done"]
    return f"done-{reached[-1] if reached else 0}"


TIMELINE_SYMBOLS = {
    "acknowledged": "flag",
    "acknowledged_by_link": "flag",
    "alerts_joined": "signal",
    "approval_answered": "fork",
    "approval_asked": "fork",
    "approval_passed_on": "fork",
    "calls_resumed": "repeat",
    "command_taken": "user",
    "contained": "flag",
    "decided": "fork",
    "declared": "flag",
    "detected": "flag",
    "escalated": "phone",
    "exhausted": "degraded",
    "expert_called": "phone",
    "handed_back": "repeat",
    "held": "clock",
    "help_answered": "hand",
    "help_asked": "hand",
    "jumped": "arrow",
    "nobody_called": "degraded",
    "passed": "hand",
    "ran_late": "clock",
    "reopened": "flag",
    "reroute_ended": "repeat",
    "rerouted": "fork",
    "resolved": "flag",
    "resolved_by_itself": "flag",
    "reviewed": "flag",
    "severity_changed": "flame",
    "signals_firing": "signal",
    "signals_resolved": "signal",
    "snoozed": "moon",
    "step_marked": "check",
    "runbook_chosen": "book",
    "step_skipped": "dash",
    "steps_paused": "clock",
    "stood_down": "moon",
    "told": "phone",
    "unreached": "x",
    "updated": "mega",
    "version_moved": "rules",
}

DECISIONS = frozenset({"decided", "approval_asked", "approval_answered", "approval_passed_on"})


@register.filter
def timeline_symbol(kind: str) -> str:
    """The icon of one kind of timeline entry; a pen for what people write."""
    return TIMELINE_SYMBOLS.get(kind, "note")


@register.filter
def timeline_class(kind: str) -> str:
    """ "mile" for a milestone: those stand out in ink; "decision" for what is decided, in blue."""
    if kind in DECISIONS:
        return "decision"
    return "mile" if TIMELINE_SYMBOLS.get(kind) == "flag" else ""
