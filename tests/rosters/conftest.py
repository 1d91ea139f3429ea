"""The small company, in the database."""

import pytest

from tests import world as small_world
from tests.world import World


@pytest.fixture
def world(db: None) -> World:
    return small_world.build()
