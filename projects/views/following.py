"""Following a file: the star in the head of its pages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from notices.services import follow
from projects.access import ActingRequest, file_or_404


@require_POST
def follow_file(request: ActingRequest, code: str) -> HttpResponse:
    """Follow the file or no longer; back to the part that was open."""
    year = file_or_404(request, code)
    is_on = request.POST.get("on") == "1"
    follow(year.project.code, is_on=is_on, by=request.acting)
    messages.success(
        request,
        f"Ông, bà sẽ nhận thông báo về mọi bước của {code}."
        if is_on
        else f"Đã thôi theo dõi {code}; việc mới đến ông, bà trên hồ sơ này vẫn được báo.",
    )
    wanted = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    home = reverse("file", args=[code])
    return redirect(wanted if inside and wanted.startswith(home) else home)
