"""My deadlines as a calendar: to take away, and at secret addresses that calendars read by themselves."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.middleware import without_scope
from accounts.models import OrganisationKind, Position
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Refused
from notices.calendars import WINDOW, TooOften, calendar_of, deadlines, feed_of
from notices.services import feeds_in_force, open_feed, revoke_feed
from notices.views.choices import person_of
from notices.views.notices import acting

ICS = "text/calendar; charset=utf-8"
SHOWN_ONCE = "calendar_secret"


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The deadlines of the position as a file."""
    content = deadlines(acting(request), today())
    return HttpResponse(
        content, content_type=ICS, headers={"Content-Disposition": 'attachment; filename="han-cong-viec.ics"'}
    )


@without_scope
@never_cache
@login_required
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """Addresses of the position in which the reader acts; a new one is shown this once."""
    position = _position(request)
    secret = request.session.pop(SHOWN_ONCE, None)
    context = {
        "feeds": feeds_in_force(position, person_of(request)),
        "address": request.build_absolute_uri(reverse("calendar_feed", args=[secret])) if secret else "",
    }
    return render(request, "notices/calendars.html", context)


@without_scope
@login_required
@require_POST
def new_calendar(request: HttpRequest) -> HttpResponse:
    try:
        request.session[SHOWN_ONCE] = open_feed(_position(request), person_of(request))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("calendars")


@without_scope
@login_required
@require_POST
def revoke_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    if not revoke_feed(person_of(request), pk):
        raise Http404(str(pk))
    messages.success(
        request, "Đã thu hồi địa chỉ lịch; chương trình lịch dùng địa chỉ đó không đọc được nữa."
    )
    return redirect("calendars")


@without_scope
@never_cache
@require_safe
def feed(_: HttpRequest, secret: str) -> HttpResponse:
    """What a calendar program reads: nobody is signed in, the secret is all there is."""
    try:
        found = feed_of(secret)
    except TooOften:
        seconds = str(int(WINDOW.total_seconds()))
        return HttpResponse(
            status=429, headers={"Retry-After": seconds}, content_type="text/plain; charset=utf-8"
        )
    content = calendar_of(found, today()) if found is not None else None
    if content is None:
        raise Http404
    quiet = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
    return HttpResponse(content, content_type=ICS, headers=quiet)


def _position(request: HttpRequest) -> Position:
    """The position in which the reader acts; the operator has no deadlines. Raises Http404."""
    position: Position | None = request.acting  # type: ignore[attr-defined]
    if position is None or position.organisation.kind == OrganisationKind.OPERATOR:
        raise Http404
    return position
