"""Joins the tables (projects/workflow.py) to the engine: who is who, how a file is locked and an event written."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from accounts.models import Organisation, Position, Tenant
from accounts.tenancy import NATIONAL_KINDS
from budgets.queries import balance
from khuyencong.lib.paper import paper_number
from khuyencong.lib.workflow import Chain, Forbidden, Refused, Route, Step
from projects.holding import hold, require_signer
from projects.models import Event, Paper, PaperKind, ProjectYear
from projects.once import refuse_same_paper
from projects.own_work import nobody_acts_on_his_own_work
from projects.queries import with_places
from projects.questions import ask_ahead
from projects.routes import route_name
from projects.signing import SignedAs, signature
from projects.snapshots import snapshot
from projects.states import SENDINGS, State
from projects.workflow import ROUTES
from projects.year_guards import no_year_stopped


@dataclass(frozen=True)
class PaperData:
    """Number, day and, if at hand, signer of the paper on which an act rests. ``is_new``: the number is given now, so
    that no paper may have it yet; else the paper may be one that was recorded with another file. ``recorded_by``: who
    gave it, where that is not who acts."""

    number: str
    dated: dt.date
    summary: str = ""
    signer: Position | None = None
    is_new: bool = False
    recorded_by: Position | None = None


def route_of(year: ProjectYear) -> Route:
    return ROUTES[route_name(year.project)]


def lock(year: ProjectYear) -> ProjectYear:
    """The file again, locked until the end of the transaction. Raises Forbidden for a read-only file."""
    rows = with_places(ProjectYear.objects.select_for_update(of=("self",)))
    try:
        return rows.get(pk=year.pk)
    except ProjectYear.DoesNotExist:
        raise Forbidden("Ông, bà chỉ được xem hồ sơ này, không được thực hiện việc trên hồ sơ.") from None


def not_before(year: ProjectYear) -> dt.date:
    """Each step follows the last. A draft is often typed after its letter was signed: any day from the year before
    the plan's counts."""
    return dt.date(year.year - 1, 1, 1) if year.state == State.DRAFT else year.state_since


def first_day(year: ProjectYear) -> str:
    """What the day of ``not_before`` is, in words."""
    if year.state == State.DRAFT:
        return f"ngày sớm nhất được ghi cho hồ sơ năm {year.year}"
    return "ngày của bước liền trước"


def record_paper(
    data: PaperData,
    *,
    kind: str,
    by: Position,
    issuer: Organisation,
    file: ProjectYear | None = None,
    sent: bool = False,
    capacity: SignedAs | None = None,
) -> Paper:
    """The paper with this number: found when it is already there (one letter, several files), else written.

    ``capacity`` is that of ``by``, when it was he who signed; the lines above the name are kept as they stand then.

    Papers of one file are its tenant's; papers of a national list belong to no tenant and are read by all; a
    province's list is its own, and the nation's to read when ``sent``.
    A letter on files that different tenants share is a row in each. Raises Refused when the number is none, stands
    for another day's paper or for one that somebody else signed, or is given anew."""
    national = file is None and issuer.kind in NATIONAL_KINDS
    number = paper_number(data.number, with_symbol=kind != PaperKind.VOUCHER)
    tenant = file.tenant_id if file else None if national else issuer.tenant_id
    fields = {
        "dated": data.dated,
        "summary": data.summary,
        "signer": (signed := signature(data.signer, by, issuer, kind, data.dated, capacity)).signer,
        "signed_as": list(signed.lines),
        "recorded_by": data.recorded_by or by,
        "tenant_id": tenant,
        "sent_to_nation": file.sent_to_nation if file else national or sent,
        "nation_writes": file.nation_writes if file else national,
    }
    known = Paper.objects.filter(issuer=issuer, kind=kind, number__iexact=number, year=data.dated.year)
    if data.is_new and known.exists():
        raise Refused(_number_taken(kind, number))
    if other := known.exclude(dated=data.dated).first():
        raise Refused(f"{_number_taken(kind, number)} Văn bản đó đề ngày {other.dated:%d/%m/%Y}.")
    here = known.filter(Q(tenant__isnull=True) | Q(tenant=tenant))
    paper, is_first = here.select_related("signer__person").first(), False
    if paper is None:
        shared = Tenant.objects.filter(pk__in=[tenant], kind=Tenant.Kind.CONSORTIUM).exists()
        if not shared and known.filter(tenant__kind=Tenant.Kind.PROVINCE).exists():
            raise Refused(_number_taken(kind, number))
        try:
            with transaction.atomic():
                paper, is_first = Paper.objects.get_or_create(
                    tenant_id=tenant,  # type: ignore[misc]  # a header of the nation has none
                    issuer=issuer,
                    kind=kind,
                    number=number,
                    year=data.dated.year,
                    defaults=fields,
                )
        except IntegrityError:
            raise Refused(_number_taken(kind, number)) from None
    if not is_first:  # it was there, or somebody has just been faster
        if data.is_new:
            raise Refused(_number_taken(kind, number))
        _refuse_other_signer(paper, signed.signer)
    return paper


