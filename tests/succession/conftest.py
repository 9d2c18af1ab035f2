"""A program that has run before the merger. Imports wait until Django is set up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from khuyencong.demonstration.walk import Scene, Walk


@pytest.fixture
def before_the_merger(db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """63 units, people in three of them, walks through the spring of 2025."""
    from tests.projects import walks
    from tests.succession import then

    then.wind_back()
    then.settle(*then.SLUGS)
    monkeypatch.setattr(walks, "YEAR", 2025)
    monkeypatch.setattr(walks, "position", then.seat_of)
    monkeypatch.setattr(walks, "first_day", lambda: then.FIRST_DAY)
    return then.new_scene()


@pytest.fixture
def files(before_the_merger: Scene) -> dict[tuple[str, str], Walk]:
    """A file in every state of both routes, spread over the three provinces."""
    from tests.succession import then

    return then.files_in_every_state(before_the_merger)
