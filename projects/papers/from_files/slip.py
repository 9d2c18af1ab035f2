"""The slip (phiếu trình) as a paper: what is to be signed, in words, and who has put what to it."""

from __future__ import annotations

from collections.abc import Callable

from django.template.loader import render_to_string

from accounts.queries import heading_of
from khuyencong.lib.dates import ZONE
from khuyencong.lib.paper import Signature
from projects.models import Appraisal, Event, ImplementationPlan, Project, Slip
from projects.papers.from_files.acceptance import acceptance_printable
from projects.papers.from_files.appraisal import appraisal_printable
from projects.papers.from_files.heads import frame_of
from projects.papers.from_files.plan import plan_printable
from projects.papers.from_files.printable import Printable
from projects.services.slips import steps_of


def _appraisal(event: Event) -> Printable:
    return appraisal_printable(Appraisal.objects.get(event=event), draft=True)


def _minutes(event: Event) -> Printable:
    return acceptance_printable(event, draft=True)


def _plan(event: Event) -> Printable:
    return plan_printable(ImplementationPlan.objects.get(event=event), draft=True)


DRAFTED: dict[str, Callable[[Event], Printable]] = {
    "appraise_department": _appraisal,
    "appraise_agency": _appraisal,
    "accept": _minutes,
    "submit_implementation_plan": _plan,
}
"""The paper itself, as a draft, of acts whose papers the program makes."""


def slip_printable(slip: Slip) -> Printable:
    """The slip as it stands, with room for the signer's answer."""
    at = slip.state_since.astimezone(ZONE)
    body, day = slip.organisation, at.date()
    project = Project.objects.filter(code=slip.code).first()
    frame = frame_of(
        body,
        day,
        symbol="PTr",
        type_name="Phiếu trình",
        summary=slip.label,
        signatures=(
            Signature(lines=("NGƯỜI SOẠN",), name=str(slip.prepared_by.person)),
            Signature(lines=(str(slip.signer.title).upper(),), name=str(slip.signer.person)),
        ),
        recipients=("Người ký", "Lưu: hồ sơ công việc"),
        draft=True,
        illustration=project is not None and project.is_illustration,
    )
    context = {"frame": frame, "slip": slip, "project": project, "steps": steps_of(slip)}
    return Printable(
        html=render_to_string("papers/slip.html", context),
        title=f"Phiếu trình {slip.pk} {slip.code}",
        author=heading_of(body, day).name,
        created=at,
        identifier=f"slip {slip.pk} {slip.state_since.isoformat()}",
        file_name=f"{slip.code}-phieu-trinh-{slip.pk}.pdf",
    )
