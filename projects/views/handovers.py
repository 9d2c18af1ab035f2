"""Desks of a body, and their hand-over from who leaves to who stays."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.access import ActingRequest
from projects.desks import desks_of, handovers_visible_to, may_hand_over, on_desk
from projects.forms.handovers import HandOverForm
from projects.forms.labels import in_words
from projects.papers.from_files.handover import handover_printable
from projects.services.handovers import hand_over

HEADS_ONLY = "Bàn giao công việc do người đứng đầu cơ quan thực hiện; người nhận xem được biên bản của mình."


@require_safe
def index(request: ActingRequest) -> HttpResponse:
    """The desks of the body for its head; what was handed over."""
    by = request.acting
    context = {
        "desks": desks_of(by) if may_hand_over(by) else [],
        "handovers": handovers_visible_to(by)[:100],
        "may": may_hand_over(by),
        "today": today(),
    }
    return render(request, "projects/handovers/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActingRequest, pk: int) -> HttpResponse:
    """What lies on a desk, who takes it over, since when."""
    if not may_hand_over(request.acting):
        raise Forbidden(HEADS_ONLY)
    leaver = get_object_or_404(desks_of(request.acting), pk=pk)
    items = on_desk(leaver)
    form = HandOverForm(leaver, items, request.POST or None, label_suffix="")
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            values = form.cleaned_data
            try:
                done = hand_over(
                    leaver,
                    successor=values["successor"],
                    last_day=values["last_day"],
                    seen=values["seen"].split(),
                    chosen=values["chosen"],
                    by=request.acting,
                )
            except Stale as stale:
                form.add_error(None, str(stale))
                status = 409
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(
                    request, f"Đã bàn giao công việc của {leaver.person} cho {done.successor.person}."
                )
                # The desk may be the head's own: the next page is then no longer his.
                return redirect("handover", pk=done.pk)
        form.data = request.POST.copy()  # the page that is shown now tells the desk as it is now
        form.data["seen"] = " ".join(item.key for item in items)
    context = {"form": form, "leaver": leaver, "items": items}
    return render(request, "projects/handovers/new.html", context, status=status)


@require_safe
def detail(request: ActingRequest, pk: int) -> HttpResponse:
    """What moved, and what came in afterwards."""
    row = get_object_or_404(handovers_visible_to(request.acting), pk=pk)
    late = [(text, in_words(text.fields)) for text in row.late_texts.all()]
    return render(request, "projects/handovers/detail.html", {"row": row, "late": late})


@require_safe
def pdf(request: ActingRequest, pk: int) -> HttpResponse:
    """The minutes of the hand-over, to be signed by hand."""
    printable = handover_printable(get_object_or_404(handovers_visible_to(request.acting), pk=pk))
    return HttpResponse(
        printable.pdf(),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{printable.file_name}"'},
    )
