from datetime import UTC

import pytest

from config.portal import clock


@pytest.mark.django_db
def test_act_now_is_the_databases_clock_in_utc() -> None:
    first, second = clock.act_now(), clock.act_now()

    assert first.tzinfo is UTC
    assert first < second
