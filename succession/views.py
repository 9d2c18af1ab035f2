"""The operator's wizard: what changes, who sits where, what moves, then a trial, an approval and the act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Organisation, Position, Province
from accounts.queries import last_names
from khuyencong.lib.dates import today
from khuyencong.lib.forms import message_kept
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.access import ActingRequest
from succession import services
from succession.checks import obstacles
from succession.forms import (
    BodyForm,
    NamedForm,
    PartsForm,
    RegionForm,
    SeatForm,
    StartForm,
    TargetForm,
    slugify_commune,
)
from succession.models import Change, Kind, Status
from succession.plans import FIRST, Plan, Seat, held_positions, propose
from succession.queries import files_of, register_of
from succession.shown import labels_of, outcome_shown, preview

PARTS_OF = {
    Kind.MERGE: ("units", "bodies", "people"),
    Kind.SPLIT: ("units", "bodies", "people", "files"),
    Kind.RENAME: ("names",),
    Kind.REGION: ("regions",),
}
PART_LABELS = {
    "units": "Đơn vị",
    "bodies": "Tổ chức",
    "people": "Con người",
    "files": "Hồ sơ, cơ sở",
    "names": "Tên gọi",
    "regions": "Vùng",
}


def _operator(request: HttpRequest) -> Position:
    by: Position = request.acting  # type: ignore[attr-defined]
    services.require_operator(by)
    return by


def _change(pk: int) -> Change:
    return get_object_or_404(Change.objects.select_related("prepared_by__person", "done_by__person"), pk=pk)


def _version(request: HttpRequest) -> int:
    """The version of the plan that the page showed; 0, which is none, for anything else."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0


@require_safe
def change_list(request: ActingRequest) -> HttpResponse:
    """All changes, the latest day first, and the four kinds to begin one."""
    _operator(request)
    context = {"changes": Change.objects.all(), "kinds": Kind.choices, "names": _unit_names()}
    return render(request, "succession/list.html", context)


def _unit_names() -> dict[int, str]:
    return dict(Province.objects.values_list("pk", "name"))


