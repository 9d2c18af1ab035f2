"""From a right password to a session: at once, or after the second factor was shown."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, resolve_url
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from accounts.second_factor import rules

ON_ENTRY = "django.contrib.auth.backends.ModelBackend"
PENDING = "second_factor_pending"
PATIENCE = 10 * 60  # seconds between password and second factor


def next_page(request: HttpRequest) -> str:
    """Where the reader wanted to go, when that is a page of ours; else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return settings.LOGIN_REDIRECT_URL


def enter_or_ask(request: HttpRequest, person: User, wanted: str) -> HttpResponse:
    """Sign ``person``, whose password was right, in and lead to ``wanted``; who has a second factor is not signed in
    yet: the session remembers for ten minutes who is to show it, and opens nothing."""
    if not (settings.SECOND_FACTOR and rules.has_factor(person)):
        login(request, person, backend=ON_ENTRY)
        return redirect(wanted)
    request.session.flush()
    request.session[PENDING] = {
        "person": person.pk,
        "hash": person.get_session_auth_hash(),
        "until": time.time() + PATIENCE,
    }
    query = QueryDict(mutable=True)
    query["next"] = wanted
    return redirect(f"{resolve_url('second_factor_step')}?{query.urlencode(safe='/')}")


def person_at_step(request: HttpRequest) -> User | None:
    """Who is to show the second factor here: the password was right a while ago, or they are signed in by the password
    alone (a position that needs one came, or nobody was asked). None for everybody else, also when password or factor
    changed meanwhile."""
    if isinstance(request.user, User):
        shown = request.session.get(rules.SESSION_KEY)
        return request.user if not shown and rules.has_factor(request.user) else None
    pending = request.session.get(PENDING)
    if not pending or pending["until"] < time.time():
        return None
    person = User.objects.filter(pk=pending["person"], is_active=True).first()
    if person is None or not constant_time_compare(pending["hash"], person.get_session_auth_hash()):
        return None
    return person


def enter(request: HttpRequest, person: User) -> None:
    """The second factor was shown: a session under a new key."""
    request.session.pop(PENDING, None)
    login(request, person, backend=ON_ENTRY)
    request.session.cycle_key()
    request.session[rules.SESSION_KEY] = True
