"""2021 replayed through the chain by its days, in the bodies of that time (../shared: articles S003 and S004).

150 billion đồng of national money were planned and 75.641 billion given, in May. What is known are these sums and
those of plan_2021.py; the days between, the people and the papers are invented and marked as illustration.
"""

from __future__ import annotations

import datetime as dt

from accounts.tenancy import acting_as
from budgets.models import Level, Programme
from budgets.services import record_assignment, set_ceiling
from khuyencong.demonstration.dossiers import MILLION
from khuyencong.demonstration.establishments import ESTABLISHMENTS_2021
from khuyencong.demonstration.money import MARK, name_files
from khuyencong.demonstration.people import PROVINCES_2021, retire_people_of_2021, seat_of_2021
from khuyencong.demonstration.plan_2021 import PLAN_2021
from khuyencong.demonstration.walk import Scene, Walk, same
from khuyencong.demonstration.writing import write_file, write_register
from projects.models import ProjectKind
from projects.rounds import open_registration

YEAR = 2021
PLANNED, GIVEN = 150_000, 75_641
"""National money of 2021 by plan and as assigned, million đồng (published 10 December 2021)."""

OUTPUTS = {
    "T10": {"machinery_establishments": 1, "machines_supported": 1},
    "T17": {"trademarks": 1},
}


def tell_2021() -> None:
    """The whole year, from the registration in 2020 to the archive in 2022."""
    scene = Scene(seat_of_2021)
    _open_rounds(scene)
    register = {
        key: made
        for slug in PROVINCES_2021
        for key, made in write_register(scene, slug, ESTABLISHMENTS_2021).items()
    }
    files = {
        key: write_file(scene, dossier, register, dt.date(2020, 5, 11 + number % 4))
        for number, (key, dossier) in enumerate(PLAN_2021.items())
    }
    national = [walk for walk in files.values() if walk.national]
    local = [walk for walk in files.values() if not walk.national]
    _assign(scene)
    _approve_national(scene, national)
    _approve_local(scene, local)
    for key, walk in files.items():
        dossier = PLAN_2021[key]
        outputs = OUTPUTS.get(dossier.activity, {})
        _carry_out(walk, dossier.total, {name: each * len(dossier.parts) for name, each in outputs.items()})
    retire_people_of_2021()


def _open_rounds(scene: Scene) -> None:
    officer = scene.who("agency.officer")
    with acting_as(officer):
        scene.rounds[YEAR] = open_registration(
            by=officer,
            year=YEAR,
            name="Đợt 1",
            opens_on=dt.date(2020, 4, 20),
            unit_deadline=dt.date(2020, 5, 20),
            closes_on=dt.date(2020, 6, 20),
            note="Đăng ký kế hoạch khuyến công quốc gia năm 2021.",
        )
    for slug in PROVINCES_2021:
        by = scene.who("dept", slug)
        with acting_as(by):
            open_registration(
                by=by,
                year=YEAR,
                name="Đợt 1",
                opens_on=dt.date(2020, 4, 20),
                closes_on=dt.date(2020, 9, 30),
            )


def _assign(scene: Scene) -> None:
    """What was expected and what came: national money in May and cut by half, local money as planned."""
    officer = scene.who("agency.officer")
    basis = f"Dự kiến kế hoạch năm {YEAR} {MARK}"
    summary = f"Giao dự toán chi khuyến công năm {YEAR} {MARK}"
    with acting_as(officer):
        set_ceiling(by=officer, year=YEAR, amount=PLANNED * MILLION, basis=basis)
        record_assignment(
            by=officer,
            year=YEAR,
            amount=GIVEN * MILLION,
            paper_number="812/QĐ-BTC",
            paper_date=dt.date(2021, 5, 6),
            issuer="Bộ Tài chính",
            summary=summary,
        )
    for slug in PROVINCES_2021:
        by = scene.who("dept", slug)
        amount = sum(
            dossier.support
            for dossier in PLAN_2021.values()
            if (dossier.slug, dossier.programme) == (slug, Programme.LOCAL)
        )
        with acting_as(by):
            set_ceiling(by=by, year=YEAR, amount=amount, basis=basis)
            record_assignment(
                by=by,
                year=YEAR,
                level=Level.PROVINCE,
                amount=amount,
                paper_number="3310/QĐ-UBND",
                paper_date=dt.date(2020, 12, 18),
                issuer="Ủy ban nhân dân cấp tỉnh",
                summary=summary,
            )


def _approve_national(scene: Scene, files: list[Walk]) -> None:
    for walk in files:
        walk.on(5, 18, 2020).submit().on(6, 4).appraise()
    for slug in PROVINCES_2021:
        own = [walk for walk in files if walk.slug == slug]
        name_files(scene, slug, YEAR, dt.date(2020, 6, 10), own)
        scene.decide(
            "register", "dept.head", "BC-SCT", dt.date(2020, 6, 15), same(*own), slug=slug,
            registration_round=scene.rounds[YEAR],
            texts={"aims": f"Hỗ trợ máy móc và thông tin, tuyên truyền. {MARK}"},
        )  # fmt: skip
    for rank, walk in enumerate(files, 1):
        walk.on(10, 20).appraise(account="agency.officer", priority_rank=rank)
    scene.decide("propose", "agency.head", "TTr-CTĐP", dt.date(2020, 12, 8), same(*files))
    scene.decide("approve", "ministry.leader", "QĐ-BCT", dt.date(2020, 12, 25), same(*files))
    scene.decide("allocate", "agency.head", "TB-CTĐP", dt.date(2021, 5, 12), same(*files))


def _approve_local(scene: Scene, files: list[Walk]) -> None:
    for walk in files:
        walk.on(8, 18, 2020).submit().on(9, 8).appraise()
    for slug in PROVINCES_2021:
        own = same(*(walk for walk in files if walk.slug == slug))
        scene.decide("give_opinion", "finance", "STC-TCHCSN", dt.date(2020, 10, 6), own, slug=slug)
        scene.decide("propose", "dept.head", "TTr-SCT", dt.date(2020, 11, 10), own, slug=slug)
        scene.decide("approve", "committee", "QĐ-UBND", dt.date(2020, 12, 30), own, slug=slug)
        scene.decide("appraise_allocation", "finance", "STC-TCHCSN", dt.date(2021, 2, 2), own, slug=slug)
        scene.decide("allocate", "dept.head", "QĐ-SCT", dt.date(2021, 2, 22), own, slug=slug)


def _carry_out(walk: Walk, total: int, outputs: dict[str, int]) -> None:
    """From the contract to the archive, all that was approved."""
    support = walk.support()
    is_project = walk.year.project.kind == ProjectKind.PROJECT
    begins = 5 if walk.national else 3
    walk.on(begins, 20, YEAR).contract(
        support, days=200, action="contract" if walk.national or is_project else "assign_task"
    )
    walk.on(begins, 25).start().on(8, 20).progress(60, total * 6 // 10).on(9, 21).progress(100, total)
    walk.on(10, 5).accept(outputs)
    walk.on(10, 14).ask_payment(support, total).on(10, 25).confirm_dossier()
    walk.on(11, 8).pay(paid=support).on(11, 22).settle(support, total).on(1, 14, YEAR + 1).close()
