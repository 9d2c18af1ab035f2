"""Accounts of the demonstration (../shared/design/interface.md). Names are invented."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.hashers import make_password

from accounts.models import Organisation, OrganisationKind, Position, PositionKind, User
from accounts.queries import organisation_on
from accounts.reference import found_unit, load_system_positions

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
    ("viewer.{}", OrganisationKind.PEOPLES_COMMITTEE, PositionKind.VIEWER, "Lãnh đạo xem báo cáo",
     ("Cao Thị Mai", "Quách Thị Yến", "Phan Anh Tuấn")),
)  # fmt: skip
NATIONAL = (
    ("agency.officer", OrganisationKind.AGENCY, PositionKind.OFFICER, "Chuyên viên", "Lê Hoàng Ưng"),
    ("agency.officer2", OrganisationKind.AGENCY, PositionKind.OFFICER, "Chuyên viên", "Đặng Thùy Dương"),
    ("agency.head", OrganisationKind.AGENCY, PositionKind.DIRECTOR_GENERAL, "Cục trưởng", "Trịnh Xuân Bách"),
    ("ministry.leader", OrganisationKind.MINISTRY, PositionKind.MINISTER, "Bộ trưởng", "Hoàng Minh Đức"),
    ("ministry.finance", OrganisationKind.MINISTRY_FINANCE, PositionKind.HEAD, "Vụ trưởng", "Nguyễn Thị Thu Hà"),
    ("ministry.finance.officer", OrganisationKind.MINISTRY_FINANCE, PositionKind.OFFICER, "Chuyên viên", "Đào Anh Thư"),
    ("viewer.nation", OrganisationKind.MINISTRY, PositionKind.VIEWER, "Lãnh đạo xem báo cáo", "Võ Thị Ánh Tuyết"),
    ("auditor", OrganisationKind.AUDIT, PositionKind.AUDITOR, "Kiểm toán viên", "Mai Văn Sáng"),
    ("operator", OrganisationKind.OPERATOR, PositionKind.OPERATOR, "Quản trị hệ thống", "Kiều Ngọc Quân"),
)  # fmt: skip

# Units that belong to no province: a regional centre, a service organisation made up for the demonstration.
SERVICE = ("cong-ty-tu-van-cong-nghiep-minh-hoa", "Công ty Tư vấn công nghiệp (minh họa)", "TVCN", "Hà Nội")
UNITS = (
    ("regional.1", "trung-tam-vung-1", PositionKind.OFFICER, "Viên chức", "Lê Thị Thanh Hương"),
    ("regional.head.1", "trung-tam-vung-1", PositionKind.DIRECTOR, "Giám đốc Trung tâm", "Đinh Văn Quyết"),
    ("service.1", SERVICE[0], PositionKind.OFFICER, "Chuyên viên", "Phan Thị Diễm"),
    ("service.head.1", SERVICE[0], PositionKind.HEAD, "Giám đốc Công ty", "Trịnh Công Hải"),
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


def accounts() -> list[str]:
    """User names of all accounts that sign in, in the order of the list above."""
    local = [account.format(slug) for slug in PROVINCES for account, *_ in PROVINCIAL]
    return local + [account for account, *_ in (*UNITS, *NATIONAL)]


def registrant(slug: str) -> str:
    """User name of the department director of a province that only registers."""
    return f"dept.head.{slug}"


def everybody() -> list[str]:
    """User names of all people of the demonstration."""
    return accounts() + [registrant(slug) for slug, _ in REGISTRANTS]


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
    for slug, name in REGISTRANTS:
        body = _body(OrganisationKind.DEPARTMENT, slug)
        _seat(registrant(slug), name, unknown, body, PositionKind.DIRECTOR, "Giám đốc Sở")


def _seat(username: str, name: str, password: str, body: Organisation, kind: str, title: str) -> None:
    person = User(username=username, full_name=name, password=password)
    person.is_staff = kind == PositionKind.OPERATOR
    person.save()
    Position.objects.create(person=person, organisation=body, kind=kind, title=title, valid_from=SINCE)


def _body(kind: str, slug: str | None = None) -> Organisation:
    bodies = Organisation.objects.filter(kind=kind, valid_to__isnull=True)
    return bodies.get(province__slug=slug) if slug else bodies.get()


def seat(username: str) -> Position:
    """The position of an account, loaded as the wall and the chain want it."""
    return Position.objects.select_related(
        "organisation__province", "organisation__tenant", "person", "scope_province"
    ).get(person__username=username, valid_to__isnull=True)
