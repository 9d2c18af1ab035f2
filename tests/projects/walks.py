"""Files that tests walk along the chain with the people of the cast, as the demonstration walks its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import count
from typing import Any

from accounts.models import Position, Province
from accounts.tenancy import acting_as
from budgets.models import Activity, Programme, SupportNorm
from budgets.services import record_assignment
from khuyencong.demonstration.walk import Scene, Walk, same
from khuyencong.lib.dates import today
from projects.models import PARTS, Document, Establishment, ListAct, ProjectYear, RegistrationRound, Stage
from projects.queries import with_places
from projects.requirements import missing_papers
from projects.rounds import open_registration
from projects.services.establishments import take_establishment
from projects.services.files import (
    LINE_FIELDS,
    SHARE_FIELDS,
    create_project,
    save_content,
    save_estimate,
    save_schedule,
    save_shares,
)
from projects.services.years import begin_year, save_years
from projects.years import part_of
from tests.cast import position
from tests.factories import make_establishment

Line = tuple[Walk, str | None, int | None, str]
"""A file on a list: verdict (None: the default), amount in đồng, reason."""

NATIONAL, LOCAL = Programme.NATIONAL, Programme.LOCAL
YEAR = 2027
SUPPORT, COUNTERPART = 300_000_000, 420_000_000
"""What a file of the tests asks and brings, in đồng."""
_numbers = count(1)


def new_scene() -> Scene:
    """The cast as people of a story."""
    return Scene(seat_of=position)


def first_day() -> dt.date:
    """A day from which a whole walk, a step a day, has passed by today."""
    return today() - dt.timedelta(days=60)


def open_round(
    programme: str = NATIONAL, slug: str = "hai-phong", year: int | None = None
) -> RegistrationRound:
    """The round of ``year`` (None: YEAR), open during the whole walk; found when it is already there."""
    year = year or YEAR
    by = position("agency.officer" if programme == NATIONAL else f"dept.{slug}")
    with acting_as(by):
        tenant = None if programme == NATIONAL else by.organisation.tenant
        found = RegistrationRound.objects.filter(programme=programme, year=year, tenant=tenant).first()
        return found or open_registration(
            by=by, year=year, name="Đợt 1", opens_on=first_day(), closes_on=today() + dt.timedelta(days=30)
        )


def assign(
    amount: int = 10**10, programme: str = NATIONAL, slug: str = "hai-phong", year: int | None = None
) -> None:
    """Money of ``year`` (None: YEAR) for the agency, or for the province's department."""
    officer = position("agency.officer" if programme == NATIONAL else f"dept.{slug}")
    with acting_as(officer):
        record_assignment(
            by=officer,
            year=year or YEAR,
            amount=amount,
            paper_number=f"{next(_numbers)}/QĐ-BTC",
            paper_date=first_day(),
            issuer="Bộ Tài chính",
        )


