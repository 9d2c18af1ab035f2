from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.notices.post import PostOffice, open_office


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    """A mail server that the program sends to."""
    with open_office() as opened:
        settings.MAIL_SERVER = opened.server
        settings.MAIL_FROM = "Khuyến công <khuyencong@bo.example>"
        settings.PUBLIC_URL = "https://khuyencong.example"
        yield opened