@require_http_methods(["GET", "HEAD", "POST"])
def change_new(request: ActingRequest, kind: str) -> HttpResponse:
    """Begin a change of one kind."""
    by = _operator(request)
    if kind.upper() not in Kind.values:
        raise Http404(kind)
    form = StartForm(Kind(kind.upper()), request.POST or None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            change = services.prepare(form.kind, by=by, **form.details())
        except Refused as refused:
            form.add_error(None, list(refused.reasons))
        else:
            message_kept(request, "Đã lập phương án đề xuất. Hãy xem lại từng phần.", "change-new")
            return redirect("change", pk=change.pk)
    context = {"form": form, "label": form.kind.label}
    return render(request, "succession/new.html", context, status=400 if form.is_bound else 200)


@require_safe
def change_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """One change: its parts, what stands in its way, what it moves, what a trial or the act itself found."""
    _operator(request)
    return _detail(request, _change(pk))


def _detail(
    request: ActingRequest, change: Change, refused: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    plan = Plan.of(change.plan)
    open_ = change.status in {Status.DRAFT, Status.READY}
    tried = change.tried if change.tried and change.tried["version"] == change.version else None
    context = {
        "change": change,
        "parts": [(name, PART_LABELS[name]) for name in PARTS_OF[Kind(change.kind)]],
        "labels": labels_of(change, plan),
        "obstacles": obstacles(change, plan) if open_ else [],
        "refused": refused,
        "preview": preview(change, plan) if open_ else None,
        "tried": tried,
        "outcome": outcome_shown(change.outcome or (tried or {}).get("outcome")),
        "is_draft": change.status == Status.DRAFT,
        "is_ready": change.status == Status.READY,
        "is_due": change.day <= today(),
        "is_open": open_,
    }
    return render(request, "succession/change.html", context, status=status)


# -- Parts of the plan ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def change_part(request: ActingRequest, pk: int, part: str) -> HttpResponse:
    """Correct one part of the plan."""
    by = _operator(request)
    change = _change(pk)
    if part not in PARTS_OF[Kind(change.kind)]:
        raise Http404(part)
    if change.status != Status.DRAFT:
        raise Forbidden(services.NOT_OPEN)
    return EDITORS[part](request, change, Plan.of(change.plan), by)


def _saved(request: ActingRequest, change: Change, plan: Plan, by: Position) -> HttpResponse:
    """Keep the plan that was sent. Raises Stale when another version stands, which becomes a page."""
    services.save_plan(change, plan, version=_version(request), by=by)
    message_kept(request, "Đã lưu phương án.", f"change-{change.pk}")
    return redirect("change", pk=change.pk)


def _edit(
    request: ActingRequest, change: Change, part: str, rows: Sequence[tuple[Sequence[str], Any]], **more: Any
) -> HttpResponse:
    forms = [form for _, form in rows]
    context = {
        "change": change,
        "part": part,
        "label": PART_LABELS[part],
        "rows": rows,
        "forms": forms,
        "head": more.pop("head", ()),
        **more,
    }
    return render(request, "succession/part.html", context, status=400 if request.method == "POST" else 200)


def _all_valid(forms: Sequence[Any]) -> bool:
    return all([form.is_valid() for form in forms])  # noqa: C419 (each is to show its faults)


def edit_units(request: ActingRequest, change: Change, plan: Plan, by: Position) -> HttpResponse:
    rows = [
        (
            (("Tiếp tục tồn tại" if target.province else "Đơn vị mới"),),
            TargetForm(request.POST or None, target=target),
        )
        for target in plan.targets
    ]
    forms = [form for _, form in rows]
    if request.method == "POST" and _all_valid(forms):
        targets = [form.changed() for form in forms]
        if targets != plan.targets:
            keeps = next((body.keeps for body in plan.bodies if body.keeps and body.target == FIRST), None)
            kept = Province.objects.filter(organisations=keeps).first() if keeps else None
            again = propose(
                list(Province.objects.filter(pk__in=plan.sources)), targets, day=change.day, keeps=kept
            )
            plan = replace(again, files=plan.files, establishments=plan.establishments)
            messages.info(
                request, "Tên tổ chức và chỗ ngồi được đề xuất lại theo đơn vị vừa sửa. Hãy xem lại."
            )
        return _saved(request, change, plan, by)
    return _edit(request, change, "units", rows, head=("",))


def edit_bodies(request: ActingRequest, change: Change, plan: Plan, by: Position) -> HttpResponse:
    kinds = dict(Organisation._meta.get_field("kind").flatchoices)
    takes: dict[str, list[int]] = {}
    for old, key in plan.heirs.items():
        takes.setdefault(key, []).append(old)
    names = last_names(plan.heirs)
    rows = [
        (
            (
                kinds[body.kind],
                "; ".join(names[old].name for old in takes.get(body.key, []) if old in names)
                or "thành lập mới",
            ),
            BodyForm(request.POST or None, body=body),
        )
        for body in plan.bodies
    ]
    forms = [form for _, form in rows]
    if request.method == "POST" and _all_valid(forms):
        return _saved(request, change, replace(plan, bodies=[form.changed() for form in forms]), by)
    return _edit(request, change, "bodies", rows, head=("Loại", "Kế thừa"))


def edit_people(request: ActingRequest, change: Change, plan: Plan, by: Position) -> HttpResponse:
    """Everybody who still holds a position on the day; who came after the plan was made is proposed now."""
    held = held_positions(plan.heirs, change.day)
    names = last_names({position.organisation_id for position in held})
    known = {seat.position: seat for seat in plan.seats}
    rows = []
    for position in held:
        proposed = Seat(
            position.pk, plan.heirs.get(position.organisation_id, ""), position.kind, position.title
        )
        rows.append(
            (
                (
                    str(position.person),
                    f"{position.title}, {names[position.organisation_id].name}"
                    if position.organisation_id in names
                    else position.title,
                ),
                SeatForm(request.POST or None, seat=known.get(position.pk, proposed), bodies=plan.bodies),
            )
        )
    forms = [form for _, form in rows]
    if request.method == "POST" and _all_valid(forms):
        return _saved(request, change, replace(plan, seats=[form.changed() for form in forms]), by)
    return _edit(request, change, "people", rows, head=("Họ và tên", "Chức vụ hiện nay"))


def edit_files(request: ActingRequest, change: Change, plan: Plan, by: Position) -> HttpResponse:
    """Which open file and which establishment goes to which part: by commune, then one by one."""
    tenants = list(Province.objects.filter(pk__in=plan.sources).values_list("tenant_id", flat=True))
    files = [each for each in files_of(tenants) if each.alive]
    register = register_of(tenants)
    form = PartsForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        keys = {target.key for target in plan.targets}
        communes = form.communes()

        def part_of(posted: str, *places: str) -> str:
            by_place = next(
                (communes[name] for name in map(slugify_commune, places) if name in communes), None
            )
            return by_place or (posted if posted in keys else FIRST)

        chosen = {
            each.pk: part_of(request.POST.get(f"file-{each.pk}", ""), *each.communes.split("; "))
            for each in files
        }
        rows = {
            row.pk: part_of(request.POST.get(f"establishment-{row.pk}", ""), row.commune) for row in register
        }
        plan = replace(
            plan,
            files={pk: key for pk, key in chosen.items() if key != FIRST},
            establishments={pk: key for pk, key in rows.items() if key != FIRST},
        )
        return _saved(request, change, plan, by)
    context = {
        "change": change,
        "form": form,
        "targets": plan.targets,
        "files": [(each, plan.files.get(each.pk, FIRST)) for each in files],
        "register": [(row, plan.establishments.get(row.pk, FIRST)) for row in register],
    }
    return render(request, "succession/files.html", context, status=400 if form.is_bound else 200)


def edit_names(request: ActingRequest, change: Change, plan: Plan, by: Position) -> HttpResponse:
    units = [
        (("Đơn vị", named.name), NamedForm(request.POST or None, named=named, is_unit=True))
        for named in plan.provinces
    ]
    bodies = [
        (("Tổ chức", named.name), NamedForm(request.POST or None, named=named, is_unit=False))
        for named in plan.organisations
    ]
    if request.method == "POST" and _all_valid([form for _, form in (*units, *bodies)]):
        plan = replace(
            plan,
            provinces=[form.changed() for _, form in units],
            organisations=[form.changed() for _, form in bodies],
        )
        return _saved(request, change, plan, by)
    return _edit(request, change, "names", [*units, *bodies], head=("", "Tên trong phương án"), stacked=True)


def edit_regions(request: ActingRequest, change: Change, plan: Plan, by: Position) -> HttpResponse:
    names = _unit_names()
    rows = [
        ((names[pk],), RegionForm(request.POST or None, province=pk, region=region))
        for pk, region in plan.regions.items()
    ]
    forms = [form for _, form in rows]
    if request.method == "POST" and _all_valid(forms):
        regions = {form.province: form.cleaned_data["region"] for form in forms}
        return _saved(request, change, replace(plan, regions=regions), by)
    return _edit(request, change, "regions", rows, head=("Đơn vị",))


Editor = Callable[[ActingRequest, Change, Plan, Position], HttpResponse]
EDITORS: dict[str, Editor] = {
    "units": edit_units,
    "bodies": edit_bodies,
    "people": edit_people,
    "files": edit_files,
    "names": edit_names,
    "regions": edit_regions,
}


# -- Acts ----------------------------------------------------------------------------------------------


def _act(
    request: ActingRequest, pk: int, work: Callable[[Change, Position], object], done: str
) -> HttpResponse:
    by = _operator(request)
    change = _change(pk)
    try:
        with transaction.atomic():
            work(change, by)
    except Forbidden:
        raise
    except Refused as refused:
        return _detail(request, _change(pk), refused.reasons, 409 if isinstance(refused, Stale) else 400)
    messages.success(request, done)
    return redirect("change", pk=pk)


@require_POST
def change_try(request: ActingRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        lambda change, by: services.try_out(change, by=by),
        "Đã chạy thử: mọi số liệu khớp; chưa có gì được thay đổi.",
    )


@require_POST
def change_approve(request: ActingRequest, pk: int) -> HttpResponse:
    version = _version(request)
    return _act(
        request,
        pk,
        lambda change, by: services.approve(change, version=version, by=by),
        "Đã duyệt. Đến ngày có hiệu lực, thay đổi tự thực hiện.",
    )


@require_POST
def change_reopen(request: ActingRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda change, by: services.reopen(change, by=by), "Đã mở lại phương án để sửa.")


@require_POST
def change_cancel(request: ActingRequest, pk: int) -> HttpResponse:
    return _act(request, pk, lambda change, by: services.cancel(change, by=by), "Đã hủy thay đổi.")


@require_POST
def change_carry_out(request: ActingRequest, pk: int) -> HttpResponse:
    return _act(
        request,
        pk,
        lambda change, by: services.carry_out(change, by=by),
        "Đã thực hiện xong. Số liệu trước và sau khớp nhau.",
    )