def draft(
    programme: str = NATIONAL,
    *,
    scene: Scene | None = None,
    slug: str = "hai-phong",
    support: int = SUPPORT,
    counterpart: int = COUNTERPART,
    shares: int = 1,
    activity: str = "T10",
    nature: str = "ORDINARY",
    year: int | None = None,
) -> Walk:
    """A complete draft of the centre that asks ``support`` đồng for so many beneficiaries in equal parts."""
    year = year or YEAR
    open_round(programme, slug, year)
    scene = scene or new_scene()
    by = scene.who("centre", slug)
    establishments = [make_establishment(by=by) for _ in range(shares)]
    with acting_as(by):
        project = create_project(
            by=by,
            programme=programme,
            year=year,
            title=f"Ứng dụng máy móc tiên tiến số {next(_numbers)}",
            activity=Activity.objects.get(code=activity),
            nature=nature,
            on=first_day(),
        )
        file = project.years.get()
        parts = [
            {"establishment": each, "support": support // shares, "counterpart": counterpart // shares}
            for each in establishments
        ]
        _write(file, by, support, counterpart, parts)
    return Walk(scene, file, slug, first_day())


FIRST = YEAR - 1
"""The first year of a project over several in the tests: the next one may be sent today."""

PARTS_OF_YEARS = (SUPPORT, 200_000_000, 100_000_000)


def draft_over_years(
    programme: str = NATIONAL, *supports: int, nature: str = "ORDINARY", **more: Any
) -> Walk:
    """A complete draft of a project over years from FIRST on that asks ``supports`` (default: three years) đồng; of an
    activity without a norm, which counts all years together, unless ``more`` or its nature says another."""
    supports = supports or PARTS_OF_YEARS
    more.setdefault("activity", "T10" if nature == "FLAGSHIP" else "T11")
    walk = draft(
        programme,
        support=supports[0],
        year=FIRST,
        nature=nature,
        shares=2 if nature == "FLAGSHIP" else 1,
        **more,
    )
    by = walk.who("centre")
    with acting_as(by):
        version = save_content(
            walk.now(),
            by=by,
            version=walk.now().project.version,
            values={"ends_on": dt.date(FIRST + len(supports) - 1, 11, 30)},
        )
        save_years(
            walk.now(),
            by=by,
            version=version,
            parts=[
                {
                    "support": support,
                    "counterpart": 50_000_000,
                    "stages": "Lắp đặt",
                    "results": "Một dây chuyền",
                }
                for support in supports
            ],
            activities=[Activity.objects.get(code="T17")] if nature == "FLAGSHIP" else None,
        )
        file = walk.now()
    return Walk(walk.scene, file, walk.slug, walk.day)


def begun(walk: Walk, year: int = FIRST + 1) -> Walk:
    """The next year's part of the project, begun by its unit on the next day; its estimate asks what was approved."""
    next_day(walk)
    by = walk.who("centre")
    open_round(NATIONAL if walk.national else LOCAL, walk.slug, year)
    with acting_as(by):
        file = begin_year(walk.now(), year, by=by, on=walk.day)
        part = part_of(file)
        assert part is not None and part.approved is not None
        fit(file, part.approved, by=by)
    return Walk(walk.scene, file, walk.slug, walk.day)


def fit(file: ProjectYear, support: int, *, by: Position) -> None:
    """The estimate and the one beneficiary of ``file`` ask ``support`` đồng; in the scope of ``by``."""
    line = {name: getattr(file.estimate.get(), name) for name in LINE_FIELDS}
    column = "national" if file.project.programme == NATIONAL else "local"
    line |= {column: support, "unit_price": support + line["counterpart"]}
    version = save_estimate(file, by=by, version=file.project.version, lines=[line])
    share = file.shares.select_related("establishment").get()
    row = {name: getattr(share, name) for name in SHARE_FIELDS} | {"support": support}
    save_shares(file, by=by, version=version, shares=[row])
    attach_request_letter(file, by)


def attach_request_letter(file: ProjectYear, by: Position) -> None:
    """The letter with which each year's part is asked for anew."""
    for paper in missing_papers(file, today()):
        Document.objects.create(
            tenant=file.tenant,
            project_year=file,
            code=paper.code,
            title=paper.name,
            file_name=f"{paper.code}.pdf",
            uploaded_by=by,
        )


def attach_missing(walk: Walk, stage: Stage = Stage.SUBMIT) -> None:
    """What the unit must have in the file at ``stage``, as far as it is not there."""
    by = walk.who("centre")
    with acting_as(by):
        year = walk.now()
        for paper in missing_papers(year, walk.day, stage):
            Document.objects.create(
                tenant=year.tenant,
                project_year=year,
                code=paper.code,
                title=paper.name,
                file_name=f"{paper.code}.pdf",
                uploaded_by=by,
            )


def name_beneficiaries(walk: Walk, *supports: int, counterpart: int = 0) -> list[Establishment]:
    """The unit names so many new establishments, each with its support, in the plan of a group project."""
    by = walk.who("centre")
    found = [make_establishment(by=by) for _ in supports]
    with acting_as(by):
        year = walk.now()
        save_shares(
            year,
            by=by,
            version=year.project.version,
            shares=[
                {
                    "establishment": each,
                    "support": support,
                    "counterpart": counterpart,
                    "place": f"Xã số {number}",
                }
                for number, (each, support) in enumerate(zip(found, supports, strict=True), start=1)
            ],
        )
    return found


def group_funded(programme: str, *, activity: str = "T1", **more: Any) -> Walk:
    """A group project with all its money, on the day on which its plan of implementation may be written."""
    walk = draft(programme, activity=activity, nature="GROUP", shares=0, **more)
    approved(walk)
    if programme == LOCAL:
        decide("appraise_allocation", walk)
    assign(programme=programme)
    decide("allocate", walk)
    next_day(walk)
    return walk


def group_planned(programme: str, *supports: int, counterpart: int = 0) -> tuple[Walk, list[Establishment]]:
    """A group project whose plan names establishments with these supports and is approved, on the next day."""
    walk = group_funded(programme)
    found = name_beneficiaries(walk, *supports, counterpart=counterpart)
    attach_missing(walk, Stage.PLAN)
    walk.plan()
    next_day(walk)
    walk.approve_plan()
    next_day(walk)
    return walk, found


def _write(
    year: ProjectYear, by: Position, support: int, counterpart: int, shares: list[dict[str, Any]]
) -> None:
    """All that a file needs before it is sent, in the scope of ``by``."""
    texts = {name: f"Nội dung mục {name}." for name in PARTS}
    version = save_content(
        year,
        by=by,
        version=year.project.version,
        values={
            **texts,
            "starts_on": dt.date(year.year, 3, 1),
            "ends_on": dt.date(year.year, 11, 30),
            "counterpart_status": "COMMITTED",
            "no_double_support": True,
        },
    )
    line = {
        "position": "1",
        "item": "Máy sấy lạnh",
        "unit": "máy",
        "quantity": 1,
        "unit_price": support + counterpart,
        "national" if year.project.programme == NATIONAL else "local": support,
        "counterpart": counterpart,
    }
    version = save_estimate(year, by=by, version=version, lines=[line])
    version = save_shares(year, by=by, version=version, shares=shares)
    save_schedule(year, by=by, version=version, items=[{"position": 1, "work": "Mua sắm, lắp đặt"}])
    for paper in missing_papers(year, first_day()):
        Document.objects.create(
            tenant=year.tenant,
            project_year=year,
            code=paper.code,
            title=paper.name,
            file_name=f"{paper.code}.pdf",
            uploaded_by=by,
        )


def direct_draft(
    unit: str = "regional.1",
    unit_head: str = "regional.head.1",
    *slugs: str,
    kind: str = "PROJECT",
    support: int = SUPPORT,
    counterpart: int = COUNTERPART,
) -> Walk:
    """A complete draft of a unit that belongs to no province, in ``slugs``, with one beneficiary in each, taken from
    the province's register; or a task of the agency, in none."""
    open_round(NATIONAL)
    scene = new_scene()
    by = scene.who(unit)
    places = [Province.objects.get(slug=slug, valid_to=None) for slug in slugs]
    named = [make_establishment(by=position(f"centre.{slug}")) for slug in slugs]
    with acting_as(by):
        project = create_project(
            by=by,
            programme=NATIONAL,
            year=YEAR,
            title=f"Chuyển giao công nghệ số {next(_numbers)}",
            activity=Activity.objects.get(code="T10" if slugs else "T30"),
            kind=kind,
            provinces=places,
            on=first_day(),
        )
        year = with_places(project.years.all()).get()
        shares = [
            {
                "establishment": take_establishment(project, each.tax_code, by=by),
                "support": support // len(named),
                "counterpart": counterpart // len(named),
            }
            for each in named
        ]
        _write(year, by, support, counterpart if slugs else 0, shares)
    return Walk(scene, year, slugs[0] if slugs else "", first_day(), unit, unit_head)


def next_day(*walks: Walk) -> dt.date:
    """Everybody's next day."""
    for walk in walks:
        walk.day += dt.timedelta(days=1)
    return walks[0].day


def decide(action: str, *walks: Walk, lines: Sequence[Line] = (), **more: object) -> ListAct:
    """A list act by the head who holds it, on the next day: on ``lines``, else on ``walks`` with the default verdict.

    What is only doubtful (nothing was preregistered, the money is not there yet) is given a reason."""
    first = walks[0]
    account, symbol = {
        "register": ("dept.head", "BC-SCT"),
        "request_budget": ("agency.head", "CV-ĐCK") if first.national else ("dept.head", "CV-SCT"),
        "propose": ("agency.head", "TTr-ĐCK") if first.national else ("dept.head", "TTr-SCT"),
        "give_opinion": ("finance", "CV-STC"),
        "approve": ("ministry.leader", "QĐ-BCT") if first.national else ("committee", "QĐ-UBND"),
        "appraise_allocation": ("finance", "TĐ-STC"),
        "allocate": ("agency.head", "TB-ĐCK") if first.national else ("dept.head", "QĐ-SCT"),
    }[action]
    day = next_day(*walks)
    more.setdefault("comment", "theo chỉ đạo của lãnh đạo")
    return first.scene.decide(action, account, symbol, day, lines or same(*walks), slug=first.slug, **more)


def submitted(*walks: Walk) -> None:
    for walk in walks:
        walk.submit("theo chỉ đạo của lãnh đạo")
    next_day(*walks)


def appraised(*walks: Walk) -> None:
    submitted(*walks)
    for walk in walks:
        walk.appraise()


def ready_to_propose(*walks: Walk) -> None:
    """Appraised and registered, or with the finance department's opinion."""
    appraised(*walks)
    if walks[0].national:
        decide("register", *walks)
        next_day(*walks)
        for walk in walks:
            walk.appraise(account="agency.officer")
    else:
        decide("give_opinion", *walks)


def approved(*walks: Walk) -> ListAct:
    ready_to_propose(*walks)
    decide("propose", *walks)
    return decide("approve", *walks)


def in_progress(*walks: Walk) -> None:
    """With money, contract for all that was approved, and begun."""
    approved(*walks)
    first = walks[0]
    assign(programme=NATIONAL if first.national else LOCAL, slug=first.slug, year=first.year.year)
    if not walks[0].national:
        decide("appraise_allocation", *walks)
    decide("allocate", *walks)
    next_day(*walks)
    for walk in walks:
        walk.contract(walk.support())
    next_day(*walks)
    for walk in walks:
        walk.start()


def fundable(programme: str, assigned: int = 10**10) -> Walk:
    """Approved, its allocation appraised, with so many đồng assigned for the year."""
    walk = draft(programme)
    approved(walk)
    if programme == LOCAL:
        decide("appraise_allocation", walk)
    assign(assigned, programme)
    return walk


def funded(programme: str, amount: int = SUPPORT) -> Walk:
    """With money for ``amount`` of the 300 million approved, on the day of the contract."""
    walk = fundable(programme)
    verdict = (walk, None, None, "") if amount == SUPPORT else (walk, "PARTIAL", amount, "Chưa đủ dự toán.")
    decide("allocate", walk, lines=[verdict])
    next_day(walk)
    return walk


def at_work(programme: str, shares: int = 1) -> Walk:
    """In progress, on the day after it began."""
    walk = draft(programme, shares=shares)
    in_progress(walk)
    next_day(walk)
    return walk


def reported(programme: str) -> Walk:
    """In progress with a report that the department confirmed."""
    walk = at_work(programme)
    walk.progress(80, 520_000_000)
    return walk


def accepted(programme: str, advance: int = 0) -> Walk:
    """Accepted as contracted, with so much advanced before."""
    walk = reported(programme)
    if advance:
        walk.ask_advance(advance).advance(advance)
    next_day(walk)
    walk.accept()
    next_day(walk)
    return walk


def confirmed(programme: str, advance: int = 0) -> Walk:
    """With a settlement dossier that the department confirmed."""
    walk = accepted(programme, advance)
    walk.ask_payment(SUPPORT, SUPPORT + COUNTERPART).confirm_dossier()
    return walk


def confirm_norm(activity: str) -> None:
    """The operator has compared the norm with its text."""
    SupportNorm.objects.filter(activity__code=activity, valid_to=None).update(confirmed=True)
