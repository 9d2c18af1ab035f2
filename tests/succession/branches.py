"""Files off the main way by 30 June 2025: changes, groups, shared files, money that waits for a signature."""

from __future__ import annotations

from accounts.models import Province
from accounts.tenancy import acting_as
from budgets.models import Activity
from khuyencong.demonstration.walk import Scene, Walk
from projects.models import Establishment, Stage
from projects.queries import with_places
from projects.services.establishments import take_establishment
from projects.services.files import create_project
from tests.factories import make_establishment
from tests.projects import walks
from tests.succession.then import ADVANCE, COUNTERPART, LOCAL_ROUTE, NATIONAL_ROUTE, SUPPORT, seat_of

REASON = "Cơ sở không còn nhu cầu."
OUTSIDE = "ha-noi"
"""A province that shares a file with one that merges, and goes on."""


def files_on_branches(scene: Scene) -> dict[str, Walk]:
    """By name; each at rest where the people of the successor find it."""
    return {
        "change": _change_waits(scene),
        "stopped": _stopped(scene),
        "group": _group(scene),
        "money": _money_waits(scene),
        "within": _shared(scene, "regional.1", "hoa-binh", "vinh-phuc"),
        "across": _shared(scene, "regional.1", "hoa-binh", OUTSIDE),
        "alone": _shared(scene, "service.1", "phu-tho"),
        "centres": _of_centres(scene),
        "shut": _shut(scene),
    }


def _funded(programme: str, slug: str, scene: Scene, **more: object) -> Walk:
    walk = walks.draft(programme, slug=slug, scene=scene, **more)  # type: ignore[arg-type]
    walks.approved(walk)
    walks.assign(SUPPORT * 3, programme=programme, slug=slug)
    if not walk.national:
        walks.decide("appraise_allocation", walk)
    walks.decide("allocate", walk)
    walks.next_day(walk)
    return walk


def _at_work(programme: str, slug: str, scene: Scene) -> Walk:
    walk = _funded(programme, slug, scene)
    walk.contract(SUPPORT)
    walks.next_day(walk)
    walk.start()
    walks.next_day(walk)
    walk.progress(80, 520_000_000)
    return walk


def _change_waits(scene: Scene) -> Walk:
    """Another beneficiary is asked for; a second province of the merger knows it by its tax code, too."""
    walk = _funded(LOCAL_ROUTE, "hoa-binh", scene)
    asked = make_establishment(by=walk.who("centre"), tax_code="0202020202")
    make_establishment(by=scene.who("centre", "phu-tho"), tax_code="0202020202")
    walk.ask_change("BENEFICIARY", REASON, changes={"beneficiary": asked.pk})
    return walk


def _stopped(scene: Scene) -> Walk:
    walk = _at_work(NATIONAL_ROUTE, "phu-tho", scene)
    walk.ask_advance(ADVANCE).advance(ADVANCE)
    walks.next_day(walk)
    walk.stop("Cơ sở ngừng sản xuất.")
    return walk


def _group(scene: Scene) -> Walk:
    walk = walks.group_funded(NATIONAL_ROUTE, slug="vinh-phuc", scene=scene)
    walks.name_beneficiaries(walk, SUPPORT // 2, SUPPORT // 2)
    walks.attach_missing(walk, Stage.PLAN)
    walk.plan()
    walks.next_day(walk)
    walk.approve_plan()
    return walk


def _money_waits(scene: Scene) -> Walk:
    """The dossier of payment is confirmed, the accountant has not signed."""
    walk = _at_work(LOCAL_ROUTE, "hoa-binh", scene)
    walks.next_day(walk)
    walk.accept()
    walks.next_day(walk)
    walk.ask_payment(SUPPORT, SUPPORT + COUNTERPART).confirm_dossier()
    return walk


def _direct_draft(scene: Scene, unit: str, *slugs: str) -> Walk:
    walk = walks.direct_draft(unit, unit.replace(".", ".head."), *slugs)
    walk.scene = scene
    return walk


def _to_the_money(walk: Walk) -> None:
    """A direct file from its draft; the national way where the unit works in one province."""
    walk.submit("theo chỉ đạo của lãnh đạo")
    walks.next_day(walk)
    if walk.unit.startswith("service"):
        walk.appraise()
        walks.decide("register", walk)
    else:
        walks.decide("request_budget", walk)
    walks.next_day(walk)
    walk.appraise(account="agency.officer2")
    walks.decide("propose", walk)
    walks.decide("approve", walk)
    walks.assign()
    walks.decide("allocate", walk)
    walks.next_day(walk)


def _shared(scene: Scene, unit: str, *slugs: str) -> Walk:
    """At work; of several provinces each department accepts its own site."""
    walk = _direct_draft(scene, unit, *slugs)
    _to_the_money(walk)
    if len(slugs) > 1:
        walk.contract(SUPPORT, accepting_body=None)
    else:
        walk.contract(SUPPORT)
    walk.start()
    walks.next_day(walk)
    walk.progress(80, 520_000_000)
    return walk


def _of_centres(scene: Scene) -> Walk:
    """A draft of the centre of Hoà Bình, with a site in Hà Nội."""
    return _centres_draft(scene)


def _shut(scene: Scene) -> Walk:
    """The same, withdrawn before anything was decided."""
    walk = _centres_draft(scene)
    walk.submit("theo chỉ đạo của lãnh đạo")
    walks.next_day(walk)
    return walk.withdraw(REASON)


def _centres_draft(scene: Scene) -> Walk:
    slugs = ("hoa-binh", OUTSIDE)
    by = scene.who("centre", slugs[0])
    named: list[Establishment] = [make_establishment(by=seat_of(f"centre.{slug}")) for slug in slugs]
    with acting_as(by):
        project = create_project(
            by=by,
            programme=NATIONAL_ROUTE,
            year=walks.YEAR,
            title="Chuyển giao công nghệ chung",
            activity=Activity.objects.get(code="T10"),
            provinces=[Province.objects.get(slug=slug, valid_to=None) for slug in slugs],
            on=walks.first_day(),
        )
        year = with_places(project.years.all()).get()
        shares = [
            {
                "establishment": take_establishment(project, each.tax_code, by=by),
                "support": SUPPORT // 2,
                "counterpart": COUNTERPART // 2,
            }
            for each in named
        ]
        walks._write(year, by, SUPPORT, COUNTERPART, shares)
    return Walk(scene, year, slugs[0], walks.first_day())
