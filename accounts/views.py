"""Signing in and out, the password, who I am and for whom I act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.context import shown
from accounts.forms import PasswordForm, PositionForm, SignInForm
from accounts.middleware import API, SESSION_KEY, after_second_factor, without_scope
from accounts.models import HEADS, UNIT_KINDS, User
from accounts.queries import full_names_on, last_names
from accounts.second_factor.entry import enter_or_ask, next_page
from accounts.tenancy import predecessors_of, scope_of
from khuyencong.lib import theme
from khuyencong.lib.dates import today

LOCKED = (
    f"Đã nhập sai {settings.AXES_FAILURE_LIMIT} lần. Vì an toàn, tên đăng nhập này tạm bị khóa trên máy này "
    f"trong {settings.AXES_COOLOFF_TIME // timedelta(minutes=1)} phút. Hãy thử lại sau, hoặc hỏi người quản trị."
)


@without_scope
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.person is not None:
        return enter_or_ask(request, form.person, next_page(request))
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(next_page(request))
    status = 400 if form.errors else 200
    return render(request, "accounts/sign_in.html", {"form": form, "next": next_page(request)}, status=status)


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, _credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What django-axes answers after too many wrong passwords (AXES_LOCKOUT_CALLABLE)."""
    if request.path_info.startswith(API):
        return JsonResponse({"detail": LOCKED}, status=429)
    context = {"form": SignInForm(request), "next": next_page(request), "locked": LOCKED}
    return render(request, "accounts/sign_in.html", context, status=429)


@without_scope
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, "Đã đăng xuất.")
    return redirect("sign_in")


@without_scope
@never_cache
@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    person = request.user
    assert isinstance(person, User)
    form = PasswordForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.change_password(person, new=form.cleaned_data["new"])
        update_session_auth_hash(request, person)
        messages.success(request, "Đã đổi mật khẩu. Các phiên làm việc khác đã bị đóng.")
        return redirect("me")
    return render(
        request, "accounts/change_password.html", {"form": form}, status=400 if form.errors else 200
    )


@without_scope
@after_second_factor
@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    person = request.user
    assert isinstance(person, User)
    held = list(person.positions.select_related("organisation").order_by("-valid_from", "-pk"))
    names = last_names({position.organisation_id for position in held})
    rows = [
        (position, names[position.organisation_id].name if position.organisation_id in names else "")
        for position in held
    ]
    return render(
        request,
        "accounts/me.html",
        {"rows": rows, "sees": _sees(request), "today": today(), "is_head": _is_head(request)},
    )


def _is_head(request: HttpRequest) -> bool:
    position = getattr(request, "acting", None)
    return position is not None and position.kind in HEADS


def _sees(request: HttpRequest) -> str:
    """One sentence on whose files the reader's position reaches."""
    position = getattr(request, "acting", None)
    if position is None:
        return ""
    scope = scope_of(position)
    if scope.role is None:
        return "Chức vụ này quản trị danh mục dùng chung, không mở được hồ sơ và kinh phí."
    province = position.organisation.province
    if position.organisation.kind in UNIT_KINDS:
        return "Chức vụ này thấy hồ sơ của đơn vị mình, ở mọi tỉnh, thành phố mà đơn vị thực hiện đề án."
    if province is None:
        where = position.scope_province
        return f"Chức vụ này thấy những gì đã gửi lên trung ương của {where.name if where else 'mọi tỉnh, thành phố'}."
    own = full_names_on(today())[province.pk].full_name
    old = sorted((unit for unit in predecessors_of(province)), key=lambda unit: unit.name_sort)
    inherited = f", kể cả hồ sơ của các đơn vị cũ: {', '.join(unit.name for unit in old)}" if old else ""
    return f"Chức vụ này thấy hồ sơ của {own[0].lower()}{own[1:]}{inherited}."


@without_scope
@after_second_factor
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def switch_position(request: HttpRequest) -> HttpResponse:
    held = request.positions  # type: ignore[attr-defined]
    if request.method == "POST":
        form = PositionForm(held, request.POST)
        if form.is_valid():
            request.session[SESSION_KEY] = form.cleaned_data["position"]
            return redirect(next_page(request))
        messages.error(request, "Chức vụ đã chọn không phải của ông, bà, hoặc đã hết hiệu lực.")
        return redirect("switch_position")
    return render(
        request, "accounts/switch_position.html", {"choices": shown(held), "next": next_page(request)}
    )


@without_scope
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the system says, on this browser; back to the page where it was chosen."""
    response = redirect(next_page(request))
    theme.remember(response, theme.theme_of(request.POST.get("theme", "")))
    return response
