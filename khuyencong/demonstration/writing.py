"""What a centre writes before anything moves: the register of establishments, the file, its papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from accounts.models import Position, valid_on
from accounts.queries import province_on
from accounts.tenancy import acting_as
from budgets.models import Activity
from khuyencong.demonstration.dossiers import Dossier, place_of
from khuyencong.demonstration.establishments import ESTABLISHMENTS, Made
from khuyencong.demonstration.walk import Scene, Walk
from khuyencong.lib.dates import ZONE, long_date
from khuyencong.lib.pdf import render_pdf
from projects.models import Establishment, Nature, ProjectYear
from projects.requirements import Requirement, requirements
from projects.services.documents import attach_document
from projects.services.establishments import of_file, save_establishment
from projects.services.files import create_project, save_content, save_estimate, save_schedule, save_shares

MARK = "Dữ liệu minh họa. Tên cơ sở, số tiền và nội dung do hệ thống đặt ra, không có giá trị pháp lý."


def write_register(
    scene: Scene, slug: str, made_up: Sequence[Made] = ESTABLISHMENTS
) -> dict[str, Establishment]:
    """The invented establishments of a province, by key."""
    by = scene.who("centre", slug)
    with acting_as(by):
        found = {}
        for made in made_up:
            if made.slug != slug:
                continue
            values = {
                "name": made.name,
                "legal_form": made.legal_form,
                "tax_code": made.tax_code,
                "representative": made.representative,
                "industry": made.industry,
                "products": made.products,
                "employees": made.employees,
                "address": made.address,
                "commune": f"{made.commune_kind.label} {made.commune}",
                "commune_kind": made.commune_kind,
                "province": by.organisation.province,
                "craft_village": made.craft_village,
                "women_owned": made.women_owned,
                "ethnic_minority_owned": made.ethnic_minority_owned,
                "is_illustration": True,
            }
            found[made.key] = save_establishment(None, by=by, version=None, values=values)
    return found


def write_file(
    scene: Scene,
    dossier: Dossier,
    register: dict[str, Establishment],
    day: dt.date,
    *,
    finished: bool = True,
    unit: str = "centre",
    unit_head: str = "centre.head",
    places: Sequence[str] = (),
    nature: str = Nature.ORDINARY,
) -> Walk:
    """A draft of ``dossier`` made on ``day`` by the account ``unit``, in ``places`` (slugs; default: its own province);
    unless ``finished`` it has no beneficiary and no papers yet."""
    by = scene.who(unit, dossier.slug)
    with acting_as(by):
        project = create_project(
            by=by,
            programme=dossier.programme,
            year=dossier.year,
            title=dossier.title,
            activity=Activity.objects.get(code=dossier.activity),
            kind=dossier.kind,
            nature=nature,
            provinces=[province_on(slug, day) for slug in places],
            is_illustration=True,
            on=day,
        )
        year = project.years.get()
        name = by.organisation.names.get(valid_on(day)).name
        version = save_content(year, by=by, version=project.version, values=dossier.content(name))
        version = save_estimate(year, by=by, version=version, lines=dossier.lines())
        version = save_schedule(year, by=by, version=version, items=dossier.schedule())
        if finished:
            shares = [
                {
                    "establishment": of_file(project, register[key], by=by),
                    "place": place_of(key),
                    "support": support,
                    "counterpart": counterpart,
                }
                for key, support, counterpart in dossier.shares()
            ]
            save_shares(year, by=by, version=version, shares=shares)
            attach_papers(year, dossier, by, day)
    return Walk(scene, year, dossier.slug, day, unit, unit_head)


def attach_papers(year: ProjectYear, dossier: Dossier, by: Position, day: dt.date) -> None:
    """What must be there when the file is sent, and what its type of activity asks for beside that, as far as it is not
    there."""
    for paper in requirements(year, day):
        if paper.stage == "submit" and not paper.met and (paper.blocks or paper.code.startswith("T")):
            attach_document(
                year,
                by=by,
                code=paper.code,
                title=paper.name,
                upload=_scan(paper, dossier, year, day),
                number=f"{day.timetuple().tm_yday}/TTKC-KC" if paper.code == "D01" else "",
                dated=day,
                original_at="Trung tâm Khuyến công",
            )


def _scan(paper: Requirement, dossier: Dossier, year: ProjectYear, day: dt.date) -> SimpleUploadedFile:
    """A page that says what the paper would be, as a PDF."""
    body = "".join(
        f"<p>{escape(text)}</p>"
        for text in (
            f"{paper.code}. {paper.name}",
            f"Đề án: {dossier.title} ({year.project.code}).",
            f"Người lập: {paper.owner or 'Đơn vị thực hiện'}. Lập {long_date(day)}.",
            MARK,
        )
    )
    pdf = render_pdf(
        f"<html lang='vi'><body><h1>{escape(paper.name)}</h1>{body}</body></html>",
        title=paper.name,
        author="Dữ liệu minh họa",
        created=dt.datetime.combine(day, dt.time(9), ZONE),
        identifier=f"{year.project.code} {paper.code}",
    )
    return SimpleUploadedFile(f"{paper.code} {paper.name[:80]}.pdf", pdf, content_type="application/pdf")
