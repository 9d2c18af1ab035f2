"""What follows between money and contract: plan of implementation (Mẫu 11), tender (see projects/effects.py)."""

from __future__ import annotations

from khuyencong.lib.workflow import Step, effect
from projects.groups import named_by_plan, sent_plan
from projects.guards import shares_of
from projects.models import (
    BeneficiaryShare,
    ImplementationPlan,
    Project,
    ProjectYear,
    ShareState,
    TenderResult,
)
from projects.snapshots import snapshot


@effect("Kế hoạch triển khai được chốt và gửi Sở Công Thương thẩm định.")
def write_plan(step: Step) -> None:
    year, details = step.subject, step.details
    ImplementationPlan.objects.create(
        tenant_id=year.tenant_id,
        project_year=year,
        event=step.event,
        paper=step.event.paper,
        beneficiaries=snapshot(year)["beneficiaries"],
        **{name: details[name] for name in ("starts_on", "ends_on", "content", "organisation_of_work")},
        **{name: details.get(name, "") for name in ("partner", "specifications")},
    )


@effect("Địa điểm, cơ sở thụ hưởng, đơn vị phối hợp được xác định theo kế hoạch.")
def fix_plan(step: Step) -> None:
    """Beneficiaries, place and partner hold from here on (T36 article 10.1a); what the appraisal named stays."""
    year: ProjectYear = step.subject
    plan = sent_plan(year)
    assert plan is not None  # the row's guard
    project: Project = year.project
    if named_by_plan(project, step.on):
        places = [share.place or share.establishment.address for share in shares_of(year)]
        project.place = "; ".join(dict.fromkeys(places))
    project.partner = plan.partner or project.partner
    project.save(update_fields=["place", "partner", "saved_at", "selection_method", "search"])
    for share in BeneficiaryShare.objects.filter(project_year=year, state=ShareState.PROPOSED):
        share.state = ShareState.CONFIRMED
        share.save(update_fields=["state"])


@effect("Kết quả lựa chọn nhà thầu làm căn cứ ký hợp đồng.")
def write_tender_result(step: Step) -> None:
    year = step.subject
    TenderResult.objects.create(
        tenant_id=year.tenant_id,
        project_year=year,
        event=step.event,
        **{
            name: step.details[name]
            for name in ("decision_number", "decided_on", "decided_by", "bidder", "price")
        },
    )


@effect("Cách chọn đơn vị của hồ sơ đổi theo quyết định.")
def set_selection(step: Step) -> None:
    project: Project = step.subject.project
    project.selection_decided = step.details["method"]
    project.save(update_fields=["selection_decided", "selection_method", "saved_at", "search"])
