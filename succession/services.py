"""Writes of the operator's wizard: prepare, correct, try, approve, carry out, cancel. Only an operator does these."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, OrganisationKind, Position, PositionKind, Province
from accounts.queries import system_position
from accounts.tenancy import acts_in_a_role
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from succession.carrying import lock_everything, rearrange, rename
from succession.checks import obstacles
from succession.models import Change, Kind, Status
from succession.plans import (
    FIRST,
    Plan,
    Target,
    common_region,
    propose,
    propose_names,
    propose_regions,
)
from succession.queries import call

log = logging.getLogger(__name__)

CHANGED_MEANWHILE = "Phương án vừa được lưu ở nơi khác. Hãy tải lại trang, xem lại rồi làm tiếp."
NOT_OPEN = "Thay đổi này không còn sửa được: đã duyệt, đã thực hiện hoặc đã hủy."


class Rehearsed(Exception):
    """Rolls a trial run back; carries what it found."""

    def __init__(self, outcome: dict[str, Any]) -> None:
        super().__init__()
        self.outcome = outcome


def require_operator(by: Position) -> None:
    """Raise Forbidden for anybody but an operator: the change runs as the login, outside every tenant."""
    if by.kind != PositionKind.OPERATOR or acts_in_a_role():
        raise Forbidden("Chỉ người quản trị hệ thống sắp xếp được tổ chức.")


@transaction.atomic
def prepare(
    kind: Kind | str,
    *,
    day: dt.date,
    paper_number: str,
    paper_date: dt.date,
    paper_title: str,
    paper_issuer: str,
    provinces: list[Province],
    organisations: list[Organisation] | None = None,
    targets: list[Target] | None = None,
    keeps: Province | None = None,
    by: Position,
) -> Change:
    """A change with the plan proposed for it. ``targets``: the units of a merge or split, the heir first; ``keeps``:
    the unit whose bodies live on in the heir's. Raises Forbidden, Refused."""
    require_operator(by)
    if paper_date > today():
        raise Refused(f"Ngày văn bản {short_date(paper_date)} ở tương lai. Hãy ghi ngày đã ký văn bản.")
    if paper_date > day:
        raise Refused("Văn bản ký sau ngày có hiệu lực. Hãy kiểm tra lại hai ngày.")
    if kind in {Kind.MERGE, Kind.SPLIT}:
        parts = targets or [Target(key=FIRST)]
        region = common_region(provinces, day)
        parts = [_with_region(part, region) for part in parts]
        plan = propose(provinces, parts, day=day, keeps=keeps)
    elif kind == Kind.RENAME:
        plan = propose_names(provinces, organisations or [], day=day)
    else:
        plan = propose_regions(provinces, day=day)
    change = Change.objects.create(
        kind=kind,
        day=day,
        paper_number=paper_number,
        paper_date=paper_date,
        paper_title=paper_title,
        paper_issuer=paper_issuer,
        plan=plan.as_json(),
        prepared_by=by,
    )
    log.info("%s prepared change %s: %s", by, change.pk, change)
    return change


def _with_region(target: Target, region: str) -> Target:
    return target if target.region else Target(**{**target.__dict__, "region": region})


@transaction.atomic
def save_plan(change: Change, plan: Plan, *, version: int, by: Position) -> int:
    """Keep the corrected plan; a trial of an older one counts no more. Answers the new version. Raises Forbidden,
    Refused when the change is no draft, Stale when another version was saved meanwhile."""
    require_operator(by)
    kept = _locked(change.pk)
    _require(kept, Status.DRAFT)
    if kept.version != version:
        raise Stale(CHANGED_MEANWHILE)
    kept.plan, kept.tried, kept.version = plan.as_json(), None, version + 1
    kept.save(update_fields=["plan", "tried", "version"])
    return kept.version


def try_out(change: Change, *, by: Position) -> dict[str, Any]:
    """Carry the change out and roll it back: what would be moved, sums and prints before and after. The day may lie
    ahead. Raises Forbidden, Refused with every obstacle, Stale when somebody is writing."""
    require_operator(by)
    kept = Change.objects.get(pk=change.pk)
    _require(kept, Status.DRAFT, Status.READY)
    try:
        with transaction.atomic():
            raise Rehearsed(_carry(_locked(change.pk)))
    except Rehearsed as rehearsed:
        outcome = rehearsed.outcome
    with transaction.atomic():
        kept = _locked(change.pk)
        kept.tried = {"version": kept.version, "at": timezone.now().isoformat(), "outcome": outcome}
        kept.save(update_fields=["tried"])
    return outcome


