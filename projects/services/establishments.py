"""The register of rural industrial establishments, kept by the centre of each province."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import UNIT_WRITERS, OrganisationKind, Position
from khuyencong.lib.workflow import Forbidden, Refused
from projects.conflicts import Conflict
from projects.models import Establishment


def may_register_establishments(by: Position) -> bool:
    """Whether ``by`` keeps the register of establishments of its province."""
    return by.organisation.kind == OrganisationKind.CENTRE and by.kind in UNIT_WRITERS


def save_establishment(
    establishment: Establishment | None, *, by: Position, version: int | None, values: Mapping[str, Any]
) -> Establishment:
    """Add an establishment to the register of ``by``'s province, or change it.

    Raises Conflict when ``version`` is older than what is saved, Refused when its tax code is already there.
    """
    if not may_register_establishments(by):
        raise Forbidden("Chỉ cán bộ, Giám đốc trung tâm khuyến công được ghi danh bạ cơ sở.")
    with transaction.atomic():
        if establishment is None:
            establishment = Establishment(
                tenant=by.organisation.tenant,
                province=by.organisation.province,
                recorded_by=by,
                version=0,
            )
        else:
            establishment = Establishment.objects.select_for_update(of=("self",)).get(pk=establishment.pk)
            if version != establishment.version:
                fields = establishment._meta
                theirs = {
                    name: (str(fields.get_field(name).verbose_name), getattr(establishment, name))  # type: ignore[union-attr]
                    for name, value in values.items()
                    if getattr(establishment, name) != value
                }
                if theirs:
                    raise Conflict(establishment.version, theirs)
        for name, value in values.items():
            setattr(establishment, name, value)
        twin = Establishment.objects.filter(
            tenant=establishment.tenant, tax_code=establishment.tax_code
        ).exclude(pk=establishment.pk)
        if found := twin.first():
            raise Refused(
                f"Mã số thuế {establishment.tax_code} đã có trong danh bạ: {found.name}. Hãy dùng cơ sở đó."
            )
        establishment.version += 1
        establishment.save()
    return establishment
