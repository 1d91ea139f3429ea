"""Signing and checking in the Standard Webhooks form."""

from datetime import UTC, datetime, timedelta

import pytest

from config.portal import standard_webhooks
from config.portal.standard_webhooks import headers, new_secret, why_not

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
BODY = b'{"test": 2432232314}'
# The example that the specification gives for implementers to check against.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime.fromtimestamp(1614265330, UTC)
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_example_is_signed_as_published() -> None:
    said = headers(SECRET, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", body=BODY, at=AT)

    assert said["webhook-signature"] == SIGNATURE
    assert said["webhook-timestamp"] == "1614265330"


def test_what_is_signed_proves_itself() -> None:
    secret = new_secret()
    said = headers(secret, message_id="m1", body=BODY, at=NOW)

    assert why_not(secret, body=BODY, found=said, now=NOW) is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param({"webhook-id": "m2"}, "does not fit", id="another id"),
        pytest.param({"webhook-timestamp": str(int(NOW.timestamp()) + 1)}, "not fit", id="time"),
        pytest.param({"webhook-signature": "v1,AAAA"}, "does not fit", id="another signature"),
        pytest.param({"webhook-signature": "v1,ü"}, "does not fit", id="no ASCII"),
        pytest.param({"webhook-signature": ""}, "does not fit", id="empty"),
        pytest.param({"webhook-signature": "v2,AAAA"}, "does not fit", id="another version"),
        pytest.param({"webhook-id": ""}, "must be signed", id="no id"),
        pytest.param({"webhook-timestamp": "soon"}, "five minutes", id="no number"),
        pytest.param({"webhook-timestamp": "9" * 30}, "five minutes", id="a huge number"),
    ],
)
def test_what_was_changed_is_refused(change: dict[str, str], sentence: str) -> None:
    secret = new_secret()
    said = headers(secret, message_id="m1", body=BODY, at=NOW) | change

    assert sentence in (why_not(secret, body=BODY, found=said, now=NOW) or "")


def test_another_body_is_refused() -> None:
    secret = new_secret()
    said = headers(secret, message_id="m1", body=BODY, at=NOW)

    assert why_not(secret, body=BODY + b" ", found=said, now=NOW) is not None


@pytest.mark.parametrize(
    ("later", "is_fresh"),
    [
        (timedelta(minutes=5), True),
        (timedelta(minutes=5, seconds=1), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-5, seconds=-1), False),
    ],
)
def test_five_minutes_either_way(later: timedelta, is_fresh: bool) -> None:
    secret = new_secret()
    said = headers(secret, message_id="m1", body=BODY, at=NOW)

    assert (why_not(secret, body=BODY, found=said, now=NOW + later) is None) is is_fresh


def test_while_a_secret_is_changed_one_right_signature_is_enough() -> None:
    old, fresh = new_secret(), new_secret()
    said = headers(old, message_id="m1", body=BODY, at=NOW)
    other = headers(fresh, message_id="m1", body=BODY, at=NOW)
    both = f"{said['webhook-signature']} {other['webhook-signature']}"

    assert why_not(fresh, body=BODY, found=said | {"webhook-signature": both}, now=NOW) is None


def test_a_secret_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="whsec_"):
        standard_webhooks.headers("whsec_ü", message_id="m1", body=BODY, at=NOW)
