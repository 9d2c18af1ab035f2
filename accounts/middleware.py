"""For whom a request acts. Closed by default: a view runs in the scope of its bearer's position or not at all.

Views marked ``@without_scope`` run as the login, outside every tenant: signing in and out, password, choice of the
position. All others need a person who has done with the first password and acts in one position that holds today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, transaction
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect, render, resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Position
from accounts.queries import names_on
from accounts.second_factor import rules
from accounts.services import token_of
from accounts.tenancy import NotInForce, acting_as, current_position, positions_of
from khuyencong.lib.dates import today

API = "/api/"
SESSION_KEY = "position"
HEADER = "X-Position"

NOBODY_TODAY = "Hôm nay ông, bà không giữ chức vụ nào trong hệ thống. Hãy hỏi người quản trị."
CHOOSE = f"Ông, bà giữ nhiều chức vụ. Hãy chọn một chức vụ bằng tiêu đề {HEADER}."
NOT_YOURS = f"Chức vụ nêu trong tiêu đề {HEADER} không phải của ông, bà, hoặc đã hết hiệu lực."
UNIT_ENDED = (
    "Đơn vị của chức vụ này vừa được sắp xếp vào đơn vị khác, nên việc vừa làm chưa được lưu. "
    "Hãy đăng nhập lại và làm tiếp với chức vụ mới."
)
CHANGE_FIRST = "Hãy đổi mật khẩu được cấp lần đầu trước khi làm việc khác."
SIGN_IN_FIRST = "Hãy đăng nhập, hoặc gửi mã truy cập trong tiêu đề Authorization: Token …"
BAD_TOKEN = "Mã truy cập không đúng, đã hết hạn hoặc đã bị thu hồi."  # noqa: S105 (a sentence)

P = ParamSpec("P")
R = TypeVar("R")


def without_scope(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that runs outside every tenant, also for those who have not signed in."""
    view.without_scope = True  # type: ignore[attr-defined]
    return view


