"""A file as plain data, kept with the event that sent it and compared with what was sent before."""

from __future__ import annotations

from typing import Any

from django.forms.models import model_to_dict

from khuyencong.lib.vietnamese import fold
from projects.models import PARTS, Establishment, Nature, ProjectYear
from projects.years import YEAR_FIELDS, year_plans

FILE_FIELDS = (
    "title", "activity", "kind", *PARTS, "partner", "starts_on", "ends_on", "counterpart_status", "no_double_support",
)  # fmt: skip
ESTIMATE_FIELDS = (
    "position", "line_kind", "item", "unit", "quantity", "unit_price", "amount", "national", "local", "counterpart",
    "other", "basis", "note", "vat_included",
)  # fmt: skip
SHARE_FIELDS = ("establishment", "place", "support", "counterpart")
SCHEDULE_FIELDS = ("position", "work", "responsible", "starts_on", "ends_on")


def snapshot(year: ProjectYear) -> dict[str, Any]:
    """Content, estimate, schedule, beneficiaries and documents as JSON-ready values (dates and decimals as text)."""
    project = year.project
    return {
        "file": _row(project, FILE_FIELDS),
        "estimate": [_row(line, ESTIMATE_FIELDS) for line in year.estimate.all()],
        "schedule": [_row(item, SCHEDULE_FIELDS) for item in year.schedule.all()],
        "beneficiaries": [
            {
                **_row(share, SHARE_FIELDS),
                **_establishment(share.establishment),
            }
            for share in year.shares.select_related("establishment__province")
        ],
        **years_of(year),
        "documents": [
            {"code": document.code, "title": document.title, "sha256": document.sha256}
            for document in year.documents.filter(removed_at__isnull=True)
        ],
    }


def years_of(year: ProjectYear) -> dict[str, Any]:
    """Of a project over years each year's part, with the support that was approved or, before, asked; of a flagship
    project the other activities, by code. Nothing of others: their snapshots stay as they always were."""
    project = year.project
    found: dict[str, Any] = {}
    if parts := year_plans(project):
        found["years"] = [
            _row(part, YEAR_FIELDS) | {"support": part.support if part.approved is None else part.approved}
            for part in parts
        ]
    if project.nature == Nature.FLAGSHIP:
        others = project.other_activities.select_related("activity")
        found["activities"] = [{"code": each.activity.code, "name": each.activity.name} for each in others]
    return found


def beneficiary_row(establishment: Establishment) -> dict[str, Any]:
    """The part of a beneficiary's row that says who it is."""
    return {"establishment": establishment.pk, **_establishment(establishment)}


def _establishment(establishment: Establishment) -> dict[str, str]:
    """What papers say of a beneficiary: the register may change later, what was sent does not."""
    return {
        "name": establishment.name,
        "tax_code": establishment.tax_code,
        "legal_form": establishment.get_legal_form_display(),
        "industry": establishment.get_industry_display(),
        "representative": establishment.representative,
        "address": address_of(establishment),
    }


def address_of(establishment: Establishment) -> str:
    """The address as it was written, with the commune and the province that it does not name itself."""
    written = establishment.address
    known = fold(written)
    parts = (establishment.commune_name, establishment.province.name)
    return ", ".join(filter(None, [written, *(part for part in parts if fold(part) not in known)]))


def _row(instance: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    row = model_to_dict(instance, fields=fields)
    return {
        name: value if isinstance(value, int | bool | str) else _text(value) for name, value in row.items()
    }


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
