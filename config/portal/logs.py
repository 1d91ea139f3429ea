"""Log lines as data: what happened, its facts, the request it belongs to; every token masked."""

from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.portal.redaction import redact

JSON, LINE = "json", "line"
FORMS = (JSON, LINE)

# What every line carries, whoever wrote it: Django, Celery, a library or Muster itself.
_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask every token in the line, tracebacks included; the last step before it is written."""
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: object) -> object:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, MutableMapping):
        return {key: _masked(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(one) for one in value]
    return redact(str(value))


def configure() -> None:
    """Lead structlog's own loggers into the standard ones, so that there is one way out."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED[:3],
            structlog.stdlib.PositionalArgumentsFormatter(),
            _SHARED[4],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def settings_for(form: str, *, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything to standard error, one line an event, as `form` has it.

    `form` is "json" for machines or "line" for people.
    """
    renderer: Processor = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if form == JSON
        else structlog.dev.ConsoleRenderer(
            colors=False,
            pad_event_to=0,
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        mask,
        renderer,
    ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "event": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": last,
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "event"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            # The line of the request says it already, with its number.
            "django.request": {"level": "ERROR", "propagate": True},
            # Every beat and every task says so each second: only trouble is worth a line.
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            # It writes down every command, recipients and so tokens included.
            "mail.log": {"level": "ERROR"},
            # It writes down every key it meets.
            "fido2": {"level": "WARNING"},
        },
    }
