"""The people of the tests: one for each position of two provinces and of the nation, by the names of their accounts.

Built once into the template (tests/databases.py), after the reference data. Nobody's password works but PASSWORD.
"""

from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from accounts.models import Organisation, Position, PositionKind, Province, User
from accounts.reference import found_unit

PASSWORD = "khuyencong-demo"
PROVINCES = {"hai-phong": "Hải Phòng", "thai-nguyen": "Thái Nguyên"}

SERVICE = "cong-ty-tu-van-cong-nghiep"
"""A service organisation of the tests."""

# account: name, body (of a province: the beginning of its slug), kind, title
LOCAL = {
    "centre": ("Nguyễn Văn Ánh", "trung-tam-khuyen-cong", PositionKind.OFFICER, "Viên chức"),
    "centre.head": ("Phạm Thị Đào", "trung-tam-khuyen-cong", PositionKind.DIRECTOR, "Giám đốc"),
    "dept": ("Trần Quốc Bảo", "so-cong-thuong", PositionKind.OFFICER, "Chuyên viên"),
    "dept2": ("Lê Thị Ngọc Ước", "so-cong-thuong", PositionKind.OFFICER, "Chuyên viên"),
    "dept.head": ("Đỗ Minh Ẩn", "so-cong-thuong", PositionKind.DIRECTOR, "Giám đốc"),
    "finance": ("Vũ Thị Hằng", "so-tai-chinh", PositionKind.DIRECTOR, "Giám đốc"),
    "committee": ("Bùi Xuân Ý", "ubnd", PositionKind.CHAIR, "Chủ tịch"),
    "centre.deputy": ("Mạc Thị Ổi", "trung-tam-khuyen-cong", PositionKind.DEPUTY_DIRECTOR, "Phó Giám đốc"),
    "centre.accountant": ("Lê Đình Ô", "trung-tam-khuyen-cong", PositionKind.ACCOUNTANT, "Kế toán trưởng"),
    "dept.deputy": ("Phan Thị Út", "so-cong-thuong", PositionKind.DEPUTY_DIRECTOR, "Phó Giám đốc"),
    "dept.accountant": ("Hồ Văn Ơn", "so-cong-thuong", PositionKind.ACCOUNTANT, "Kế toán trưởng"),
    "dept.division": ("Kim Thị Em", "so-cong-thuong", PositionKind.DIVISION_HEAD, "Trưởng phòng"),
    "dept.clerk": ("Mã Thị Ôn", "so-cong-thuong", PositionKind.CLERK, "Văn thư"),
    "committee.deputy": ("Thái Văn Ấm", "ubnd", PositionKind.VICE_CHAIR, "Phó Chủ tịch"),
    "viewer": ("Hoàng Đăng Ổn", "ubnd", PositionKind.VIEWER, "Lãnh đạo xem báo cáo"),
}
NATIONAL = {
    "agency.officer": ("Ngô Thị Yến", "cuc-khuyen-cong", PositionKind.OFFICER, "Chuyên viên"),
    "agency.officer2": ("Dương Văn Ất", "cuc-khuyen-cong", PositionKind.OFFICER, "Chuyên viên"),
    "agency.head": ("Lý Thanh Ươm", "cuc-khuyen-cong", PositionKind.DIRECTOR_GENERAL, "Cục trưởng"),
    "agency.deputy": (
        "Trương Thị Ánh",
        "cuc-khuyen-cong",
        PositionKind.DEPUTY_DIRECTOR_GENERAL,
        "Phó Cục trưởng",
    ),
    "agency.accountant": ("Vương Văn Ông", "cuc-khuyen-cong", PositionKind.ACCOUNTANT, "Kế toán trưởng"),
    "ministry.leader": ("Đặng Hữu Ái", "bo-cong-thuong", PositionKind.MINISTER, "Bộ trưởng"),
    "ministry.deputy": ("Quách Thị Ẩn", "bo-cong-thuong", PositionKind.VICE_MINISTER, "Thứ trưởng"),
    "ministry.finance": ("Hồ Thị Ơn", "vu-ke-hoach-tai-chinh", PositionKind.HEAD, "Vụ trưởng"),
    "ministry.finance.officer": (
        "Trương Văn Ích",
        "vu-ke-hoach-tai-chinh",
        PositionKind.OFFICER,
        "Chuyên viên",
    ),
    "regional.1": ("Lâm Thị Ảnh", "trung-tam-vung-1", PositionKind.OFFICER, "Viên chức"),
    "regional.head.1": ("Đoàn Văn Êm", "trung-tam-vung-1", PositionKind.DIRECTOR, "Giám đốc"),
    "regional.accountant.1": ("Cù Thị Ước", "trung-tam-vung-1", PositionKind.ACCOUNTANT, "Kế toán trưởng"),
    "regional.2": ("Tô Thị Út", "trung-tam-vung-2", PositionKind.OFFICER, "Viên chức"),
    "service.1": ("Thái Văn Ổn", SERVICE, PositionKind.OFFICER, "Chuyên viên"),
    "service.head.1": ("Huỳnh Thị Én", SERVICE, PositionKind.HEAD, "Giám đốc"),
    "service.accountant.1": ("Tống Văn Ấu", SERVICE, PositionKind.ACCOUNTANT, "Kế toán trưởng"),
    "viewer.nation": ("Mai Thị Ẻn", "bo-cong-thuong", PositionKind.VIEWER, "Lãnh đạo xem báo cáo"),
    "auditor": ("Cao Đình Ức", "thanh-tra-kiem-toan", PositionKind.AUDITOR, "Kiểm toán viên"),
    "operator": ("Tạ Quang Ăn", "quan-tri-he-thong", PositionKind.OPERATOR, "Quản trị hệ thống"),
}

