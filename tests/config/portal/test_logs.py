"""Lines as they are written, by the very settings that production has."""

import io
import json
import logging

import pytest
import structlog

from config.portal import logs

TOKEN = "ABCDEFGHJK2"


@pytest.fixture(params=logs.FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logger(form: str, written: io.StringIO) -> logging.Logger:
    """A logger with the one formatter of the settings, and nothing of the test run's."""
    event = logs.settings_for(form, level="INFO")["formatters"]["event"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        event["()"](processors=event["processors"], foreign_pre_chain=event["foreign_pre_chain"])
    )
    logger = logging.Logger("lines under test")  # noqa: LOG001  # alone, without a parent
    logger.addHandler(handler)
    return logger


def test_tokens_are_masked_in_the_message_its_arguments_and_its_facts(
    logger: logging.Logger, written: io.StringIO
) -> None:
    logger.warning("Not Found: %s", f"/a/{TOKEN}/", extra={"also": [f"/hooks/{TOKEN}/generic"]})

    text = written.getvalue()
    assert "/a/[redacted]/" in text
    assert "/hooks/[redacted]/generic" in text
    assert TOKEN not in text


def test_tokens_are_masked_in_a_traceback(logger: logging.Logger, written: io.StringIO) -> None:
    try:
        raise RuntimeError(f"no route to /hooks/{TOKEN}/generic")
    except RuntimeError:
        logger.exception("failed")

    text = written.getvalue()
    assert "no route to /hooks/[redacted]/generic" in text
    assert TOKEN not in text


def test_a_line_carries_its_facts_and_its_request(
    logger: logging.Logger, form: str, written: io.StringIO
) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        logger.warning("advance failed", extra={"escalation": 7})

    text = written.getvalue()
    assert text.count("\n") == 1
    if form == logs.JSON:
        line = json.loads(text)
        assert line.pop("timestamp").endswith("Z")
        assert line == {
            "event": "advance failed",
            "escalation": 7,
            "level": "warning",
            "logger": "lines under test",
            "request_id": "r-1",
        }
    else:
        assert "advance failed" in text
        assert "escalation=7" in text


@pytest.mark.parametrize("form", [logs.JSON])
def test_a_line_break_in_a_value_makes_no_second_line(
    logger: logging.Logger, written: io.StringIO
) -> None:
    logger.warning("GET /x\n{'event': 'forged'}")

    assert written.getvalue().count("\n") == 1
