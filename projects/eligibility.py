"""Who may be supported on a day: the rule of Decree 45/2012 and, from 15 October 2025, of Decree 235/2025."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from accounts.models import Province, ProvinceName, UnitType, valid_on
from projects.models import CommuneKind, Establishment, Industry, LegalForm

DECREE_235 = dt.date(2025, 10, 15)

_SMALL_FORMS = frozenset(
    {
        LegalForm.ENTERPRISE,
        LegalForm.COOPERATIVE,
        LegalForm.COOPERATIVE_GROUP,
        LegalForm.HOUSEHOLD,
    }
)


def ineligible(
    establishment: Establishment, day: dt.date, *, types: Mapping[int, str] | None = None
) -> list[str]:
    """Reasons, as Vietnamese sentences, why ``establishment`` may not be supported on ``day``; empty: it may.

    ``types`` are the unit types of provinces on that day, for those who ask about many establishments.

    Before Decree 235 the class of a city's wards decided (TT 46/2012 article 3). The register does not hold it, so
    for those days a ward is only refused in a centrally-run city; the department checks the papers.
    """
    if establishment.cleaner_production or establishment.cluster_investor:
        return _industry(establishment)
    reasons = _industry(establishment)
    forms = _SMALL_FORMS | {LegalForm.COOPERATIVE_UNION} if day >= DECREE_235 else _SMALL_FORMS
    if establishment.legal_form not in forms:
        reasons.append(
            f"loại hình “{establishment.get_legal_form_display()}” không thuộc đối tượng được hỗ trợ "
            "(Nghị định 45/2012/NĐ-CP, điều 1)."
        )
    craft_village = establishment.craft_village and day >= DECREE_235
    if (
        establishment.commune_kind == CommuneKind.WARD
        and _type_of(establishment, day, types) == UnitType.CITY
        and not craft_village
    ):
        reasons.append(
            "sản xuất tại phường của thành phố trực thuộc trung ương nên không phải cơ sở công nghiệp nông thôn "
            "(Nghị định 235/2025/NĐ-CP); trừ khi nằm trong làng nghề được công nhận hoặc áp dụng sản xuất sạch hơn."
        )
    return reasons


def _industry(establishment: Establishment) -> list[str]:
    if establishment.industry == Industry.NOT_LISTED:
        return ["ngành nghề không thuộc danh mục được hỗ trợ (Nghị định 45/2012/NĐ-CP, điều 5)."]
    return []


def eligibility(
    establishments: Iterable[Establishment], day: dt.date
) -> list[tuple[Establishment, list[str]]]:
    """Each establishment with the reasons why it may not be supported on ``day``; one query for all."""
    rows = list(establishments)
    types = unit_types(day) if rows else {}
    return [(row, ineligible(row, day, types=types)) for row in rows]


def _type_of(establishment: Establishment, day: dt.date, types: Mapping[int, str] | None) -> str:
    if types is None:
        return unit_type(establishment.province, day)
    return types.get(establishment.province_id, UnitType.PROVINCE)


def unit_types(day: dt.date) -> dict[int, str]:
    """Type of every provincial unit on ``day``, by province id."""
    return dict(ProvinceName.objects.filter(valid_on(day)).values_list("province_id", "unit_type"))


def unit_type(province: Province, day: dt.date) -> str:
    """Whether ``province`` was a province or a centrally-run city on ``day``."""
    name = ProvinceName.objects.filter(valid_on(day), province=province).first()
    return name.unit_type if name else UnitType.PROVINCE
