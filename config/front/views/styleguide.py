"""The living page of the design system."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Engine
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.views.decorators.http import require_safe
from django_tables2 import RequestConfig

from config.front.samples import Sample, samples
from config.portal import clock


@dataclass(frozen=True)
class Shown:
    """One component as the page shows it: what its own header says, and its states drawn."""

    sample: Sample
    anchor: str
    header: str
    states: list[tuple[str, str]]


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component once, by its own partial; in the embedded set-up only."""
    if not settings.EMBEDDED:
        raise Http404
    around = _around(request)
    shown = [_shown(sample, request, around) for sample in samples(clock.show_now())]
    return render(request, "front/styleguide.html", {"shown": shown})


def _around(request: HttpRequest) -> dict[str, Any]:
    """What stands on every page, asked once and not for each state of each component."""
    found: dict[str, Any] = {}
    for processor in Engine.get_default().template_context_processors:
        found |= processor(request)
    return found


def _shown(sample: Sample, request: HttpRequest, around: dict[str, Any]) -> Shown:
    drawn: list[tuple[str, str]] = []
    for name, values in sample.states.items():
        template = "front/_chart_sample.html" if "chart" in values else sample.template
        if table := values.get("table"):
            RequestConfig(request, paginate=False).configure(table)
        drawn.append((name, render_to_string(template, around | dict(values))))
    return Shown(sample, f"part-{slugify(sample.name)}", _header(sample.template), drawn)


def _header(name: str) -> str:
    """The comment at the head of a partial: what it is, and the context it takes."""
    source = Engine.get_default().get_template(name).source
    for opening, closing in (("{# ", " #}"), ("{% comment %}", "{% endcomment %}")):
        if opening in source[:400]:
            text = source.split(opening, 1)[1].split(closing, 1)[0]
            return " ".join(text.split())
    return ""
