import pytest

from config.portal.redaction import redact

TOKEN = "ABCDEFGHJK2"
API = "4fK9zQ2bT7wXc1mN8pRs5vYd3gHj6kLq0aZeUiOp"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"GET /a/{TOKEN}/ 200", "GET /a/[redacted]/ 200"),
        (f"GET /c/{TOKEN}/ 200", "GET /c/[redacted]/ 200"),
        ("POST /letters/12:kQ3-_x/ 200", "POST /letters/[redacted]/ 200"),
        (f"https://muster.example/a/{TOKEN}/?x=1", "https://muster.example/a/[redacted]/?x=1"),
        (f"/sign-in/?next=%2Fa%2F{TOKEN}", "/sign-in/?next=%2Fa%2F[redacted]"),
        (f"POST /hooks/{TOKEN}/alertmanager", "POST /hooks/[redacted]/alertmanager"),
        (f"GET /hooks/{TOKEN}%3D/sentry?x=1", "GET /hooks/[redacted]/sentry?x=1"),
        (f"GET /feeds/{TOKEN}.ics 200", "GET /feeds/[redacted] 200"),
        ("the secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "the secret whsec_[redacted]"),
        (f"Authorization: Bearer {TOKEN}", "Authorization: Bearer [redacted]"),
        (f"{{'authorization': 'bearer {TOKEN}'}}", "{'authorization': 'bearer [redacted]'}"),
        (f"GET /api/v1/people?token=mu_{API} 200", "GET /api/v1/people?token=mu_[redacted] 200"),
        (f"%22mu_{API}%22", "%22mu_[redacted]%22"),
        (f"RCPT TO:<{API}@muster.example>", "RCPT TO:<[redacted]@muster.example>"),
        (f"recip: {API}+payments@muster.example", "recip: [redacted]+payments@muster.example"),
        ("mail from mei.tan@muster.example", "mail from mei.tan@muster.example"),
        ("GET /incidents/INC-12/ 200", "GET /incidents/INC-12/ 200"),
    ],
    ids=[
        "answer",
        "confirmation link",
        "letter link",
        "url",
        "quoted",
        "hook",
        "hook quoted",
        "calendar",
        "signing secret",
        "bearer",
        "header dict",
        "api",
        "api quoted",
        "address of a source",
        "address of a source and service",
        "address of a person",
        "nothing to hide",
    ],
)
def test_redact_masks_every_kind_of_token(written: str, kept: str) -> None:
    assert redact(written) == kept
