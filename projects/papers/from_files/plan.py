"""The plan of implementation of a group project (Mẫu 11) as it was submitted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db.models import Q

from accounts.models import Organisation, OrganisationKind
from accounts.queries import heading_of
from budgets.models import Programme
from khuyencong.lib.dates import long_date
from projects.groups import approval_of
from projects.models import Event, ImplementationPlan
from projects.papers.from_files.heads import frame_of, signature_of
from projects.papers.from_files.printable import Printable, start_of
from projects.papers.from_files.project import beneficiary_of, programme_in_text
from projects.papers.grounds import PaperType, grounds
from projects.papers.parts import Period
from projects.papers.plan import PlanPaper, plan_html
from projects.queries import implementer_on


def plan_printable(plan: ImplementationPlan, *, draft: bool = False) -> Printable:
    """The plan that the unit submitted; once it is approved, with the paper that says so. As a ``draft``, marked so."""
    paper = plan_paper(plan)
    paper = replace(paper, frame=replace(paper.frame, draft=draft))
    return Printable(
        html=plan_html(paper),
        title=f"{paper.frame.type_name} {paper.code}",
        author=paper.implementer,
        created=start_of(plan.paper.dated),
        identifier=f"plan {plan.pk} {paper.approval}",
        file_name=f"{paper.code}-ke-hoach-trien-khai-{plan.pk}.pdf",
    )


def plan_paper(plan: ImplementationPlan) -> PlanPaper:
    year, day = plan.project_year, plan.paper.dated
    project = year.project
    implementer = implementer_on(project, day)
    name = heading_of(implementer, day).name
    departments = _departments(plan, day)
    national = project.programme == Programme.NATIONAL
    recipients = [
        *departments,
        *(["Cục chủ trì chương trình khuyến công (để theo dõi)"] if national else []),
        "Lưu: VT",
    ]
    return PlanPaper(
        frame=replace(
            frame_of(
                implementer,
                day,
                symbol="KH",
                with_place=False,
                type_name="Kế hoạch",
                summary=f"Triển khai thực hiện đề án nhóm {programme_in_text(project.programme)} năm {year.year}",
                grounds=grounds(PaperType.PLAN, project.programme, on=day, year=year.year),
                signatures=(signature_of(implementer, day, kind=plan.paper.kind, paper=plan.paper),),
                recipients=tuple(recipients),
                illustration=project.is_illustration,
            ),
            symbol="",
        ),
        attached=f"Kèm theo Tờ trình số {plan.paper.number} {long_date(plan.paper.dated)} của {name}",
        form="11" if national else "",
        code=project.code,
        title=" ".join(project.title.split()).rstrip(".; "),
        programme=programme_in_text(project.programme),
        year=year.year,
        activity=project.activity.name,
        implementer=name,
        department=", ".join(departments),
        partner=plan.partner,
        decision=_decision(plan),
        allocated=plan.event.figures["allocated"],
        period=Period(plan.starts_on, plan.ends_on),
        content=plan.content,
        specifications=plan.specifications,
        organisation=plan.organisation_of_work,
        beneficiaries=tuple(beneficiary_of(share) for share in plan.beneficiaries),
        approval=_approval(plan),
    )


def _departments(plan: ImplementationPlan, day: dt.date) -> list[str]:
    """Who approved the plan; before that the departments of the places, one of which will (T36 article 21.2a)."""
    event = approval_of(plan)
    if event is not None:
        return [heading_of(event.organisation, day).name]
    year = plan.project_year
    here = Q(province__in=year.project.members) | Q(tenant=year.tenant_id)  # or of what took the place over
    bodies = Organisation.objects.filter(here, kind=OrganisationKind.DEPARTMENT, valid_to__isnull=True)
    return [heading_of(body, day).name for body in bodies.order_by("slug")]


def _decision(plan: ImplementationPlan) -> str:
    """The decision that approved the project, with who took it."""
    approved = Event.objects.filter(
        project_year_id=plan.project_year_id, action="approve", pk__lt=plan.event_id
    )
    event = approved.select_related("paper", "organisation").order_by("-pk").first()
    if event is None or event.paper is None:
        return ""
    body = heading_of(event.organisation, event.paper.dated).name
    return f"Quyết định số {event.paper.number} {long_date(event.paper.dated)} của {body}"


def _approval(plan: ImplementationPlan) -> str:
    event = approval_of(plan)
    if event is None or event.paper is None:
        return ""
    return f"{event.paper.get_kind_display()} số {event.paper.number} {long_date(event.paper.dated)}"
