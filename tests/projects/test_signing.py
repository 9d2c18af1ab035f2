"""The printed line above every signature, written by hand from ../shared/domain/positions.md §6.2 and §6.3."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction

from accounts.models import HEAD_OF, HEADS, Capacity, Organisation, Position, PositionKind
from accounts.queries import organisation_on
from khuyencong.lib.dates import today
from projects.models import LocalProcedure, OrderedAct, PaperKind
from projects.signing import Manner, SignedAs, lines_above
from tests.cast import position
from tests.factories import authorise, make_rule

pytestmark = pytest.mark.django_db

CENTRE, SCT, STC, UBND = (
    f"{slug}-hai-phong" for slug in ("trung-tam-khuyen-cong", "so-cong-thuong", "so-tai-chinh", "ubnd")
)
CUC, BO = "cuc-khuyen-cong", "bo-cong-thuong"
OWN, KT, TL, TUQ = Manner.OWN, Manner.DEPUTY, Manner.ORDER, Manner.AUTHORITY
TM = "TM. ỦY BAN NHÂN DÂN"

# paper, signer, manner, whose paper, lines. The committee's decision stands as "CHỦ TỊCH" unless the province set it.
TABLE = [
    ("LETTER", "centre.head.hai-phong", OWN, CENTRE, ["GIÁM ĐỐC"]),  # đề án, công văn đăng ký, Mẫu 9
    ("LETTER", "centre.deputy.hai-phong", KT, CENTRE, ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]),
    ("FORM", "dept.head.hai-phong", OWN, SCT, ["GIÁM ĐỐC"]),  # phiếu thẩm định 4a, 4b
    ("FORM", "dept.deputy.hai-phong", KT, SCT, ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]),
    ("REPORT", "dept.head.hai-phong", OWN, SCT, ["GIÁM ĐỐC"]),  # báo cáo đăng ký, báo cáo quý
    ("REPORT", "dept.deputy.hai-phong", KT, SCT, ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]),
    ("LETTER", "dept.division.hai-phong", TL, SCT, ["TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG"]),
    ("LETTER", "finance.hai-phong", OWN, STC, ["GIÁM ĐỐC"]),
    ("DECISION", "committee.hai-phong", OWN, UBND, ["CHỦ TỊCH"]),
    ("DECISION", "committee.deputy.hai-phong", KT, UBND, ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
    ("REPORT", "committee.hai-phong", OWN, UBND, [TM, "CHỦ TỊCH"]),  # báo cáo quý của UBND
    ("REPORT", "committee.deputy.hai-phong", KT, UBND, [TM, "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
    ("DECISION", "dept.head.hai-phong", TUQ, UBND, ["TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ CÔNG THƯƠNG"]),
    ("CONTRACT", "agency.head", OWN, CUC, ["CỤC TRƯỞNG"]),
    ("CONTRACT", "agency.deputy", KT, CUC, ["KT. CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG"]),
    ("SUBMISSION", "agency.deputy", KT, CUC, ["KT. CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG"]),
    ("NOTICE", "agency.head", TL, BO, ["TL. BỘ TRƯỞNG", "CỤC TRƯỞNG"]),
    ("NOTICE", "agency.deputy", TL, BO, ["TL. BỘ TRƯỞNG", "KT. CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG"]),
    ("DECISION", "ministry.leader", OWN, BO, ["BỘ TRƯỞNG"]),
    ("DECISION", "ministry.deputy", KT, BO, ["KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"]),
    ("DECISION", "agency.head", TUQ, BO, ["TUQ. BỘ TRƯỞNG", "CỤC TRƯỞNG"]),
    # "Người đứng đầu" is no office: a head of that kind signs by his title
    ("LETTER", "service.head.1", OWN, "cong-ty-tu-van-cong-nghiep", ["GIÁM ĐỐC"]),
    ("LETTER", "ministry.finance", OWN, "vu-ke-hoach-tai-chinh", ["VỤ TRƯỞNG"]),
]


def body(slug: str) -> Organisation:
    return organisation_on(slug)


@pytest.mark.parametrize(("kind", "signer", "manner", "slug", "expected"), TABLE)
def test_each_signer_signs_each_paper_under_the_lines_of_the_rule(
    kind: str, signer: str, manner: Manner, slug: str, expected: list[str]
) -> None:
    lines = lines_above(position(signer), SignedAs(manner, body(slug)), kind, today())
    assert list(lines) == expected


def test_the_line_of_a_local_decision_is_dated_data_of_the_province() -> None:
    LocalProcedure.objects.filter(province__slug="hai-phong").update(decision_line="COLLECTIVE")
    chair, deputy = position("committee.hai-phong"), position("committee.deputy.hai-phong")
    own, kt = SignedAs(OWN, chair.organisation), SignedAs(KT, chair.organisation)
    before = dt.date(2025, 6, 30)  # the procedure begins on 1 July 2025
    assert lines_above(chair, own, PaperKind.DECISION, today()) == (TM, "CHỦ TỊCH")
    assert lines_above(deputy, kt, PaperKind.DECISION, today()) == (TM, "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert lines_above(chair, own, PaperKind.DECISION, before) == ("CHỦ TỊCH",)
    authority = SignedAs(TUQ, chair.organisation)
    assert lines_above(position("dept.head.hai-phong"), authority, PaperKind.DECISION, today()) == (
        "TUQ. CHỦ TỊCH",
        "GIÁM ĐỐC SỞ CÔNG THƯƠNG",
    )


def test_an_acting_head_signs_as_acting() -> None:
    acting = Position(
        organisation=body(SCT),
        kind="DIRECTOR",
        capacity=Capacity.ACTING,
        person=position("dept.hai-phong").person,
    )
    assert lines_above(acting, SignedAs(OWN, body(SCT)), PaperKind.FORM, today()) == ("Q. GIÁM ĐỐC",)


def refused_by_the_database(do: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        do()  # type: ignore[operator]


def test_only_heads_are_acting() -> None:
    officer = position("dept.hai-phong")
    refused_by_the_database(lambda: Position.objects.filter(pk=officer.pk).update(capacity=Capacity.ACTING))


def test_an_order_names_its_papers_and_a_units_order_its_act() -> None:
    unit = position("dept.division.hai-phong")
    refused_by_the_database(lambda: make_rule(unit, manner="TL", papers=[]))
    refused_by_the_database(lambda: OrderedAct.objects.create(paper=PaperKind.LETTER))


def test_the_head_of_a_unit_is_called_as_his_papers_call_him() -> None:
    office = position("dept.division.hai-phong")
    office = Position(
        organisation=office.organisation, kind=office.kind, title="Chánh Văn phòng", person=office.person
    )
    assert lines_above(office, SignedAs(Manner.ORDER, body(SCT)), PaperKind.NOTICE, today()) == (
        "TL. GIÁM ĐỐC",
        "CHÁNH VĂN PHÒNG",
    )


def test_the_manner_fits_the_office() -> None:
    refused_by_the_database(lambda: make_rule(position("dept.hai-phong")))
    refused_by_the_database(lambda: make_rule(position("dept.head.hai-phong")))
    refused_by_the_database(lambda: make_rule(position("dept.division.hai-phong")))
    refused_by_the_database(
        lambda: make_rule(position("dept.deputy.hai-phong"), manner="TL", papers=["LETTER"])
    )
    refused_by_the_database(
        lambda: make_rule(
            position("dept.head.hai-phong"), manner="TL", papers=["LETTER"], in_name_of=body(BO)
        )
    )
    refused_by_the_database(lambda: make_rule(position("dept.deputy.hai-phong"), in_name_of=body(UBND)))
    make_rule(position("agency.head"), manner="TL", papers=["NOTICE"], in_name_of=body(BO))


def seat(kind: str, title: str = "x", body_slug: str = BO) -> Position:
    """A new position of that kind, held by somebody who holds no other at the body."""
    return Position.objects.create(
        organisation=body(body_slug),
        kind=kind,
        title=title,
        person=None if kind == "SYSTEM" else position("centre.hai-phong").person,
        valid_from=dt.date(2026, 1, 1),
    )


@pytest.mark.parametrize("kind", [kind for kind in PositionKind if kind != "SYSTEM"])
def test_the_database_knows_the_heads_and_deputies_that_the_program_knows(kind: PositionKind) -> None:
    def may(give: Callable[[], object]) -> bool:
        try:
            with transaction.atomic():
                give()
        except IntegrityError:
            return False
        return True

    held = seat(kind, body_slug=CUC)
    accountant = {
        "organisation": held.organisation,
        "kind": "ACCOUNTANT",
        "title": "x",
        "person": held.person,
    }
    assert {
        "KT": may(lambda: make_rule(held)),
        "TL": may(lambda: make_rule(held, manner="TL", papers=["NOTICE"], in_name_of=body(BO))),
        "accounts": may(lambda: Position.objects.create(**accountant, valid_from=dt.date(2026, 1, 1))),
    } == {"KT": kind in HEAD_OF, "TL": kind in HEADS, "accounts": kind not in {*HEAD_OF, *HEADS}}


def test_the_deputy_of_such_a_head_signs_for_his_title() -> None:
    unit = "vu-ke-hoach-tai-chinh"
    deputy = seat("DEPUTY", "Phó Vụ trưởng", unit)
    make_rule(deputy)
    found = lines_above(deputy, SignedAs(Manner.DEPUTY, body(unit)), PaperKind.LETTER, today())
    assert list(found) == ["KT. VỤ TRƯỞNG", "PHÓ VỤ TRƯỞNG"]


def test_an_authorisation_has_an_end_and_a_content_and_goes_one_step_down() -> None:
    refused_by_the_database(lambda: authorise(body(UBND), body(SCT), "approve", valid_to=None))
    refused_by_the_database(lambda: authorise(body(UBND), body(SCT)))
    refused_by_the_database(lambda: authorise(body(SCT), body(UBND), "approve"))
    refused_by_the_database(lambda: authorise(body(UBND), body(CENTRE), "approve"))
    refused_by_the_database(lambda: authorise(body(UBND), body("so-cong-thuong-thai-nguyen"), "approve"))


def test_what_was_given_is_not_given_on() -> None:
    authorise(body(UBND), body(SCT), "approve", "stop")
    refused_by_the_database(lambda: authorise(body(SCT), body(CENTRE), "contract", "approve"))
    authorise(body(SCT), body(CENTRE), "contract")
    refused_by_the_database(lambda: authorise(body(UBND), body(SCT), "contract"))


@pytest.mark.parametrize(
    ("first", "second"), [("dept.head", "dept.accountant"), ("dept.accountant", "dept.deputy")]
)
def test_who_keeps_the_accounts_does_not_order_the_payments(first: str, second: str) -> None:
    held, other = position(f"{first}.hai-phong"), position(f"{second}.hai-phong")
    both = {"person": held.person, "organisation": other.organisation, "kind": other.kind, "title": "x"}
    refused_by_the_database(lambda: Position.objects.create(**both, valid_from=dt.date(2026, 1, 1)))
    Position.objects.filter(pk=held.pk).update(valid_to=dt.date(2025, 12, 31))
    Position.objects.create(**both, valid_from=dt.date(2026, 1, 1))
    refused_by_the_database(lambda: Position.objects.filter(pk=held.pk).update(valid_to=dt.date(2026, 1, 1)))