@transaction.atomic
def approve(change: Change, *, version: int, by: Position) -> Change:
    """Let the change wait for its day. Raises Refused when this very plan was not tried, or no longer passes."""
    require_operator(by)
    kept = _locked(change.pk)
    _require(kept, Status.DRAFT)
    if kept.version != version:
        raise Stale(CHANGED_MEANWHILE)
    if kept.tried is None or kept.tried["version"] != version:
        raise Refused("Phương án này chưa được chạy thử. Hãy chạy thử, xem số liệu trước và sau, rồi duyệt.")
    if reasons := obstacles(kept, Plan.of(kept.plan)):
        raise Refused(*reasons)
    kept.status, kept.approved_by, kept.approved_at = Status.READY, by, timezone.now()
    kept.save(update_fields=["status", "approved_by", "approved_at"])
    log.info("%s approved change %s", by, kept.pk)
    return kept


@transaction.atomic
def reopen(change: Change, *, by: Position) -> None:
    """Take an approval back, to correct the plan. Raises Refused when it is none any more."""
    require_operator(by)
    kept = _locked(change.pk)
    _require(kept, Status.READY)
    kept.status, kept.approved_by, kept.approved_at, kept.failure = Status.DRAFT, None, None, ""
    kept.save(update_fields=["status", "approved_by", "approved_at", "failure"])


@transaction.atomic
def cancel(change: Change, *, by: Position) -> None:
    """Raises Refused when it was carried out: an undo is a new change."""
    require_operator(by)
    kept = _locked(change.pk)
    if kept.status == Status.DONE:
        raise Refused(
            "Thay đổi đã thực hiện thì không hủy được. Muốn làm ngược lại, hãy lập một thay đổi mới."
        )
    _require(kept, Status.DRAFT, Status.READY)
    kept.status = Status.CANCELLED
    kept.save(update_fields=["status"])
    log.info("%s cancelled change %s", by, kept.pk)


@transaction.atomic
def carry_out(change: Change, *, by: Position) -> Change:
    """Do it, once: asked again it answers with what was done. Raises Forbidden, Refused (not approved, before its
    day, an obstacle, unequal sums), Stale when somebody is writing; then nothing has changed."""
    if by.kind != PositionKind.SYSTEM:
        require_operator(by)
    kept = _locked(change.pk)
    if kept.status == Status.DONE:
        return kept
    _require(kept, Status.READY)
    if kept.day > today():
        raise Refused(
            f"Ngày có hiệu lực là {short_date(kept.day)}. Đến ngày đó thay đổi tự thực hiện, hoặc bấm lại nút này."
        )
    outcome = _carry(kept)
    kept.status, kept.outcome, kept.failure = Status.DONE, outcome, ""
    kept.outcome_hash = print_of(outcome)
    kept.done_by, kept.done_at = by, timezone.now()
    kept.save()
    log.info("%s carried out change %s: %s", by, kept.pk, kept)
    return kept


def carry_out_due(day: dt.date) -> list[Change]:
    """Carry out what is approved and due, the earliest first; what is refused keeps its sentence and waits for the
    operator or the next time. Runs outside every tenant, in any number of processes at once."""
    due = Change.objects.filter(status=Status.READY, day__lte=day).order_by("day", "pk")
    done = []
    for change in due:
        try:
            done.append(carry_out(change, by=_system()))
        except Refused as refused:
            sentence = " ".join(str(reason) for reason in refused.reasons)
            Change.objects.filter(pk=change.pk, status=Status.READY).update(failure=sentence)
            log.warning("change %s: %s", change.pk, sentence)
    return done


def print_of(outcome: dict[str, Any]) -> str:
    """SHA-256 of an outcome, as it is kept."""
    return hashlib.sha256(json.dumps(outcome, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _system() -> Position:
    body = Organisation.objects.filter(kind=OrganisationKind.OPERATOR, valid_to__isnull=True).earliest("pk")
    return system_position(body)


def _locked(pk: int) -> Change:
    return Change.objects.select_for_update().get(pk=pk)


def _require(change: Change, *statuses: Status) -> None:
    if change.status not in statuses:
        raise Refused(NOT_OPEN if Status.DRAFT in statuses else f"Thay đổi này {_in_text(change)}.")


def _in_text(change: Change) -> str:
    label = change.get_status_display()
    return label[0].lower() + label[1:]


def _carry(change: Change) -> dict[str, Any]:
    """Inside the caller's transaction. Raises Refused with every obstacle, Stale."""
    plan = Plan.of(change.plan)
    lock_everything()
    call("kc_change_analyze")
    if reasons := obstacles(change, plan):
        raise Refused(*reasons)
    Change.objects.filter(pk=change.pk).update(status=Status.RUNNING)
    work: Callable[[Change, Plan], dict[str, Any]] = (
        rearrange if change.kind in {Kind.MERGE, Kind.SPLIT} else rename
    )
    return work(change, plan)
