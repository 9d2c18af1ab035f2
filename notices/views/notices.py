"""The bell and the list of notices of a position."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Position
from khuyencong.lib.paging import page_of
from notices.context import counted
from notices.models import Notice, NoticeKind
from notices.queries import notices_of
from notices.services import mark_all_read, mark_read

UNREAD = "chua-doc"


def acting(request: HttpRequest) -> Position:
    """The position in which the request acts: the middleware lets nobody else come to a view."""
    position: Position = request.acting  # type: ignore[attr-defined]
    return position


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Notices of the position, the last first; narrowed to the unread ones and to one kind."""
    by = acting(request)
    kind = request.GET.get("loai", "")
    unread = request.GET.get("loc") == UNREAD
    rows = notices_of(by)
    if kind in NoticeKind.values:
        rows = rows.filter(kind=kind)
    if unread:
        rows = rows.filter(read_at__isnull=True)
    page = page_of(rows, request.GET.get("page"))
    newest = notices_of(by).values_list("pk", flat=True).first()
    context: dict[str, Any] = {
        "page": page,
        "kinds": NoticeKind.choices,
        "kind": kind,
        "unread": unread,
        "narrowed": unread or kind in NoticeKind.values,
        "newest": newest,
        "here": request.get_full_path(),
    }
    return render(request, "notices/list.html", context)


@require_safe
def bell_count(request: HttpRequest) -> HttpResponse:
    """The number at the bell alone, for pages that fetch parts."""
    return render(request, "notices/_count.html", {"count": counted(acting(request))})


@require_safe
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Go where the notice leads; it is read from then on. That page says whether its reader may open it."""
    return redirect(_found(mark_read(acting(request), pk), pk).url)


@require_POST
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    _found(mark_read(acting(request), pk), pk)
    return redirect(_back(request))


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """All that the reader has seen is read; what came since stays unread."""
    newest = request.POST.get("newest", "")
    count = (
        mark_all_read(acting(request), up_to=int(newest)) if newest.isdecimal() and len(newest) < 19 else 0
    )
    if count:
        messages.success(request, f"Đã đánh dấu {count} thông báo là đã đọc.")
    else:
        messages.info(request, "Không có thông báo nào chưa đọc.")
    return redirect(_back(request))


def _found(notice: Notice | None, pk: int) -> Notice:
    if notice is None:
        raise Http404(str(pk))
    return notice


def _back(request: HttpRequest) -> str:
    """The list as it was."""
    wanted = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if inside and wanted.startswith(reverse("notice_list")) else reverse("notice_list")
