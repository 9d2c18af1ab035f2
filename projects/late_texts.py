"""What a person still sends from a desk that was handed over: refused with a sentence, and kept for the successor."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from accounts.middleware import API, SESSION_KEY
from accounts.models import Position, valid_on
from accounts.tenancy import NotInForce, acting_as
from khuyencong.lib.dates import today
from projects.models import HandOver
from projects.services.handovers import LONGEST_TEXT, keep_late

NOT_TYPED = {"csrfmiddlewaretoken", "version", "seen", "next", "position", "expected_state"}


class LateTexts:
    """Outside the tenancy middleware, whose refusal it looks at: a request that was served costs nothing here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            request.method != "POST"
            or getattr(request, "acting", None) is not None
            or not request.user.is_authenticated
        ):
            return response
        if response.status_code not in (302, 403) or request.path_info.startswith(API):
            return response
        leaver = self._closed_desk(request)
        return self._keep(request, leaver) or response if leaver is not None else response

    def _closed_desk(self, request: HttpRequest) -> Position | None:
        """The desk from which this was sent: the one chosen in the session, or the only one the person had."""
        closed = Position.objects.filter(person=request.user.pk, handed_over_at__isnull=False).select_related(
            "organisation__tenant", "organisation__province"
        )
        remembered = request.session.get(SESSION_KEY)
        if remembered is not None:
            return closed.filter(pk=remembered).first()
        return closed.order_by("-handed_over_at").first() if not request.positions else None  # type: ignore[attr-defined]

    def _keep(self, request: HttpRequest, leaver: Position) -> HttpResponse | None:
        """The text goes behind the wall in the name of the successor, whose it is now; None when nobody can take it."""
        receiver = _receiver(leaver)
        if receiver is None:
            return None
        typed = {
            name: value
            for name, value in request.POST.items()
            if name not in NOT_TYPED and isinstance(value, str)
        }
        sentence = "Công việc của chức vụ này đã bàn giao nên không lưu được nữa."
        if any(value.strip() for value in typed.values()) and sum(map(len, typed.values())) <= LONGEST_TEXT:
            try:
                with acting_as(receiver):
                    handover = (
                        HandOver.objects.filter(leaver=leaver).select_related("successor__person").first()
                    )
                    if handover is None:
                        return None
                    keep_late(handover, place=request.path.removesuffix("luu/"), fields=typed)
            except NotInForce:
                return None
            sentence += f" Phần vừa gõ đã được giữ lại cho người nhận bàn giao, {handover.successor.person}."
        if request.headers.get("X-Requested-With") == "keep":
            return JsonResponse({"detail": sentence}, status=403)
        return render(request, "errors/403.html", {"reason": sentence}, status=403)


def _receiver(leaver: Position) -> Position | None:
    """A position of the same body that stands today, in whose scope the row is written; whose it is, the row says."""
    standing = Position.objects.filter(
        valid_on(today()), organisation=leaver.organisation_id, person__isnull=False, handed_over_at=None
    )
    return standing.select_related("organisation__tenant", "organisation__province").order_by("pk").first()
