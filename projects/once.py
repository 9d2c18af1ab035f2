"""One act is done once.

A change of state shows by itself; paying, inspecting or allocating a part leaves the file where it was, and two
clicks, two windows or two people would do it twice. Two things tell a second press from a second act: the page says
which act of the kind was the last when it was opened, and one paper carries an act only once. What a sender gave a
key (a program the header Idempotency-Key, a page its own) is done once under it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable

from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import Position
from accounts.tenancy import NATIONAL_KINDS
from khuyencong.lib.workflow import Action, Refused, Stale
from projects.models import DoneOnce, Event, Paper, ProjectYear

_KEY = re.compile(r"[\x21-\x7e]{1,80}")


def once(by: Position, key: str, request: str, do: Callable[[], str]) -> str:
    """Do it and answer the code of the file it is about; the same ``request`` that the person sent before with this
    ``key`` is answered and not done again. Of two at once the second waits for the first. Without a key it is done.

    Raises Refused for a key that is none, or that stands for another request."""
    if not key:
        return do()
    if not _KEY.fullmatch(key):
        raise Refused(
            "Khóa chống gửi trùng (Idempotency-Key) phải gồm 1 đến 80 ký tự ASCII, không có dấu cách."
        )
    national = by.organisation.kind in NATIONAL_KINDS
    digest = hashlib.sha256(request.encode()).hexdigest()
    asked = {"tenant_id": by.organisation.tenant_id, "person_id": by.person_id, "key": key}
    with transaction.atomic():
        try:
            with transaction.atomic():
                mark = DoneOnce.objects.create(
                    **asked, digest=digest, sent_to_nation=national, nation_writes=national
                )
        except IntegrityError:
            before = DoneOnce.objects.get(**asked)
            if before.digest != digest:
                raise Refused(
                    "Khóa chống gửi trùng (Idempotency-Key) này đã dùng cho một yêu cầu khác. Hãy dùng khóa mới."
                ) from None
            return before.code
        mark.code = do()
        mark.save(update_fields=["code"])
    return mark.code


def last_done(action: str, keys: Iterable[int]) -> dict[int, int]:
    """Number of the last event of ``action`` on each of the files (keys of ProjectYear) that has one; one query."""
    rows = Event.objects.filter(project_year__in=list(keys), action=action).order_by()
    return dict(rows.values_list("project_year").annotate(Max("pk")))


def last_moves(keys: Iterable[int]) -> dict[int, int]:
    """Number of the last event that changed the state of each of the files (keys of ProjectYear); one query."""
    rows = Event.objects.filter(project_year__in=list(keys)).exclude(to_state=F("from_state")).order_by()
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
