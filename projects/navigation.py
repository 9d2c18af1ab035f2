"""What stands in the side bar for each kind of body, and which of it is open now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from accounts.models import IMPLEMENTING_KINDS, UNIT_KINDS
from accounts.models import OrganisationKind as Body
from accounts.models import PositionKind as Held

_READERS = frozenset(Body) - {Body.OPERATOR}
_ALL = (
    ("Hôm nay", "today", "home", _READERS),
    ("Đề án", "file_list", "file", _READERS),
    ("Danh mục, tờ trình", "list_index", "list", _READERS - {*IMPLEMENTING_KINDS, Body.AUDIT}),
    ("Trình ký", "slip_index", "edit", _READERS - {Body.AUDIT}),
    ("Cơ sở CNNT", "establishment_list", "factory", {*IMPLEMENTING_KINDS, Body.DEPARTMENT, Body.AGENCY}),
    (
        "Đợt đăng ký",
        "round_list",
        "calendar",
        {*IMPLEMENTING_KINDS, Body.DEPARTMENT, Body.AGENCY, Body.MINISTRY},
    ),
    ("Kinh phí", "money_year", "money", _READERS),
    ("Báo cáo", "report_list", "chart", _READERS - UNIT_KINDS),
    ("Danh mục dùng chung", "admin:index", "gear", {Body.OPERATOR}),
    ("Sắp xếp tổ chức", "change_list", "swap", {Body.OPERATOR}),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``navigation`` as templates/base.html shows it, without a query."""
    position = getattr(request, "acting", None)
    if position is None:
        return {"navigation": []}
    body = position.organisation.kind
    items = []
    for label, name, icon, bodies in _ALL:
        if body in bodies and not (position.kind == Held.VIEWER and name in {"list_index", "slip_index"}):
            url = reverse(name)
            active = request.path == url if name == "today" else request.path.startswith(url)
            items.append((label, url, icon, active, 0))
    return {"navigation": items}
