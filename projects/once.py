"""One act is done once.

A change of state shows by itself; paying, inspecting or allocating a part leaves the file where it was, and two
clicks, two windows or two people would do it twice. Two things tell a second press from a second act: the page says
which act of the kind was the last when it was opened, and one paper carries an act only once.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Max
from django.utils import timezone

from khuyencong.lib.workflow import Action, Stale
from projects.models import Event, Paper, ProjectYear


def last_done(action: str, keys: Iterable[int]) -> dict[int, int]:
    """Number of the last event of ``action`` on each of the files (keys of ProjectYear) that has one; one query."""
    rows = Event.objects.filter(project_year__in=list(keys), action=action).order_by()
    return dict(rows.values_list("project_year").annotate(Max("pk")))


def refuse_second(year: ProjectYear, action: str, label: str, *, seen: int | None) -> None:
    """Raise Stale when ``action`` was done on the file since the page that saw event ``seen`` (0: none) as the last.

    The file must be locked. ``seen`` None: the caller did not look."""
    if seen is None:
        return
    last = (
        Event.objects.filter(project_year=year, action=action)
        .select_related("person", "position")
        .order_by("-pk")
        .first()
    )
    if last is not None and last.pk != seen:
        at = timezone.localtime(last.recorded_at)
        raise Stale(
            f"Việc “{label}” vừa được {last.person.full_name} ({last.position.title}) thực hiện lúc {at:%H:%M} ngày "
            f"{at:%d/%m/%Y}. Hãy xem lại hồ sơ trước khi thực hiện thêm lần nữa."
        )


def refuse_same_paper(year: ProjectYear, action: Action, paper: Paper) -> None:
    """Raise Stale when ``action`` was done on the file by this very paper before."""
    if Event.objects.filter(project_year=year, action=action.name, paper=paper).exists():
        raise Stale(f"Việc “{action.label}” theo {paper} đã được ghi cho hồ sơ này.")
