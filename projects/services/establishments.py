"""The register of rural industrial establishments, kept by the centre of each province, and what files that several
tenants share hold of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from accounts.models import IMPLEMENTING_KINDS, UNIT_WRITERS, Position, Tenant
from khuyencong.lib.workflow import Forbidden, Refused
from projects.conflicts import Conflict
from projects.models import Establishment, Project


def may_register_establishments(by: Position) -> bool:
    """Whether ``by`` writes down establishments: in the register of its province, or for a file that is shared."""
    return by.organisation.kind in IMPLEMENTING_KINDS and by.kind in UNIT_WRITERS


def writes_register_of(by: Position, project: Project | None) -> bool:
    """Whether ``by`` may add an establishment for ``project``, or to its own register: a unit without a province has
    none of its own."""
    if not may_register_establishments(by):
        return False
    if project is None:
        return by.organisation.province is not None
    return project.implementer_id == by.organisation_id


def take_establishment(project: Project, tax_code: str, *, by: Position) -> Establishment | None:
    """The establishment of this tax code for a file that is shared: a copy of today out of the register of one of its
    provinces, or the one taken before; None when no register has it (kc_take_establishment, projects/sql/rules.sql).

    A correction in the province's register does not reach the copy. Raises Forbidden for another unit's file."""
    if not writes_register_of(by, project) or project.tenant.kind != Tenant.Kind.CONSORTIUM:
        raise Forbidden("Chỉ đơn vị thực hiện lấy được cơ sở vào hồ sơ của mình.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT kc_take_establishment(%s, %s, %s)", [project.tenant_id, tax_code, by.pk])
        key: int | None = cursor.fetchone()[0]
    return None if key is None else Establishment.objects.select_related("province").get(pk=key)


def of_file(
    project: Project, establishment: Establishment | None, tax_code: str = "", *, by: Position
) -> Establishment:
    """The establishment, named by itself or by its tax code, as ``project`` may name it: itself, or its like behind the
    wall of the file's tenant.

    Raises Refused when there is none."""
    if establishment is not None and establishment.tenant_id == project.tenant_id:
        return establishment
    code = establishment.tax_code if establishment is not None else tax_code
    if project.tenant.kind == Tenant.Kind.CONSORTIUM:
        found = take_establishment(project, code, by=by)
    else:
        found = Establishment.objects.filter(tenant_id=project.tenant_id, tax_code=code).first()
    if found is None:
        raise Refused(
            f"Không có cơ sở nào mang mã số thuế {code} trong danh bạ của {project.place_name}. "
            "Hãy ghi cơ sở vào danh bạ trước, hoặc bỏ khỏi danh sách."
        )
    return found


def save_establishment(
    establishment: Establishment | None,
    *,
    by: Position,
    version: int | None,
    values: Mapping[str, Any],
    project: Project | None = None,
) -> Establishment:
    """Add an establishment to the register of ``by``'s province, or change it; for a ``project`` that is shared, among
    those of its tenant (``values`` then say in which of its provinces it stands).

    Raises Conflict when ``version`` is older than what is saved, Refused when its tax code is already there.
    """
    if not may_register_establishments(by) or (establishment is None and not writes_register_of(by, project)):
        raise Forbidden("Chỉ cán bộ, người đứng đầu đơn vị thực hiện được ghi danh bạ cơ sở.")
    with transaction.atomic():
        if establishment is None:
            establishment = Establishment(
                tenant=project.tenant if project else by.organisation.tenant,
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
