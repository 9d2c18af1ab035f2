"""Rounds, expected and assigned money, and who registered with the agency, before the files move."""

from __future__ import annotations

import datetime as dt

from accounts.tenancy import acting_as
from budgets.models import Level
from budgets.services import record_assignment, set_ceiling
from khuyencong.demonstration.dossiers import MILLION
from khuyencong.demonstration.people import PROVINCES, registrant
from khuyencong.demonstration.walk import Scene, Walk
from khuyencong.lib.dates import today
from projects.models import ProjectKind
from projects.rounds import open_registration
from projects.services.registration import IntendedProject, preregister

MARK = "(số liệu minh họa)"

# year: expected, assigned in million đồng, day of the paper that assigns
NATIONAL = {2026: (20_000, 18_000, dt.date(2026, 1, 15)), 2027: (30_000, 25_000, dt.date(2026, 11, 12))}
LOCAL = {2026: (6_000, 5_000, dt.date(2026, 1, 9)), 2027: (8_000, 6_000, dt.date(2026, 11, 10))}


def open_rounds(scene: Scene) -> None:
    """The national rounds 2026 (supplement) and 2027 and those of the provinces; open for at least a month."""
    until = max(dt.date(2026, 12, 20), today() + dt.timedelta(days=30))
    supplement, first = dt.date(2026, 1, 5), dt.date(2026, 9, 14)
    officer = scene.who("agency.officer")
    with acting_as(officer):
        scene.rounds[2026] = open_registration(
            by=officer,
            year=2026,
            name="Đợt bổ sung",
            opens_on=supplement,
            unit_deadline=until - dt.timedelta(days=20),
            closes_on=until,
            supplementary=True,
            note="Bổ sung kế hoạch khuyến công quốc gia trong năm, khi còn dự toán.",
        )
        scene.rounds[2027] = open_registration(
            by=officer,
            year=2027,
            name="Đợt 1",
            opens_on=first,
            unit_deadline=until - dt.timedelta(days=20),
            closes_on=until,
            note="Đăng ký kế hoạch khuyến công quốc gia năm 2027.",
        )
    for slug in PROVINCES:
        by = scene.who("dept", slug)
        with acting_as(by):
            for year, day in ((2026, supplement), (2027, dt.date(2026, 9, 1))):
                open_registration(by=by, year=year, name="Đợt 1", opens_on=day, closes_on=until)


def assign_money(scene: Scene) -> None:
    """What the agency and the three departments expected and were given for 2026 and 2027."""
    officer = scene.who("agency.officer")
    with acting_as(officer):
        for year, (expected, assigned, day) in NATIONAL.items():
            set_ceiling(
                by=officer,
                year=year,
                amount=expected * MILLION,
                basis=f"Dự kiến kế hoạch năm {year} {MARK}",
            )
            record_assignment(
                by=officer,
                year=year,
                amount=assigned * MILLION,
                paper_number=f"{day.timetuple().tm_yday}/QĐ-BTC",
                paper_date=day,
                issuer="Bộ Tài chính",
                summary=f"Giao dự toán chi khuyến công quốc gia năm {year} {MARK}",
            )
    for slug in PROVINCES:
        by = scene.who("dept", slug)
        with acting_as(by):
            for year, (expected, assigned, day) in LOCAL.items():
                set_ceiling(
                    by=by,
                    year=year,
                    amount=expected * MILLION,
                    basis=f"Dự kiến kế hoạch năm {year} {MARK}",
                )
                record_assignment(
                    by=by,
                    year=year,
                    level=Level.PROVINCE,
                    amount=assigned * MILLION,
                    paper_number=f"{day.timetuple().tm_yday * 3}/QĐ-UBND",
                    paper_date=day,
                    issuer="Ủy ban nhân dân cấp tỉnh",
                    summary=f"Giao dự toán chi khuyến công địa phương năm {year} {MARK}",
                )


# Provinces that only tell the agency what they intend: day, lines (title, million đồng). No line: nothing.
INTENTIONS: dict[str, tuple[dt.date, tuple[tuple[str, int], ...]]] = {
    "lang-son": (
        dt.date(2026, 10, 6),
        (
            ("Hỗ trợ ứng dụng máy móc trong chế biến hoa hồi", 300),
            ("Xây dựng mô hình trình diễn sấy thạch đen", 450),
        ),
    ),
    "lao-cai": (dt.date(2026, 10, 21), ()),
    "nghe-an": (
        dt.date(2026, 9, 30),
        (
            ("Hỗ trợ ứng dụng máy móc trong chế biến nhút, tương Nam Đàn", 280),
            ("Truyền nghề mây tre đan cho lao động nông thôn", 350),
            ("Hỗ trợ ứng dụng máy móc trong chế biến hải sản khô", 300),
        ),
    ),
    "da-nang": (dt.date(2026, 11, 2), ()),
    "lam-dong": (
        dt.date(2026, 10, 15),
        (("Hỗ trợ ứng dụng máy sấy thăng hoa trong chế biến trái cây", 450),),
    ),
    "can-tho": (
        dt.date(2026, 10, 28),
        (
            ("Hỗ trợ dây chuyền sấy bánh tráng", 300),
            ("Xây dựng mô hình trình diễn chế biến cá tra viên", 700),
        ),
    ),
}


def register_intentions(scene: Scene) -> None:
    """Answers of some other provinces to the round of 2027; the rest keep silent."""
    for slug, (day, lines) in INTENTIONS.items():
        by = scene.seat_of(registrant(slug))
        with acting_as(by):
            preregister(
                scene.rounds[2027],
                [
                    IntendedProject(f"{title} {MARK}", ProjectKind.PROJECT, by.organisation, amount * MILLION)
                    for title, amount in lines
                ],
                by=by,
                paper=scene.paper("BC-SCT", day, issuer=slug),
            )


def name_files(scene: Scene, slug: str, year: int, day: dt.date, walks: list[Walk]) -> None:
    """The registration report of one of the three provinces, naming files that were already sent."""
    by = scene.who("dept.head", slug)
    with acting_as(by):
        files = [walk.now() for walk in walks]
        preregister(
            scene.rounds[year],
            [
                IntendedProject(
                    file.project.title, file.project.kind, file.project.implementer, file.support, file
                )
                for file in files
            ],
            by=by,
            paper=scene.paper("BC-SCT", day, issuer=slug),
        )
