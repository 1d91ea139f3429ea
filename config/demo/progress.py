"""How far the demo's history is: for the terminal that writes it, and for the portal's pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.cache import cache
from django.core.management.base import OutputWrapper
from django.http import HttpRequest

KEY = "demo:history"
FORGOTTEN_AFTER_SECONDS = 60
WIDTH = 30
LINE_EVERY = 20
NAME = "The demo's history"


@contextmanager
def shown(output: OutputWrapper) -> Iterator[Callable[[float], None]]:
    """Inside, what is given to the yielded function stands on the terminal and on every page.

    A bar where the output is a terminal, else one line for every fifth part.
    """
    last = -1

    def report(done: float) -> None:
        nonlocal last
        percent = max(1, min(99, int(done * 100)))
        if percent == last:
            return
        cache.set(KEY, percent, FORGOTTEN_AFTER_SECONDS)
        with suppress(OSError):  # the terminal may be gone
            _say(output, percent, is_new=percent // LINE_EVERY > last // LINE_EVERY)
        last = percent

    try:
        yield report
    finally:
        cache.delete(KEY)
        if output.isatty():
            with suppress(OSError):
                output.write("\r\x1b[K", ending="")


def _say(output: OutputWrapper, percent: int, *, is_new: bool) -> None:
    if output.isatty():
        full = "█" * (percent * WIDTH // 100)
        output.write(f"\r{NAME} {full:░<{WIDTH}} {percent:3d}%", ending="")
        output.flush()
    elif is_new:
        output.write(f"{NAME}: {percent}%")
        output.flush()


def demo(_request: HttpRequest) -> dict[str, Any]:
    """`demo_percent` on every page of the embedded set-up: how far the history is, or None."""
    return {"demo_percent": cache.get(KEY)}
