"""The first page after signing in, with all that it loads, over a line of 256 kbit/s: what is sent counts."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from tests.projects import walks
from tests.projects.views.browsers import browser

pytestmark = pytest.mark.django_db

MOST = 80_000
"""Bytes, compressed: under three seconds."""
LOADED = re.compile(r'(?:src|href)="/static/([^"]+)"')


def sent(name: str) -> int:
    """Bytes of a file as WhiteNoise lays it out for the server."""
    found = finders.find(name)
    assert isinstance(found, str), name
    return len(gzip.compress(Path(found).read_bytes()))


@pytest.mark.parametrize("account", ["centre.hai-phong", "dept.hai-phong", "agency.officer", "viewer.nation"])
def test_the_first_page_is_light(account: str) -> None:
    walks.submitted(*(walks.draft(walks.NATIONAL) for _ in range(6)))
    answer = browser(account).get("/", headers={"Accept-Encoding": "gzip, deflate"})
    assert answer["Content-Encoding"] == "gzip"
    files = {name: sent(name) for name in LOADED.findall(gzip.decompress(answer.content).decode())}
    assert len(files) >= 6
    weight = {"page": len(answer.content), **files}
    assert sum(weight.values()) <= MOST, weight
