import base64
import stat
from pathlib import Path

from config.embedded import secrets


def test_keys_are_made_once_and_only_we_may_read_them(tmp_path: Path) -> None:
    home = tmp_path / "run"

    first, second = secrets.secret_key(home), secrets.secret_key(home)

    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE((home / "secret-key").stat().st_mode) == 0o600
    assert len(base64.urlsafe_b64decode(secrets.field_key(home))) == 32
    assert sorted(path.name for path in home.iterdir()) == ["field-key", "secret-key"]
