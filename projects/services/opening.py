"""Opening a file to the bodies of the nation: the one way through the wall, a function of the database."""

from __future__ import annotations

from django.db import connection

from projects.models import ProjectYear


def open_to_nation(year: ProjectYear, *, writes: bool) -> None:
    """Let the nation's bodies read all rows of the file there are now, and write them with ``writes``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kc_send_file(%s, %s)", [year.project_id, writes])
