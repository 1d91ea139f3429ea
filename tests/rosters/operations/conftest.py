"""Carriers that note what they are given."""

from typing import Any

import pytest

from tests.rosters.operations.carriers import HERE, NotedCarrier, OtherCarrier


@pytest.fixture(autouse=True)
def carriers(settings: Any) -> None:
    settings.CARRIERS = {"email": f"{HERE}.NotedCarrier", "phone": f"{HERE}.OtherCarrier"}
    settings.CARRIAGE_FILLERS = {"answer_link": f"{HERE}.make_link"}
    NotedCarrier.forget()
    OtherCarrier.forget()
