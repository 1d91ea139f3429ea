from pathlib import Path

import pytest

from config.embedded import place


def test_place_is_the_run_folder_of_the_project() -> None:
    found = place.of(Path("/srv/muster"), {})

    assert found.home == Path("/srv/muster/.run")
    assert found.postgres_socket == Path("/srv/muster/.run/sockets/postgres")


@pytest.mark.parametrize(
    "project",
    ["/srv/" + "deep/" * 20, "/srv/with a space", "/srv/Ünïcode", "/srv/a,b", "/srv/100%"],
    ids=["long", "space", "unicode", "comma", "percent"],
)
def test_sockets_move_to_a_short_plain_folder_and_data_stays(project: str) -> None:
    found = place.of(Path(project), {})

    assert found.home == Path(project) / ".run"
    assert found.sockets.parent == Path("/tmp")
    assert len(str(found.postgres_socket / ".s.PGSQL.5432.lock")) < 100


def test_two_checkouts_never_share_sockets() -> None:
    first, second = (place.of(Path(f"/srv/a {name}"), {}) for name in ("one", "two"))

    assert first.sockets != second.sockets


def test_environment_may_name_the_run_folder() -> None:
    found = place.of(Path("/srv/muster"), {"MUSTER_RUN_DIR": "/var/lib/muster"})

    assert found.home == Path("/var/lib/muster")
