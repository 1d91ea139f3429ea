import io
import logging

import pytest

from config.portal.redaction import RedactTokens, redact

TOKEN = "ABCDEFGHJK2"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"GET /a/{TOKEN}/ 200", "GET /a/[redacted]/ 200"),
        (f"https://muster.example/a/{TOKEN}/?x=1", "https://muster.example/a/[redacted]/?x=1"),
        (f"/sign-in/?next=%2Fa%2F{TOKEN}", "/sign-in/?next=%2Fa%2F[redacted]"),
        (f"POST /hooks/{TOKEN}/alertmanager", "POST /hooks/[redacted]/alertmanager"),
        (f"Authorization: Bearer {TOKEN}", "Authorization: Bearer [redacted]"),
        (f"{{'authorization': 'bearer {TOKEN}'}}", "{'authorization': 'bearer [redacted]'}"),
        ("GET /incidents/INC-12/ 200", "GET /incidents/INC-12/ 200"),
    ],
    ids=["answer", "url", "quoted", "hook", "bearer", "header dict", "nothing to hide"],
)
def test_redact_masks_every_kind_of_token(written: str, kept: str) -> None:
    assert redact(written) == kept


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logger(written: io.StringIO) -> logging.Logger:
    handler = logging.StreamHandler(written)
    handler.addFilter(RedactTokens())
    logger = logging.Logger("redaction under test")  # noqa: LOG001  # alone, without a parent
    logger.addHandler(handler)
    return logger


def test_filter_masks_the_arguments(logger: logging.Logger, written: io.StringIO) -> None:
    logger.warning("Not Found: %s (%d)", f"/a/{TOKEN}/", 404)

    assert written.getvalue() == "Not Found: /a/[redacted]/ (404)\n"


def test_filter_masks_the_traceback(logger: logging.Logger, written: io.StringIO) -> None:
    try:
        raise RuntimeError(f"no route to /hooks/{TOKEN}/generic")
    except RuntimeError:
        logger.exception("failed")

    assert "no route to /hooks/[redacted]/generic" in written.getvalue()
    assert TOKEN not in written.getvalue()
