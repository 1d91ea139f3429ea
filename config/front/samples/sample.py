"""What the living page shows of one component."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Sample:
    """One component: its name, its partial, and its states by name with their context."""

    name: str
    template: str
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    is_wide: bool = False


def drawn(name: str, **values: object) -> SafeString:
    """Return one component as it stands inside another."""
    return SafeString(render_to_string(f"components/{name}.html", values))
