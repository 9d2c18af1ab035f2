"""Changes of an approved file: asking for one, and reading all that were asked with what they came to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.lib.dates import short_date, today
from khuyencong.lib.forms import add_row, message_kept
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Forbidden, Refused, Stale, Step
from projects.access import ActingRequest, file_or_404
from projects.chain import CHAIN
from projects.change_requests import authority_of, faults, types_of
from projects.changes_told import all_told
from projects.forms.change_requests import ESTIMATE, Difference, RequestChangeForm
from projects.guards import label_of
from projects.models import PARTS, Decider, ProjectYear
from projects.once import last_done
from projects.services.acts import act
from projects.views.acts import seen_in
from projects.views.parts import part

ACTION = "request_change"


def original(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The file as it was approved, part by part as text."""
    file = data["file"]
    days = [short_date(dt.date.fromisoformat(file[name])) for name in ("starts_on", "ends_on") if file[name]]
    texts = [(label_of(name), file[name]) for name in ("title", *PARTS, "partner")]
    lines = [f"{line['position']}. {line['item']}: {dong(line['amount'])}" for line in data["estimate"]]
    shares = [
        f"{row['name']}: hỗ trợ {dong(row['support'])}, đối ứng {dong(row['counterpart'])}; {row['place']}"
        for row in data["beneficiaries"]
    ]
    found = [
        *texts,
        ("Thời gian", " – ".join(days)),
        ("Dự toán", "\n".join(lines)),
        ("Cơ sở thụ hưởng", "\n".join(shares)),
        ("Kinh phí hỗ trợ", dong(data["support"])),
        ("Vốn đối ứng", dong(data["counterpart"])),
    ]
    return [(label[:1].upper() + label[1:], text) for label, text in found if text]


@require_safe
def file_amendments(request: ActingRequest, code: str) -> HttpResponse:
    """What was asked of the file since its approval, before → after, by which papers; and the file as approved."""
    year = file_or_404(request, code)
    requests = all_told(year)
    if not requests:
        raise Http404(code)
    numbered = [each for each in requests if each.number]
    context = {
        "requests": requests,
        "times": len(numbered),
        "approved": numbered[-1].change.before if numbered else None,
        "original": original(numbered[-1].change.before) if numbered else [],
    }
    return part(request, year, "file_amendments", "projects/changes/all.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_change(request: ActingRequest, code: str) -> HttpResponse:
    """Choose what is to change (``loai``), then type only what that opens; before → after is shown before it goes."""
    year = file_or_404(request, code)
    try:
        row = CHAIN.may(year, ACTION, request.acting)
    except Stale:
        return redirect("act", code=code, action=ACTION)  # says who was faster
    step = Step(year, row, request.acting, today())
    unmet = CHAIN.unmet(step)
    kind = request.GET.get("loai", "")
    if kind not in types_of(year.project) or unmet:
        return choose_type(request, year, reverse("ask_change", args=[code]), unmet)
    posted = request.POST if request.method == "POST" else None
    seen = last_done(ACTION, [year.pk]).get(year.pk, 0)
    form = RequestChangeForm(
        with_added_row(posted),
        year=year, row=row, by=request.acting, draft={}, change_type=kind, label_suffix="",
    )  # fmt: skip
    asked: Difference | None = None
    if posted and "add_row" not in posted and form.is_valid():
        try:
            asked = form.asked()
            if "send" in posted:
                _send(request, year, form)
                message_kept(request, f"Đã gửi đề nghị điều chỉnh {code}.", _key(code, kind, seen))
                return redirect("file_amendments", code=code)
            if sentences := faults(year, kind, asked.before, asked.after, form.cleaned_data["dated"]):
                form.add_error(None, sentences)
        except Stale:
            return redirect("act", code=code, action=ACTION)
        except Forbidden:
            raise
        except Refused as refusal:
            form.add_error(None, list(refusal.reasons))
    context = _shared(year) | {
        "row": row,
        "form": form,
        "kind": form.kind,
        "authority": _authority(year, kind),
        "asked": asked,
        "key": _key(code, kind, seen),
        "seen": seen,
    }
    return render(request, "projects/changes/new.html", context, status=400 if form.errors else 200)


def with_added_row(posted: QueryDict | None) -> QueryDict | None:
    """What was posted, with one more line of the estimate where its button was pressed."""
    return add_row(posted, ESTIMATE) if posted and "add_row" in posted else posted


def _send(request: ActingRequest, year: ProjectYear, form: RequestChangeForm) -> None:
    act(
        year,
        ACTION,
        by=request.acting,
        expected_state=request.POST.get("expected_state") or None,
        comment=form.cleaned_data["comment"],
        seen=seen_in(request),
        **form.details(),
    )


def _key(code: str, kind: str, seen: int) -> str:
    return f"change-{code}-{kind}-{seen}"


def _authority(year: ProjectYear, kind: str) -> str:
    authority = authority_of(year, kind)
    decides = f"{Decider(authority.decides).label} quyết định"
    return f"Sở Công Thương xác nhận, {decides}" if authority.confirms else decides


def choose_type(
    request: ActingRequest, year: ProjectYear, here: str, unmet: Sequence[str] = ()
) -> HttpResponse:
    """The types, each with its authority; ``here`` is the page on which one is written."""
    context = _shared(year) | {
        "unmet": unmet,
        "types": [
            (f"{here}?loai={kind}", kind.label, _authority(year, kind)) for kind in types_of(year.project)
        ],
    }
    return render(request, "projects/changes/choose.html", context)


def _shared(year: ProjectYear) -> dict[str, Any]:
    return {
        "year": year,
        "project": year.project,
        "since": short_date(year.state_since),
        "illustration": year.project.is_illustration,
    }
