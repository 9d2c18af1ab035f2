"""Accounts of the demonstration (../shared/design/interface.md). Names are invented."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password

from accounts.models import (
    FIRST_DAY,
    Organisation,
    OrganisationKind,
    Position,
    PositionKind,
    User,
    valid_on,
)
from accounts.queries import organisation_on
from accounts.reference import found_unit, load_system_positions
from budgets.models import Programme
from projects.models import EndorsementRule, SigningRule

SINCE = dt.date(2025, 7, 1)
PROVINCES = ("hai-phong", "phu-tho", "thai-nguyen")

# account, organisation kind, position, title, and one name for each province in the order of PROVINCES
PROVINCIAL = (
    ("centre.{}", OrganisationKind.CENTRE, PositionKind.OFFICER, "Viên chức",
     ("Nguyễn Thị Hồng Nhung", "Hà Thị Minh Tâm", "Ma Thị Thu Hiền")),
    ("centre.head.{}", OrganisationKind.CENTRE, PositionKind.DIRECTOR, "Giám đốc Trung tâm",
     ("Vũ Đình Khải", "Bùi Văn Lượng", "Hoàng Quốc Việt")),
    ("dept.{}", OrganisationKind.DEPARTMENT, PositionKind.OFFICER, "Chuyên viên",
     ("Phạm Quốc Đạt", "Nguyễn Khắc Hưng", "Triệu Thị Lan")),
    ("dept2.{}", OrganisationKind.DEPARTMENT, PositionKind.OFFICER, "Chuyên viên",
     ("Đỗ Thu Trang", "Lê Thị Bích Ngọc", "Dương Văn Thắng")),
    ("dept.head.{}", OrganisationKind.DEPARTMENT, PositionKind.DIRECTOR, "Giám đốc Sở",
     ("Trần Hữu Phúc", "Phùng Quang Minh", "Nông Đức Bình")),
    ("finance.{}", OrganisationKind.FINANCE_DEPARTMENT, PositionKind.DIRECTOR, "Giám đốc Sở Tài chính",
     ("Lưu Thị Kim Oanh", "Đinh Công Thành", "Chu Thị Hòa")),
    ("committee.{}", OrganisationKind.PEOPLES_COMMITTEE, PositionKind.CHAIR, "Chủ tịch Ủy ban nhân dân",
     ("Ngô Gia Bảo", "Tạ Quang Huy", "Lương Thế Vinh")),
    ("centre.deputy.{}", OrganisationKind.CENTRE, PositionKind.DEPUTY_DIRECTOR, "Phó Giám đốc Trung tâm",
     ("Đào Thị Bích Liên", "Bạch Công Tuấn", "Lý Thị Thu Hà")),
    ("centre.accountant.{}", OrganisationKind.CENTRE, PositionKind.ACCOUNTANT, "Kế toán trưởng",
     ("Trịnh Thị Nga", "Xa Thị Hồng", "Đàm Văn Quý")),
    ("dept.deputy.{}", OrganisationKind.DEPARTMENT, PositionKind.DEPUTY_DIRECTOR, "Phó Giám đốc Sở",
     ("Bùi Quang Sơn", "Khuất Thị Thanh", "Hứa Đức Mạnh")),
    ("dept.accountant.{}", OrganisationKind.DEPARTMENT, PositionKind.ACCOUNTANT, "Kế toán trưởng",
     ("Mai Thị Phương", "Hán Văn Khôi", "Nguyễn Thị Vân Anh")),
    ("dept.division.{}", OrganisationKind.DEPARTMENT, PositionKind.DIVISION_HEAD, "Trưởng phòng Quản lý công nghiệp",
     ("Lương Văn Thành", "Hà Quốc Toản", "Ma Văn Chung")),
    ("dept.clerk.{}", OrganisationKind.DEPARTMENT, PositionKind.CLERK, "Văn thư Sở",
     ("Đặng Thị Thoa", "Bùi Thị Mến", "Nông Thị Hạnh")),
    ("viewer.{}", OrganisationKind.PEOPLES_COMMITTEE, PositionKind.VIEWER, "Lãnh đạo xem báo cáo",
     ("Cao Thị Mai", "Quách Thị Yến", "Phan Anh Tuấn")),
)  # fmt: skip
NATIONAL = (
    ("agency.officer", OrganisationKind.AGENCY, PositionKind.OFFICER, "Chuyên viên", "Lê Hoàng Ưng"),
    ("agency.officer2", OrganisationKind.AGENCY, PositionKind.OFFICER, "Chuyên viên", "Đặng Thùy Dương"),
    ("agency.head", OrganisationKind.AGENCY, PositionKind.DIRECTOR_GENERAL, "Cục trưởng", "Trịnh Xuân Bách"),
    ("agency.deputy", OrganisationKind.AGENCY, PositionKind.DEPUTY_DIRECTOR_GENERAL, "Phó Cục trưởng", "Cù Thị Lan"),
    ("agency.accountant", OrganisationKind.AGENCY, PositionKind.ACCOUNTANT, "Kế toán trưởng", "Thân Đức Lộc"),
    ("ministry.leader", OrganisationKind.MINISTRY, PositionKind.MINISTER, "Bộ trưởng", "Hoàng Minh Đức"),
    ("ministry.finance", OrganisationKind.MINISTRY_FINANCE, PositionKind.HEAD, "Vụ trưởng", "Nguyễn Thị Thu Hà"),
    ("ministry.finance.officer", OrganisationKind.MINISTRY_FINANCE, PositionKind.OFFICER, "Chuyên viên", "Đào Anh Thư"),
    ("viewer.nation", OrganisationKind.MINISTRY, PositionKind.VIEWER, "Lãnh đạo xem báo cáo", "Võ Thị Ánh Tuyết"),
    ("auditor", OrganisationKind.AUDIT, PositionKind.AUDITOR, "Kiểm toán viên", "Mai Văn Sáng"),
    ("operator", OrganisationKind.OPERATOR, PositionKind.OPERATOR, "Quản trị hệ thống", "Kiều Ngọc Quân"),
)  # fmt: skip

# Who signs KT., in which field ("": both programmes), by which paper.
DEPUTIES = (
    ("centre.deputy.{}", "", "01/QĐ-TTKC"),
    ("dept.deputy.{}", Programme.LOCAL, "12/QĐ-SCT"),
    ("agency.deputy", Programme.NATIONAL, "08/QĐ-ĐCK"),
)

# Units that belong to no province: a regional centre, a service organisation made up for the demonstration.
SERVICE = ("cong-ty-tu-van-cong-nghiep-minh-hoa", "Công ty Tư vấn công nghiệp (minh họa)", "TVCN", "Hà Nội")
UNITS = (
    ("regional.1", "trung-tam-vung-1", PositionKind.OFFICER, "Viên chức", "Lê Thị Thanh Hương"),
    ("regional.head.1", "trung-tam-vung-1", PositionKind.DIRECTOR, "Giám đốc Trung tâm", "Đinh Văn Quyết"),
    (
        "regional.accountant.1",
        "trung-tam-vung-1",
        PositionKind.ACCOUNTANT,
        "Kế toán trưởng",
        "Nguyễn Thị Duyên",
    ),
    ("service.1", SERVICE[0], PositionKind.OFFICER, "Chuyên viên", "Phan Thị Diễm"),
    ("service.head.1", SERVICE[0], PositionKind.HEAD, "Giám đốc Công ty", "Trịnh Công Hải"),
    ("service.accountant.1", SERVICE[0], PositionKind.ACCOUNTANT, "Kế toán trưởng", "Lê Thị Thoa"),
)

# Directors of departments that only register with the agency. They have no password: nobody signs in as them.
REGISTRANTS = (
    ("lang-son", "Vi Văn Thượng"),
    ("lao-cai", "Giàng Seo Chính"),
    ("nghe-an", "Phan Bá Trọng"),
    ("da-nang", "Huỳnh Thị Ngọc Ánh"),
    ("lam-dong", "K'Brèo"),
    ("can-tho", "Lý Thanh Tâm"),
)

# Who sat in the bodies of 2021; nobody signs in as them. One name for each province in the order of PROVINCES_2021.
UNTIL = dt.date(2025, 6, 30)
PROVINCES_2021 = ("hai-phong", "hoa-binh")
PROVINCIAL_2021 = (
    ("centre.{}", OrganisationKind.CENTRE, PositionKind.OFFICER, "Viên chức", ("Đồng Thị Sen", "Bùi Thị Xuyến")),
    ("centre.head.{}", OrganisationKind.CENTRE, PositionKind.DIRECTOR, "Giám đốc Trung tâm",
     ("Phạm Văn Trụ", "Nguyễn Đình Khôi")),
    ("dept.{}", OrganisationKind.DEPARTMENT, PositionKind.OFFICER, "Chuyên viên", ("Vũ Thị Chuyên", "Đinh Văn Xoan")),
    ("dept2.{}", OrganisationKind.DEPARTMENT, PositionKind.OFFICER, "Chuyên viên", ("Lê Đức Thuận", "Bạch Thị Len")),
    ("dept.head.{}", OrganisationKind.DEPARTMENT, PositionKind.DIRECTOR, "Giám đốc Sở",
     ("Nguyễn Hữu Toản", "Bùi Ngọc Lâm")),
    ("centre.accountant.{}", OrganisationKind.CENTRE, PositionKind.ACCOUNTANT, "Kế toán trưởng",
     ("Lã Thị Hoa", "Hà Thị Nguyệt")),
    ("dept.accountant.{}", OrganisationKind.DEPARTMENT, PositionKind.ACCOUNTANT, "Kế toán trưởng",
     ("Phùng Thị Mận", "Ngô Văn Bính")),
    ("finance.{}", OrganisationKind.FINANCE_DEPARTMENT, PositionKind.DIRECTOR, "Giám đốc Sở Tài chính",
     ("Trịnh Thị Vân", "Quách Văn Đông")),
    ("committee.{}", OrganisationKind.PEOPLES_COMMITTEE, PositionKind.CHAIR, "Chủ tịch Ủy ban nhân dân",
     ("Đặng Quốc Hưng", "Hà Minh Tuyên")),
)  # fmt: skip
NATIONAL_2021 = (
    ("agency.officer", OrganisationKind.AGENCY, PositionKind.OFFICER, "Chuyên viên", "Trần Thị Nguyệt"),
    ("agency.head", OrganisationKind.AGENCY, PositionKind.DIRECTOR_GENERAL, "Cục trưởng", "Đỗ Văn Lợi"),
    ("agency.accountant", OrganisationKind.AGENCY, PositionKind.ACCOUNTANT, "Kế toán trưởng", "Vũ Thị Nhàn"),
    ("ministry.leader", OrganisationKind.MINISTRY, PositionKind.MINISTER, "Bộ trưởng", "Phan Đình Thái"),
)  # fmt: skip


def accounts() -> list[str]:
    """User names of all accounts that sign in, in the order of the list above."""
    local = [account.format(slug) for slug in PROVINCES for account, *_ in PROVINCIAL]
    return local + [account for account, *_ in (*UNITS, *NATIONAL)]


def registrant(slug: str) -> str:
    """User name of the department director of a province that only registers."""
    return f"dept.head.{slug}"


def everybody() -> list[str]:
    """User names of all people of the demonstration."""
    return accounts() + [registrant(slug) for slug, _ in REGISTRANTS] + _everybody_of_2021()


def _everybody_of_2021() -> list[str]:
    local = [account.format(slug) for slug in PROVINCES_2021 for account, *_ in PROVINCIAL_2021]
    return [of_2021(account) for account in local + [account for account, *_ in NATIONAL_2021]]


def of_2021(account: str) -> str:
    """User name of who held in 2021 what ``account`` holds now."""
    return f"{account}.2021"


def seat_people(password: str) -> None:
    """Create the people of the demonstration and seat them. Nobody of these names may exist yet."""
    known = make_password(
        password
    )  # one hash for all: the password is public, and the hash is slow by design
    unknown = make_password(None)
    for index, slug in enumerate(PROVINCES):
        for account, kind, position, title, names in PROVINCIAL:
            _seat(account.format(slug), names[index], known, _body(kind, slug), position, title)
    slug, name, symbol, place = SERVICE
    if not Organisation.objects.filter(slug=slug).exists():  # it stays when the demonstration is taken away
        found_unit(slug, name, symbol=symbol, place=place)
        load_system_positions()
    for account, slug, position, title, name in UNITS:
        _seat(account, name, known, organisation_on(slug), position, title)
    for account, kind, position, title, name in NATIONAL:
        _seat(account, name, known, _body(kind), position, title)
    _assign_fields()
    _let_divisions_endorse()
    for slug, name in REGISTRANTS:
        body = _body(OrganisationKind.DEPARTMENT, slug)
        _seat(registrant(slug), name, unknown, body, PositionKind.DIRECTOR, "Giám đốc Sở")
    for index, slug in enumerate(PROVINCES_2021):
        for account, kind, position, title, pair in PROVINCIAL_2021:
            body = _body(kind, slug, UNTIL)
            _seat(of_2021(account.format(slug)), pair[index], unknown, body, position, title, since=FIRST_DAY)
    for account, kind, position, title, name in NATIONAL_2021:
        _seat(of_2021(account), name, unknown, _body(kind), position, title, since=FIRST_DAY)


def _seat(
    username: str,
    name: str,
    password: str,
    body: Organisation,
    kind: str,
    title: str,
    *,
    since: dt.date = SINCE,
) -> None:
    # An address that no mail server delivers to (RFC 2606).
    person = User(username=username, full_name=name, password=password, email=f"{username}@example.invalid")
    person.is_staff = kind == PositionKind.OPERATOR
    person.save()
    Position.objects.create(person=person, organisation=body, kind=kind, title=title, valid_from=since)


def _assign_fields() -> None:
    """Deputies of the demonstration sign in their field from their first day on."""
    for account, programme, number in DEPUTIES:
        for username in dict.fromkeys(account.format(slug) for slug in PROVINCES):
            SigningRule.objects.create(
                position=seat(username), programme=programme, number=number, dated=SINCE, valid_from=SINCE
            )


def _let_divisions_endorse() -> None:
    """In departments the head of the division endorses (ký nháy) before the director signs; in centres nobody."""
    for slug in PROVINCES:
        EndorsementRule.objects.create(
            organisation=_body(OrganisationKind.DEPARTMENT, slug),
            endorser=PositionKind.DIVISION_HEAD,
            number="15/QĐ-SCT",
            dated=SINCE,
            valid_from=SINCE,
        )


def _body(kind: str, slug: str | None = None, day: dt.date = SINCE) -> Organisation:
    bodies = Organisation.objects.filter(valid_on(day), kind=kind)
    return bodies.get(province__slug=slug) if slug else bodies.get()


def retire_people_of_2021() -> None:
    """Their positions end with the bodies of that time. Not sooner: who holds no position today cannot act, and what
    happened in 2021 is entered today."""
    Position.objects.filter(person__username__in=_everybody_of_2021()).update(valid_to=UNTIL)


def seat_of_2021(account: str) -> Position:
    """The position that somebody held in 2021."""
    return seat(of_2021(account))


def seat(username: str) -> Position:
    """The position of an account, loaded as the wall and the chain want it."""
    return Position.objects.select_related(
        "organisation__province", "organisation__tenant", "person", "scope_province"
    ).get(person__username=username)
