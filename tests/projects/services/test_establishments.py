"""The register of establishments: who keeps it, one tax code once, two who write at once."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.tenancy import acting_as
from khuyencong.lib.workflow import Forbidden, Refused
from projects.conflicts import Conflict
from projects.models import CommuneKind, Establishment, Industry, LegalForm
from projects.services.establishments import save_establishment
from tests.cast import position

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"
VALUES: dict[str, Any] = {
    "name": "Hợp tác xã Chiếu cói",
    "legal_form": LegalForm.COOPERATIVE,
    "tax_code": "0299100062",
    "representative": "Bà Mây",
    "industry": Industry.HANDICRAFT,
    "address": "Thôn Lật Dương",
    "commune": "xã Tiên Lãng",
    "commune_kind": CommuneKind.COMMUNE,
}


def save(
    establishment: Establishment | None = None,
    account: str = CENTRE,
    version: int | None = None,
    **changed: Any,
) -> Establishment:
    by = position(account)
    with acting_as(by):
        return save_establishment(establishment, by=by, version=version, values=VALUES | changed)


def test_a_centre_keeps_the_register_of_its_province() -> None:
    made = save()
    assert (made.tenant, made.province) == (
        position(CENTRE).organisation.tenant,
        position(CENTRE).organisation.province,
    )
    assert (made.recorded_by, made.version) == (position(CENTRE), 1)
    changed = save(made, "centre.head.hai-phong", 1, name="Hợp tác xã Chiếu cói Lật Dương")
    assert (changed.pk, changed.name, changed.version) == (made.pk, "Hợp tác xã Chiếu cói Lật Dương", 2)


@pytest.mark.parametrize("account", ["dept.hai-phong", "committee.hai-phong", "agency.officer"])
def test_nobody_else_writes_in_it(account: str) -> None:
    with pytest.raises(Forbidden):
        save(account=account)


def test_a_tax_code_stands_once_in_a_province_and_may_stand_in_another() -> None:
    save()
    with pytest.raises(Refused) as refusal:
        save(name="Cơ sở khác")
    assert refusal.value.reasons == (
        "Mã số thuế 0299100062 đã có trong danh bạ: Hợp tác xã Chiếu cói. Hãy dùng cơ sở đó.",
    )
    assert save(account="centre.thai-nguyen").name == "Hợp tác xã Chiếu cói"


def test_an_older_version_is_refused_with_what_was_saved_and_an_equal_one_passes() -> None:
    made = save()
    save(made, version=1, name="Bản của tôi")
    with pytest.raises(Conflict) as conflict:
        save(made, version=1, name="Bản kia")
    assert (conflict.value.version, conflict.value.theirs) == (2, {"name": ("tên cơ sở", "Bản của tôi")})
    assert save(made, version=1, name="Bản của tôi").version == 3