_known: dict[str, Position] = {}


def build() -> None:
    """Create the people and their positions, from the first day of their bodies on."""
    service = found_unit(SERVICE, "Công ty Tư vấn công nghiệp", symbol="TVCN", place="Hà Nội")
    Position.objects.create(
        organisation=service, kind=PositionKind.SYSTEM, title="Hệ thống", valid_from=service.valid_from
    )
    password = make_password(PASSWORD)
    bodies = {body.slug: body for body in Organisation.objects.filter(valid_to=None)}
    people = {account: (name, slug, kind, title) for account, (name, slug, kind, title) in NATIONAL.items()}
    for province, where in PROVINCES.items():
        for account, (name, body, kind, title) in LOCAL.items():
            people[f"{account}.{province}"] = (f"{name} ({where})", f"{body}-{province}", kind, title)
    for account, (name, slug, kind, title) in people.items():
        person = User(username=account, full_name=name, password=password)
        person.is_staff = kind == PositionKind.OPERATOR
        person.save()
        Position.objects.create(
            organisation=bodies[slug],
            kind=kind,
            title=title,
            person=person,
            valid_from=bodies[slug].valid_from,
        )


def auditor_of(slug: str) -> Position:
    """The account "auditor" bounded to one province, until the test's transaction is over."""
    Position.objects.filter(person__username="auditor").update(
        scope_province=Province.objects.get(slug=slug, valid_to=None)
    )
    return _loaded("auditor")


def position(account: str) -> Position:
    """The position of the account "dept.hai-phong", loaded as `accounts.tenancy.positions_of` does. The cast is
    never written by a test, so the copy that `remember` took outlives every test."""
    return _known.get(account) or _loaded(account)


def remember() -> None:
    """Load the whole cast from a database that no test has touched: what a test meets may be a person that it, or the
    demonstration, has just given another password."""
    cast = _positions().filter(person__isnull=False)
    _known.update({held.person.username: held for held in cast if held.person})


def _loaded(account: str) -> Position:
    return _positions().get(person__username=account)


def _positions() -> QuerySet[Position]:
    return Position.objects.select_related(
        "organisation__province", "organisation__tenant", "person", "scope_province"
    )
