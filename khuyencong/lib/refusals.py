"""What a view may leave to be said here: an act that was refused becomes a page (or JSON) with its sentences.

403 for the wrong position, 409 when somebody was faster, 400 for the rest. Views with a form catch these themselves
and show them beside what was typed.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from khuyencong.lib.workflow import Forbidden, Refused, Stale


class RefusalPages:
    """Turns ``Refused`` and its kinds into the pages of templates/errors/. The status rolls the request back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        return refusal(request, exception) if isinstance(exception, Refused) else None


def status_of(refused: Refused) -> int:
    """HTTP status of a refusal: 403, 409 or 400."""
    if isinstance(refused, Forbidden):
        return 403
    return 409 if isinstance(refused, Stale) else 400


def refusal(request: HttpRequest, refused: Refused) -> HttpResponseBase:
    """The answer to ``refused``: JSON ``{"detail"}`` for scripts, else a page.

    A form that saves itself is told 403 for a file that has gone on: 409 would promise it two values to choose from.
    """
    status = status_of(refused)
    if request.headers.get("X-Requested-With") == "keep":
        return JsonResponse({"detail": str(refused)}, status=403 if status == 409 else status)
    if request.accepts("text/html"):
        context = {"reason": str(refused), "reasons": refused.reasons}
        return render(request, f"errors/{status}.html", context, status=status)
    return JsonResponse({"detail": str(refused)}, status=status)


NOT_READABLE = "Yêu cầu gửi lên không đọc được. Hãy quay lại trang trước, tải lại rồi làm lại."
NOT_FROM_HERE = (
    "Không xác nhận được rằng yêu cầu này gửi từ trang của chương trình: trang đã mở quá lâu, đã đăng nhập lại ở "
    "cửa sổ khác, hoặc trình duyệt chặn cookie. Hãy tải lại trang rồi gửi lại."
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001
    """Django's handler400: what it could not make sense of (a wrong host, too many fields …)."""
    return _said(request, "errors/400.html", NOT_READABLE, 400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:  # noqa: ARG001 (Django gives it)
    """CSRF_FAILURE_VIEW: the form bears no token of this browser's."""
    return _said(request, "errors/csrf.html", NOT_FROM_HERE, 403)


def _said(request: HttpRequest, template: str, sentence: str, status: int) -> HttpResponseBase:
    """A page that asks nothing of the request, which may be broken, or JSON for scripts."""
    if request.path_info.startswith("/api/") or request.headers.get("X-Requested-With") == "keep":
        return JsonResponse({"detail": sentence}, status=status)
    return HttpResponse(render_to_string(template, {"reasons": [sentence]}), status=status)
