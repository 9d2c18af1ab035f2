"""The step after the password, and the page on which people keep their second factor."""

from __future__ import annotations

from typing import Any

import pyotp
import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.middleware import CHANGE_FIRST, without_scope
from accounts.models import FactorEvent, Passkey, RecoveryCode, Totp, User
from accounts.second_factor import passkeys, rules, services
from accounts.second_factor.entry import enter, next_page, person_at_step
from accounts.second_factor.forms import AppForm, PasskeyForm, PasswordAgain, StepForm
from khuyencong.lib.workflow import Refused

ISSUER = "Khuyến công"
CANDIDATE = "second_factor_candidate"
FEW_CODES = 3


@without_scope
@never_cache
@sensitive_post_parameters("code", "answer")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest) -> HttpResponse:
    """Show the second factor: a code, or a passkey."""
    person = person_at_step(request)
    if person is None:
        return redirect(next_page(request) if request.user.is_authenticated else "sign_in")
    by_key = "answer" in request.POST
    form = StepForm(request.POST if request.method == "POST" and not by_key else None)
    if request.method == "POST" and _is_shown(request, person, form, by_key=by_key):
        enter(request, person)
        _tell_few_codes(request, person)
        return redirect(next_page(request))
    context = {
        "form": form,
        "next": next_page(request),
        "options": passkeys.ask_for_known(request, person),
        "has_app": Totp.objects.filter(person=person).exists(),
        "refused": passkeys.NOT_READ if by_key else "",
        "person": person,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "accounts/second_factor/step.html", context, status=status)


def _is_shown(request: HttpRequest, person: User, form: StepForm, *, by_key: bool) -> bool:
    if by_key:
        return passkeys.is_shown(request, person, request.POST["answer"])
    if not form.is_valid():
        return False
    code = form.cleaned_data["code"]
    if authenticate(request, username=person.username, secret_code=code) is None:
        form.add_error("code", rules.why_refused(person))
        return False
    return True


def _tell_few_codes(request: HttpRequest, person: User) -> None:
    left = RecoveryCode.objects.filter(person=person, used_at=None).count()
    if left < FEW_CODES:
        messages.warning(request, f"Chỉ còn {left} mã dự phòng. Hãy lập bộ mã mới ở “Xác thực hai lớp”.")


@without_scope
@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What I have, and what happened to it. Who must set one sees this page and the next two only."""
    person = _owner(request)
    if person is None:
        return redirect(_elsewhere(request))
    app = Totp.objects.filter(person=person).first()
    context = {
        "app": app,
        "passkeys": person.passkeys.all(),
        "left": RecoveryCode.objects.filter(person=person, used_at=None).count(),
        "events": FactorEvent.objects.filter(person=person).select_related("by__person")[:20],
        "must": rules.needed_by(request.positions),  # type: ignore[attr-defined]
        "has": rules.has_factor(person),
        "switched_off": not settings.SECOND_FACTOR,
        "form": PasswordAgain(request, auto_id="codes_%s"),
    }
    return render(request, "accounts/second_factor/overview.html", context)


@without_scope
@never_cache
@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def app(request: HttpRequest) -> HttpResponse:
    """Set the app that shows codes. The secret waits in the session until a code proves that the app has it."""
    person = _owner(request)
    if person is None:
        return redirect(_elsewhere(request))
    secret = request.session.setdefault(CANDIDATE, pyotp.random_base32())
    form = AppForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.set_app(person, secret=secret, code=form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            del request.session[CANDIDATE]
            return _done(request, person, made, "Đã đặt ứng dụng sinh mã.")
    uri = pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=ISSUER)
    context = {
        "form": form,
        "qr": _qr(uri),
        "key": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return render(request, "accounts/second_factor/app.html", context, status=400 if form.errors else 200)


@without_scope
@never_cache
@sensitive_post_parameters()
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def passkey(request: HttpRequest) -> HttpResponse:
    """Add a passkey or security key."""
    person = _owner(request)
    if person is None:
        return redirect(_elsewhere(request))
    form = PasskeyForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = passkeys.take_new(
                request, person, name=form.cleaned_data["name"], answer=form.cleaned_data["answer"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, person, made, "Đã thêm khóa truy cập.")
    if form.is_bound:
        form.data = {**request.POST.dict(), "answer": ""}  # what the browser said answered another challenge
    context = {"form": form, "options": passkeys.ask_for_new(request, person)}
    return render(request, "accounts/second_factor/passkey.html", context, status=400 if form.errors else 200)


@without_scope
@sensitive_post_parameters()
@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    person = _owner(request)
    if person is None:
        return redirect(_elsewhere(request))
    key = get_object_or_404(Passkey, pk=pk, person=person)
    form = PasswordAgain(request, request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["old"][0]))
        return redirect("second_factor")
    try:
        services.remove_passkey(key, needs_one=rules.needed_by(request.positions))  # type: ignore[attr-defined]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Đã bỏ khóa truy cập “{key.name}”.")
    return redirect("second_factor")


@without_scope
@never_cache
@sensitive_post_parameters()
@login_required
@require_POST
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes in place of the old ones, shown in this answer and never again."""
    person = _owner(request)
    if person is None:
        return redirect(_elsewhere(request))
    if not rules.has_factor(person):
        raise Http404
    form = PasswordAgain(request, request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["old"][0]))
        return redirect("second_factor")
    return _shown(request, services.make_codes(person))


def _owner(request: HttpRequest) -> User | None:
    """The person whose page this is; None while the first password stands, or while a factor that is there was not
    shown: else a password alone would set another one."""
    person = request.user
    assert isinstance(person, User)
    if person.must_change_password or (
        rules.has_factor(person) and not request.session.get(rules.SESSION_KEY)
    ):
        return None
    return person


def _elsewhere(request: HttpRequest) -> str:
    if request.user.must_change_password:  # type: ignore[union-attr]
        messages.warning(request, CHANGE_FIRST)
        return "change_password"
    return "second_factor_step"


def _done(request: HttpRequest, person: User, made: list[str], said: str) -> HttpResponse:
    """This session goes on under a new key and counts as shown; all others of the person are over."""
    update_session_auth_hash(request, person)
    request.session[rules.SESSION_KEY] = True
    messages.success(request, f"{said} Các phiên làm việc khác và mã truy cập cũ đã bị đóng.")
    return _shown(request, made) if made else redirect("second_factor")


def _shown(request: HttpRequest, made: list[str]) -> HttpResponse:
    return render(request, "accounts/second_factor/codes.html", {"codes": made})


def _qr(uri: str) -> Any:
    """The picture that the app reads: SVG with attributes only, as the content security policy wants it."""
    picture = segno.make(uri, error="m").svg_inline(
        scale=5,
        dark="#000",
        light="#fff",
        omitsize=False,
        svgclass="kc-qr",
        lineclass=None,
        title="Mã QR để đặt ứng dụng",
    )
    return mark_safe(picture)  # noqa: S308 (segno escapes; the address is our own)
