from pathlib import Path

import pytest

from config.embedded import lock


def test_a_second_holder_reads_who_is_first(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    with (
        lock.held(path, "at http://127.0.0.1:8000"),
        pytest.raises(lock.Taken) as refused,
        lock.held(path, "at http://127.0.0.1:8001"),
    ):
        pass

    assert str(refused.value).startswith("at http://127.0.0.1:8000 (process ")


def test_the_next_holder_knows_whether_the_last_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    with lock.held(path, "first") as after_nobody:
        pass
    with lock.held(path, "second") as after_goodbye:
        pass
    path.write_text("at http://127.0.0.1:8000 (process 1)")
    with lock.held(path, "third") as after_kill:
        pass

    assert (after_nobody, after_goodbye, after_kill) == (False, False, True)
