"""The form of one appraisal (T36 article 9), on the file as it was sent to the appraiser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from accounts.queries import heading_of
from budgets.models import Programme
from projects.models import Appraisal, AppraisalLevel, PaperKind
from projects.papers.appraisal import AppraisalPaper, AppraisedBeneficiary, appraisal_html
from projects.papers.from_files.contents import Content, contents_of, site_of
from projects.papers.from_files.heads import frame_of, signature_of
from projects.papers.from_files.printable import Printable, start_of
from projects.papers.from_files.project import programme_in_text
from projects.papers.grounds import PaperType, grounds
from projects.papers.parts import YearPart
from projects.queries import implementer_on

_LEVELS = {AppraisalLevel.DEPARTMENT: "cấp cơ sở", AppraisalLevel.AGENCY: "cấp Bộ"}


def appraisal_printable(appraisal: Appraisal, *, draft: bool = False) -> Printable:
    """The form with number and date, signed by the head of the appraising body; as a ``draft`` without them."""
    paper = appraisal_paper(appraisal)
    paper = replace(paper, frame=replace(paper.frame, draft=draft))
    return Printable(
        html=appraisal_html(paper),
        title=f"{paper.frame.type_name} {paper.code}",
        author=heading_of(appraisal.event.organisation, paper.frame.dated).name,
        created=start_of(paper.frame.dated),
        identifier=f"appraisal {appraisal.pk}",
        file_name=f"{paper.code}-phieu-tham-dinh-{appraisal.pk}.pdf",
    )


def appraisal_paper(appraisal: Appraisal) -> AppraisalPaper:
    event, year = appraisal.event, appraisal.project_year
    project, body, day = year.project, appraisal.event.organisation, appraisal.paper.dated
    content = contents_of([event])[event.pk]
    implementer = heading_of(implementer_on(project, day), day).name
    national = project.programme == Programme.NATIONAL
    programme = programme_in_text(project.programme)
    return AppraisalPaper(
        frame=frame_of(
            body,
            day,
            paper=appraisal.paper,
            symbol="PTĐ",
            type_name="Phiếu thẩm định",
            summary=f"Đề án {programme} {_LEVELS[AppraisalLevel(appraisal.level)] if national else ''}".rstrip(),
            grounds=grounds(PaperType.APPRAISAL, project.programme, on=day, year=year.year),
            signatures=(signature_of(body, day, kind=PaperKind.FORM, paper=appraisal.paper),),
            recipients=(implementer, "Lưu: VT, hồ sơ đề án"),
            illustration=project.is_illustration,
        ),
        form=appraisal.form if national else "",
        code=project.code,
        title=content.line("title"),
        programme=programme,
        year=year.year,
        activity=project.activity.name,
        implementer=implementer,
        partner=content.line("partner"),
        beneficiaries=tuple(_beneficiary(share) for share in content.data["beneficiaries"]),
        place=content.line("place"),
        period=content.period,
        asked=content.funding,
        findings=(
            appraisal.principles,
            appraisal.need_and_cost,
            appraisal.capacity,
            appraisal.combination,
            appraisal.completeness,
        ),
        recommended=appraisal.recommended,
        conclusion=appraisal.get_opinion_display(),
        years=_years(appraisal, content),
        appraised_by=appraisal.council or f"{event.person.full_name}, {event.position.title}",
    )


def _years(appraisal: Appraisal, content: Content) -> tuple[YearPart, ...]:
    """Only with the first year: that of a later one appraises its part alone."""
    if not appraisal.coming:
        return ()
    recommended = {int(year): amount for year, amount in appraisal.coming.items()}
    recommended[appraisal.project_year.year] = appraisal.recommended
    return tuple(replace(part, recommended=recommended.get(part.year)) for part in content.years)


def _beneficiary(share: dict[str, Any]) -> AppraisedBeneficiary:
    """Who is not eligible is not sent (projects/guards.py), so the form tells what made it so."""
    return AppraisedBeneficiary(
        name=share["name"],
        place=site_of(share),
        eligibility=f"{share['legal_form']}; {share['industry']}; đủ điều kiện vào ngày gửi hồ sơ",
    )