def after_second_factor(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view without scope that is nobody's before the second factor is shown, where a position needs one."""
    view.after_second_factor = True  # type: ignore[attr-defined]
    return view


class TenancyMiddleware:
    """Sets ``request.acting`` (the Position or None) and ``request.positions``, and runs the view in its scope.

    The innermost middleware: the transaction spans the view and the rendering of its response, and sessions and
    messages are saved outside. Django and REST framework have turned an exception into a response by the time it
    comes back, so every answer of 400 and above rolls back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal: HttpResponseBase | None = _sign_in_by_token(request)
        user = request.user
        request.positions = positions_of(user.pk) if user.is_authenticated else []  # type: ignore[attr-defined]
        request.acting = _chosen(request)  # type: ignore[attr-defined]
        view = _view_of(request)
        if view is None or getattr(
            view, "without_scope", False
        ):  # an address that leads nowhere is so for all
            early = (
                getattr(view, "after_second_factor", False) and user.is_authenticated and rules.lacks(request)
            )
            return _second_factor_first(request) if early else self.get_response(request)
        refusal = refusal or _refusal(request)
        if refusal is not None:
            return refusal
        position: Position = request.acting  # type: ignore[attr-defined]
        try:
            with acting_as(position):
                response = self.get_response(request)
                if response.status_code >= 400:
                    transaction.set_rollback(True)
        except NotInForce as error:  # it ended at midnight, between choice and scope
            return _no_longer(request, str(error))
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _in_scope(position, response.streaming_content)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A position that ended while its bearer was at work leads back to signing in; so does a unit that went into
        another meanwhile (kc_tenant_lives, accounts/sql/wall.sql)."""
        if isinstance(exception, IntegrityError):
            diagnosis = getattr(exception.__cause__, "diag", None)
            if getattr(diagnosis, "constraint_name", None) != "tenant_ended":
                return None
            exception = NotInForce(UNIT_ENDED)
        if not isinstance(exception, NotInForce):
            return None
        if current_position() is not None:
            transaction.set_rollback(True)
        return _no_longer(request, str(exception))


def _in_scope(position: Position, chunks: Any) -> Iterator[bytes]:
    """A streamed body is made after the view's transaction is over: it opens its own scope."""
    with acting_as(position):
        yield from chunks


def _sign_in_by_token(request: HttpRequest) -> HttpResponse | None:
    """Sign the bearer of ``Authorization: Token …`` in for this request; only the API takes tokens."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "token" or not request.path_info.startswith(API):
        return None
    token = token_of(key.strip())
    if token is None:
        return _unauthorized(BAD_TOKEN)
    request.user = token.user
    request.token = token  # type: ignore[attr-defined]
    return None


def _chosen(request: HttpRequest) -> Position | None:
    """The position named in the header, or in the session, or the only one."""
    positions: list[Position] = request.positions  # type: ignore[attr-defined]
    by_key = {str(position.pk): position for position in positions}
    named = request.headers.get(HEADER)
    if named is not None:
        return by_key.get(named)
    remembered = request.session.get(SESSION_KEY)
    if remembered is not None and str(remembered) in by_key:
        return by_key[str(remembered)]
    return positions[0] if len(positions) == 1 else None


def _view_of(request: HttpRequest) -> Callable[..., Any] | None:
    """The view that answers, None where the address leads nowhere."""
    try:
        return resolve(request.path_info).func
    except Resolver404:
        return None


def _refusal(request: HttpRequest) -> HttpResponseBase | None:
    """Why this request does not reach its view, as a page or as JSON; None when it does."""
    is_api = request.path_info.startswith(API)
    positions: list[Position] = request.positions  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        return _unauthorized(SIGN_IN_FIRST) if is_api else redirect_to_login(page_of(request))
    if request.user.must_change_password:
        if is_api:
            return JsonResponse({"detail": CHANGE_FIRST}, status=403)
        messages.warning(request, CHANGE_FIRST)
        return redirect("change_password")
    if rules.lacks(request):
        return _second_factor_first(request)
    if request.acting is not None:  # type: ignore[attr-defined]
        return None
    if not positions:
        if is_api:
            return JsonResponse({"detail": NOBODY_TODAY}, status=403)
        return render(request, "errors/403.html", {"reason": NOBODY_TODAY, "signs_out": True}, status=403)
    if is_api or HEADER in request.headers:
        detail = NOT_YOURS if HEADER in request.headers else CHOOSE
        return JsonResponse({"detail": detail, "positions": _listed(positions)}, status=400)
    return redirect_to_login(page_of(request), resolve_url("switch_position"))


def _second_factor_first(request: HttpRequest) -> HttpResponseBase:
    """To the page where it is shown, or set by who has none yet; a program is told the same in JSON."""
    person = request.user
    assert person.is_authenticated
    known = rules.has_factor(person)
    if request.path_info.startswith(API):
        detail = rules.AGAIN if known else rules.ENROL_ON_PAGE
        return JsonResponse({"detail": detail, "code": "second_factor_required"}, status=403)
    messages.warning(request, rules.STEP if known else rules.ENROL)
    return redirect_to_login(
        page_of(request), resolve_url("second_factor_step" if known else "second_factor")
    )


def _listed(positions: list[Position]) -> list[dict[str, Any]]:
    names = names_on(today(), [position.organisation for position in positions])
    return [
        {
            "id": position.pk,
            "title": position.title,
            "organisation": position.organisation.slug,
            "organisation_name": names[position.organisation_id].name,
        }
        for position in positions
    ]


def _unauthorized(detail: str) -> HttpResponse:
    return JsonResponse({"detail": detail}, status=401, headers={"WWW-Authenticate": "Token"})


def _no_longer(request: HttpRequest, sentence: str) -> HttpResponseBase:
    if request.path_info.startswith(API):
        return JsonResponse({"detail": sentence}, status=403)
    messages.error(request, sentence)
    return redirect_to_login(page_of(request), resolve_url(settings.LOGIN_URL))


def page_of(request: HttpRequest) -> str:
    """The page to come back to: this one, or for an act that was sent from a page, the page it was sent from."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    return "/"
