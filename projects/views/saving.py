"""Forms that save themselves: the JSON that static/kc/keep.js reads (templates/components/README.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from accounts.models import Position
from khuyencong.lib.dates import ZONE
from khuyencong.lib.law import in_full
from khuyencong.lib.numbers import whole
from khuyencong.lib.workflow import Forbidden
from projects.conflicts import Conflict
from projects.models import ProjectYear
from projects.services.files import may_write

Theirs = Mapping[str, Mapping[str, Any]]


def version_of(request: HttpRequest) -> int:
    """The version from which the browser's page was made; 0 when it says none."""
    return whole(request.POST.get("version", ""), 9) or 0


def require_open(year: ProjectYear, by: Position) -> None:
    """Raise Forbidden when ``by`` does not write ``year`` now; the sentence stands beside the form."""
    if not may_write(year, by):
        raise Forbidden(
            f"Hồ sơ đã ở trạng thái “{year.get_state_display()}” nên không sửa được nữa; hãy tải lại trang để xem."
        )


def refuse_post(request: HttpRequest) -> None:
    """Raise Forbidden when somebody sends a page that is his only to read."""
    if request.method == "POST":
        raise Forbidden(
            "Chỉ người của đơn vị thực hiện sửa được hồ sơ này, và chỉ khi hồ sơ đang soạn hoặc bị trả lại."
        )


def saved(
    version: int,
    *,
    errors: Mapping[str, str],
    warnings: Mapping[str, str] | None = None,
    computed: Mapping[str, str] | None = None,
    values: Mapping[str, str] | None = None,
) -> JsonResponse:
    """What was saved and when; ``errors`` name the inputs that were not, each with its sentence."""
    return JsonResponse(
        {
            "version": version,
            "saved_at": f"{timezone.now().astimezone(ZONE):%H:%M}",
            "errors": _told(errors),
            "warnings": _told(warnings or {}),
            "computed": _told(computed or {}),
            "values": values or {},
        }
    )


def _told(sentences: Mapping[str, str]) -> dict[str, str]:
    return {name: in_full(sentence) for name, sentence in sentences.items()}


def answer(save: Callable[[], JsonResponse], theirs: Callable[[Conflict], Theirs]) -> JsonResponse:
    """The answer of ``save``, or 409 with both values when an older page was sent."""
    try:
        return save()
    except Conflict as conflict:
        return JsonResponse({"version": conflict.version, "theirs": theirs(conflict)}, status=409)


def both(theirs: Theirs, mine: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(label, typed, stored) for a page that was sent by button and met another version."""
    return [
        (str(each["label"]), mine.get(name, "") or "(để trống)", _text(each["value"]) or "(để trống)")
        for name, each in theirs.items()
    ]


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
