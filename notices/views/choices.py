"""How I want to hear, and the letters to me. Of the person, not of one position: outside every tenant."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.middleware import without_scope
from accounts.models import User
from notices.forms import ChoicesForm
from notices.letters import preview, reader_of
from notices.models import Mail
from notices.services import save_choices

SHOWN = 20
"""Letters listed to their reader."""


def person_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


@without_scope
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_choices(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    reader = reader_of(person)
    form = ChoicesForm(reader, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        save_choices(person, form.choices())
        messages.success(request, "Đã lưu cách nhận thông báo.")
        return redirect("notice_choices")
    context = {
        "form": form,
        "reader": reader,
        "letters": Mail.objects.filter(person=person).order_by("-pk")[:SHOWN],
    }
    return render(request, "notices/choices.html", context, status=400 if form.errors else 200)


@without_scope
@never_cache
@login_required
@require_safe
def next_letter(request: HttpRequest) -> HttpResponse:
    """The next letter as it would go out now; nothing is sent or marked."""
    return render(
        request, "notices/letter_page.html", {"letter": preview(person_of(request)), "is_preview": True}
    )


@without_scope
@never_cache
@login_required
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """A letter of mine, as it stands in the outbox."""
    found = Mail.objects.filter(person=person_of(request), pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return render(request, "notices/letter_page.html", {"letter": found, "is_preview": False})
