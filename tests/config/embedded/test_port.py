"""The mail door's port: wanted, free, or somebody else's."""

import socket
from typing import Any

import pytest
from pytest_django import Settings

from config.embedded import port, programs, supervisor


@pytest.fixture
def taken() -> Any:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def names() -> list[str]:
    return [program.name for program in supervisor._programs_that_can_run()]


def test_a_door_that_is_not_wanted_is_none(settings: Settings) -> None:
    settings.MAIL_DOOR_PORT = 0

    assert not port.has_mail_door()
    assert programs.MAIL_DOOR not in names()


def test_another_program_has_the_port(
    settings: Settings, taken: int, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MAIL_DOOR_PORT = taken

    assert programs.MAIL_DOOR not in names()
    assert names()[0] == "web"
    assert f"Port {taken} is taken by another program" in capsys.readouterr().out


def test_a_free_port_has_a_door(settings: Settings, taken: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.MAIL_DOOR_PORT = probe.getsockname()[1]

    assert programs.MAIL_DOOR in names()
