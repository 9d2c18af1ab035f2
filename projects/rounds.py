"""Registration rounds: which is open, opening one, and the board of who has registered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Max, Min, Q, Sum

from accounts.models import OrganisationKind, Position, Province, valid_on
from accounts.tenancy import NATIONAL_KINDS
from budgets.models import Programme
from khuyencong.lib.workflow import Forbidden, Stale
from projects.models import ListLine, ProjectYear, RegistrationReport, RegistrationRound


def open_round(year: ProjectYear, day: dt.date) -> RegistrationRound | None:
    """The round in which ``year`` may be sent on ``day``: the nation's, or its province's for local files."""
    project = year.project
    rounds = RegistrationRound.objects.filter(
        programme=project.programme, year=year.year, opens_on__lte=day, closes_on__gte=day
    )
    rounds = (
        rounds.filter(tenant__isnull=True)
        if project.programme == Programme.NATIONAL
        else rounds.filter(tenant_id=project.tenant_id)
    )
    return rounds.order_by("closes_on").first()


@transaction.atomic
def open_registration(
    *,
    by: Position,
    year: int,
    name: str,
    opens_on: dt.date,
    closes_on: dt.date,
    unit_deadline: dt.date | None = None,
    supplementary: bool = False,
    note: str = "",
) -> RegistrationRound:
    """Open a round: the agency's officer for the national programme, the department's for its province's own.

    Raises Forbidden for anybody else, Stale when a round of this name is there."""
    kind = by.organisation.kind
    if kind not in {OrganisationKind.AGENCY, OrganisationKind.DEPARTMENT}:
        raise Forbidden(
            "Chỉ Cục (chương trình quốc gia) và Sở Công Thương (chương trình địa phương) mở đợt đăng ký."
        )
    national = kind in NATIONAL_KINDS
    from projects.telling import tell_of_round  # the chain, which says who is told, asks for rounds itself

    opened, is_new = RegistrationRound.objects.get_or_create(
        tenant=None if national else by.organisation.tenant,
        programme=Programme.NATIONAL if national else Programme.LOCAL,
        year=year,
        name=name,
        defaults={
            "sent_to_nation": national,
            "nation_writes": national,
            "supplementary": supplementary,
            "opens_on": opens_on,
            "unit_deadline": unit_deadline,
            "closes_on": closes_on,
            "note": note,
            "opened_by": by,
        },
    )
    if not is_new:
        raise Stale(f"Đã có {opened}; hãy đặt tên khác, hoặc xem đợt đã mở.")
    tell_of_round(opened, by=by)
    return opened


@dataclass(frozen=True)
class BoardRow:
    """What one province said in a round: ``said`` is "registered", "nothing" or "silent". Asked in đồng."""

    province: Province
    said: str
    on: dt.date | None
    late: bool
    lines: int
    asked: int
    files: int


def board(registration_round: RegistrationRound, *, of: Province | None = None) -> list[BoardRow]:
    """Who has registered in a national round and who said nothing, all provinces of the day or one; three queries."""
    reports = {
        row["province"]: row
        for row in RegistrationReport.objects.filter(round=registration_round)
        .values("province")
        .annotate(
            first=Min("effective_on"),
            latest=Max("effective_on"),
            intended=Count("lines"),
            asked=Sum("lines__asked"),
            nothing=Count("pk", filter=Q(nothing=True), distinct=True),
        )
        .order_by()
    }
    files = {
        row["project_year__project__province"]: row
        for row in ListLine.objects.filter(
            list_act__action="register", list_act__round=registration_round, verdict="INCLUDE"
        )
        .values("project_year__project__province")
        .annotate(
            n=Count("project_year", distinct=True),
            asked=Sum("project_year__support"),
            first=Min("list_act__effective_on"),
        )
        .order_by()
    }
    rows = []
    provinces = Province.objects.filter(valid_on(registration_round.opens_on))
    for province in provinces.filter(pk=of.pk) if of else provinces:
        report, sent = reports.get(province.pk), files.get(province.pk)
        days = [row["first"] for row in (report, sent) if row]
        registered = bool(sent) or bool(report and report["intended"])
        said = "registered" if registered else "nothing" if report else "silent"
        rows.append(
            BoardRow(
                province=province,
                said=said,
                on=min(days) if days else None,
                late=bool(days) and min(days) > registration_round.closes_on,
                lines=report["intended"] if report else 0,
                asked=(report["asked"] or 0) if report else (sent["asked"] or 0) if sent else 0,
                files=sent["n"] if sent else 0,
            )
        )
    return rows