def _refuse_other_signer(paper: Paper, signer: Position | None) -> None:
    """Raise Refused when the paper bears the signature of somebody else than who is named now."""
    first = paper.signer
    if first is None or signer is None or first.person_id == signer.person_id:
        return
    raise Refused(
        f"{paper} đã được ghi với người ký {first.person}, {first.title}; lần này người ký là {signer.person}, "
        f"{signer.title}. Một văn bản chỉ có một người ký: hãy chọn đúng người ký, hoặc kiểm tra lại số văn bản."
    )


def _number_taken(kind: str, number: str) -> str:
    return (
        f"{PaperKind(kind).label} số {number} đã được ghi cho văn bản khác trong năm. "
        "Hãy kiểm tra lại số, ký hiệu và ngày."
    )


def record(step: Step) -> Event:
    """Write state and event; the figures of the moment and, when sent, the whole file go with it."""
    year: ProjectYear = step.subject
    paper = None
    if isinstance(step.details.get("paper"), PaperData):
        assert step.action.paper is not None
        require_signer(step.action, year, step.details["paper"].signer, step.by, step.on)
        # Party A may decide a change in the contract itself (T36 article 11.2b).
        paper = record_paper(
            step.details["paper"],
            kind=PaperKind.ANNEX if step.details.get("by_annex") else step.action.paper,
            by=step.by,
            issuer=step.capacity.body,
            file=year,
            capacity=step.capacity,
        )
    elif step.list_act is not None:
        paper = step.list_act.paper
    signed = signature(
        paper.signer if paper else None, step.by, step.capacity.body, "", step.on, step.capacity
    )
    from_state = year.state
    if paper is not None and step.to_state == from_state:
        refuse_same_paper(year, step.action, paper)
    if step.action.name in SENDINGS:
        year.submission += 1
    if step.to_state != from_state:
        year.state, year.state_since = step.to_state, step.on
    year.save(update_fields=["state", "state_since", "submission"])
    return Event.objects.create(
        tenant_id=year.tenant_id,
        project_year=year,
        action=step.action.name,
        from_state=from_state,
        to_state=step.to_state,
        submission=year.submission,
        position=step.by,
        person=step.by.person,
        organisation=step.by.organisation,
        manner=step.capacity.manner,
        on_behalf_of=None if step.capacity.body == step.by.organisation else step.capacity.body,
        signed_as=list(paper.signed_as if paper else signed.lines),
        effective_on=step.on,
        comment=step.comment,
        list_act=step.list_act,
        verdict=step.verdict.name if step.verdict else "",
        paper=paper,
        details={name: _plain(value) for name, value in step.details.items() if name != "paper"},
        figures={"support": year.support, "counterpart": year.counterpart, **asdict(balance(year.pk))},
        snapshot=snapshot(year) if step.action.name in SENDINGS else None,
    )


def _plain(value: Any) -> Any:
    """``value`` as JSON: days as ISO text, rows as their keys."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


CHAIN = Chain(
    route_of=route_of,
    lock=lock,
    not_before=not_before,
    first_day=first_day,
    record=record,
    holds=hold,
    state_label=lambda state: str(State(state).label),
    house_rules=(nobody_acts_on_his_own_work, no_year_stopped),
    ask_ahead=ask_ahead,
)
