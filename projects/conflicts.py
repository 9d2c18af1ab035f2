"""Two saves of one thing: the later one names an older version and is shown both values."""

from __future__ import annotations

from typing import Any

from khuyencong.lib.workflow import Stale


class Conflict(Stale):
    """Somebody (or another tab) saved in between. ``theirs`` maps each differing field to (label, saved value)."""

    def __init__(self, version: int, theirs: dict[str, tuple[str, Any]]) -> None:
        super().__init__("Nội dung này vừa được lưu ở nơi khác. Hãy so hai bản và chọn bản đúng.")
        self.version = version
        self.theirs = theirs
