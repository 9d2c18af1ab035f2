"""The slip (phiếu trình) as a paper: what is to be signed, in words, and who has put what to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.template.loader import render_to_string

from accounts.queries import heading_of
from khuyencong.lib.dates import ZONE
from khuyencong.lib.paper import Signature
from projects.models import Appraisal, Event, ImplementationPlan, Project, Slip
from projects.papers.from_files.acceptance import acceptance_printable
from projects.papers.from_files.appraisal import appraisal_printable
from projects.papers.from_files.decision import decision_printable
from projects.papers.from_files.heads import frame_of
from projects.papers.from_files.plan import plan_printable
from projects.papers.from_files.printable import Printable
from projects.papers.from_files.registration import registration_printable
from projects.services.slips import steps_of


def _appraisal(event: Event) -> Printable:
    return appraisal_printable(Appraisal.objects.get(event=event), draft=True)


def _minutes(event: Event) -> Printable:
    return acceptance_printable(event, draft=True)


def _plan(event: Event) -> Printable:
    return plan_printable(ImplementationPlan.objects.get(event=event), draft=True)


DRAFTED: dict[str, Callable[[Any], Printable]] = {
    "appraise_department": _appraisal,
    "appraise_agency": _appraisal,
    "accept": _minutes,
    "submit_implementation_plan": _plan,
    "register": lambda list_act: registration_printable(list_act, draft=True),
    "propose": lambda list_act: decision_printable(list_act, draft=True),
    "approve": lambda list_act: decision_printable(list_act, draft=True),
}
"""The paper itself, as a draft, of acts whose papers the program makes: of the event, of a list of its ListAct."""


def slip_printable(slip: Slip) -> Printable:
    """The slip as it stands, with room for the signer's answer."""
    at = slip.state_since.astimezone(ZONE)
    body, day = slip.organisation, at.date()
    projects = {
        project.code: project for project in Project.objects.filter(code__in=slip.files.values("code"))
    }
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
        illustration=any(project.is_illustration for project in projects.values()),
    )
    lines = list(slip.files_now())
    context = {
        "frame": frame,
        "slip": slip,
        "project": projects.get(slip.code),
        "lines": [(line, projects.get(line.code)) for line in lines] if slip.on_list else [],
        "total": sum(line.amount or 0 for line in lines),
        "steps": steps_of(slip),
    }
    return Printable(
        html=render_to_string("papers/slip.html", context),
        title=f"Phiếu trình {slip.pk} {slip.about}",
        author=heading_of(body, day).name,
        created=at,
        identifier=f"slip {slip.pk} {slip.state_since.isoformat()}",
        file_name=f"{slip.code or slip.action}-phieu-trinh-{slip.pk}.pdf",
    )
