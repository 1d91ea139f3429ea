"""Stored second steps: under the newest key, and taken away."""

import base64

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from config.portal import secrets as ground
from rosters.operations import secrets
from tests import world

OLD, NEW = (base64.urlsafe_b64encode(letter * 32).decode() for letter in (b"o", b"n"))
pytestmark = pytest.mark.django_db


def test_rotate_puts_every_secret_under_the_newest_key(settings):
    settings.FIELD_KEYS = [OLD]
    app = Authenticator.objects.create(
        user=world.make_person("Alice"), type="totp", data={"secret": ground.encrypt("JBSWY3DP")}
    )
    lost = Authenticator.objects.create(
        user=world.make_person("Bob"),
        type="recovery_codes",
        data={"seed": "f1:lost", "used_mask": 0},
    )

    settings.FIELD_KEYS = [NEW, OLD]
    rotation = secrets.rotate()

    settings.FIELD_KEYS = [NEW]
    app.refresh_from_db()
    assert rotation == secrets.Rotation(done=1, unreadable=(lost.pk,))
    assert ground.decrypt(app.data["secret"]) == "JBSWY3DP"


def test_commands_say_what_they_did(capsys):
    alice = world.make_person("Alice")
    Authenticator.objects.create(user=alice, type="totp", data={"secret": ground.encrypt("X")})

    call_command("rotate_secrets")
    call_command("forget_second_step", "Alice@example.org")

    said = capsys.readouterr().out
    assert "1 secrets are under the newest key." in said
    assert "1 second steps of Alice Example are taken away." in said
    with pytest.raises(CommandError, match="Nobody has"):
        call_command("forget_second_step", "nobody@example.org")
