"""The country on 30 June 2025, as a program knew it that had run before the merger: 63 units, none with a successor.

The reference data knows both lists; ``wind_back`` takes the later one away, ``settle`` gives three provinces people
and ``walk_to`` a file in any state.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from accounts.models import (
    Organisation,
    OrganisationName,
    Position,
    Province,
    ProvinceName,
    ProvinceRegion,
    Tenant,
    User,
)
from accounts.reference import EVE_OF_MERGER, MERGER, REGIONS
from budgets.models import Programme
from khuyencong import data
from khuyencong.demonstration.walk import Scene, Walk
from projects.models import LocalProcedure
from projects.states import State
from succession.models import Change, Kind
from succession.plans import FIRST, Target
from succession.services import approve, carry_out, prepare, try_out
from tests import cast
from tests.cast import LOCAL, position
from tests.projects import walks

NATIONAL_ROUTE, LOCAL_ROUTE = Programme.NATIONAL, Programme.LOCAL
SLUGS = ("hoa-binh", "phu-tho", "vinh-phuc")
"""Three that became Phú Thọ."""

FIRST_DAY = dt.date(2025, 3, 20)
SUPPORT, COUNTERPART = walks.SUPPORT, walks.COUNTERPART


def wind_back() -> None:
    """Take away what came with 1 July 2025."""
    new = list(Province.objects.filter(valid_from=MERGER))
    bodies = list(Organisation.objects.filter(province__in=new))
    old = Province.objects.filter(valid_to=EVE_OF_MERGER)
    Organisation.objects.filter(province__in=old).update(valid_to=None, successor=None)
    OrganisationName.objects.filter(valid_to=EVE_OF_MERGER).update(valid_to=None)
    ProvinceName.objects.filter(province__in=old, valid_to=EVE_OF_MERGER).update(valid_to=None)
    ProvinceRegion.objects.filter(province__in=old, valid_to=EVE_OF_MERGER).update(valid_to=None)
    names = dict(old.values_list("tenant", "name"))
    old.update(valid_to=None, successor=None)
    for rows in (
        Position.objects.filter(organisation__in=bodies),
        LocalProcedure.objects.filter(province__in=new),
        OrganisationName.objects.filter(organisation__in=bodies),
        Organisation.objects.filter(pk__in=[body.pk for body in bodies]),
        ProvinceName.objects.filter(province__in=new),
        ProvinceRegion.objects.filter(province__in=new),
        Province.objects.filter(pk__in=[unit.pk for unit in new]),
        Tenant.objects.filter(pk__in=[unit.tenant_id for unit in new]),
    ):
        rows._raw_delete(rows.db)  # Django would look for what hangs on them behind the wall, too
    for pk, name in names.items():
        Tenant.objects.filter(pk=pk).update(name=name)
    for body in Organisation.objects.filter(province__isnull=False, valid_to=None, positions=None):
        Position.objects.create(
            organisation=body, kind="SYSTEM", title="Hệ thống", valid_from=body.valid_from
        )
    LocalProcedure.objects.bulk_create(
        LocalProcedure(province=unit, valid_from=unit.valid_from)
        for unit in Province.objects.filter(procedures=None)
    )


def settle(*slugs: str) -> None:
    """One person for each position of each province, as the cast has them."""
    for slug in slugs:
        province = Province.objects.get(slug=slug)
        bodies = {body.slug: body for body in Organisation.objects.filter(province=province)}
        for account, (name, prefix, kind, title) in LOCAL.items():
            person, _ = User.objects.get_or_create(
                username=f"{account}.{slug}", defaults={"full_name": f"{name} ({province.name})"}
            )
            body = bodies[f"{prefix}-{slug}"]
            Position.objects.create(
                organisation=body, kind=kind, title=title, person=person, valid_from=body.valid_from
            )


def seat_of(account: str) -> Position:
    """The position that the account holds last."""
    return Position.objects.select_related(
        "organisation__province", "organisation__tenant", "person", "scope_province"
    ).filter(person__username=account).order_by("-valid_from", "-pk").first() or cast.position(account)


def new_scene() -> Scene:
    """People as they sit now."""
    return Scene(seat_of=seat_of)


def walk_to(state: str, programme: str, slug: str, scene: Scene) -> Walk:
    """A file of 2025 that has come to ``state``, each step on a day of spring 2025."""
    walk = walks.draft(programme, slug=slug, scene=scene)
    walk.day = FIRST_DAY
    _WAYS[State(state)](walk)
    return walk


def _draft(walk: Walk) -> None:
    pass


def _returned(walk: Walk) -> None:
    walks.submitted(walk)
    walk.send_back("dept", ("file", "", "need", "Chưa nêu rõ căn cứ."))


def _registered(walk: Walk) -> None:
    walks.appraised(walk)
    walks.decide("register", walk)


def _proposed(walk: Walk) -> None:
    walks.ready_to_propose(walk)
    walks.decide("propose", walk)


def _approved(walk: Walk) -> None:
    _proposed(walk)
    walks.decide("approve", walk)


def _funded(walk: Walk) -> None:
    _approved(walk)
    walks.assign(SUPPORT * 3, programme=walk.year.project.programme, slug=walk.slug)
    if not walk.national:
        walks.decide("appraise_allocation", walk)
    walks.decide("allocate", walk)
    walks.next_day(walk)


def _contracted(walk: Walk) -> None:
    _funded(walk)
    walk.contract(SUPPORT)
    walks.next_day(walk)


def _in_progress(walk: Walk) -> None:
    _contracted(walk)
    walk.start()
    walks.next_day(walk)
    walk.progress(80, 520_000_000)
    walk.ask_advance(ADVANCE).advance(ADVANCE)
    walks.next_day(walk)


def _accepted(walk: Walk) -> None:
    _in_progress(walk)
    walk.accept()
    walks.next_day(walk)


def _settled(walk: Walk) -> None:
    _accepted(walk)
    walk.ask_payment(SUPPORT, SUPPORT + COUNTERPART).confirm_dossier()
    walks.next_day(walk)
    walk.pay(cleared=ADVANCE, paid=SUPPORT - ADVANCE)
    walk.settle(SUPPORT, SUPPORT + COUNTERPART)
    walks.next_day(walk)


def _closed(walk: Walk) -> None:
    _settled(walk)
    walk.close()


def _withdrawn(walk: Walk) -> None:
    walks.submitted(walk)
    walk.withdraw("Cơ sở không còn nhu cầu.")


def _not_selected(walk: Walk) -> None:
    if not walk.national:
        walks.ready_to_propose(walk)
        walks.decide("propose", walk, lines=[(walk, "REJECT", None, "Không thuộc ưu tiên.")])
        return
    walks.submitted(walk)
    walk.appraise(opinion="NOT_RECOMMENDED")
    walk.decline("Không thuộc ưu tiên.")


def _stopped(walk: Walk) -> None:
    _contracted(walk)
    walk.stop("Cơ sở ngừng sản xuất.")


ADVANCE = 150_000_000
_WAYS: dict[State, Callable[[Walk], object]] = {
    State.DRAFT: _draft,
    State.SUBMITTED: lambda walk: walks.submitted(walk),
    State.RETURNED: _returned,
    State.APPRAISED_DEPARTMENT: lambda walk: walks.appraised(walk),
    State.REGISTERED: _registered,
    State.APPRAISED_AGENCY: lambda walk: walks.ready_to_propose(walk),
    State.PROPOSED: _proposed,
    State.APPROVED: _approved,
    State.FUNDED: _funded,
    State.CONTRACTED: _contracted,
    State.IN_PROGRESS: _in_progress,
    State.ACCEPTED: _accepted,
    State.SETTLED: _settled,
    State.CLOSED: _closed,
    State.WITHDRAWN: _withdrawn,
    State.NOT_SELECTED: _not_selected,
    State.STOPPED: _stopped,
}
ONLY_NATIONAL = {State.REGISTERED, State.APPRAISED_AGENCY}


def files_in_every_state(scene: Scene) -> dict[tuple[str, str], Walk]:
    """By programme and state, the provinces in turn."""
    found: dict[tuple[str, str], Walk] = {}
    for programme in (NATIONAL_ROUTE, LOCAL_ROUTE):
        for number, state in enumerate(State.values):
            if programme == NATIONAL_ROUTE or state not in ONLY_NATIONAL:
                found[programme, state] = walk_to(state, programme, SLUGS[number % 3], scene)
    return found


def unit(slug: str, day: dt.date = EVE_OF_MERGER) -> Province:
    return Province.objects.filter(slug=slug, valid_from__lte=day).latest("valid_from")


def merge(new_code: str, *, by: Position | None = None) -> Change:
    """The wizard's change of 1 July 2025 for one of the 34, prepared, tried, approved and carried out."""
    by = by or position("operator")
    change = prepared(new_code, by=by)
    try_out(change, by=by)
    approve(change, version=change.version, by=by)
    return carry_out(change, by=by)


def prepared(new_code: str, *, by: Position | None = None) -> Change:
    new = next(row for row in data.rows("provinces-34") if row["code"] == new_code)
    olds = [row for row in data.rows("provinces-63") if row["new_code"] == new_code]
    slugs = [row["slug"] for row in olds]
    return prepare(
        Kind.MERGE,
        day=MERGER,
        paper_number="202/2025/QH15",
        paper_date=dt.date(2025, 6, 12),
        paper_title="Nghị quyết về việc sắp xếp đơn vị hành chính cấp tỉnh",
        paper_issuer="Quốc hội",
        provinces=[unit(slug) for slug in slugs],
        targets=[
            Target(
                key=FIRST,
                slug=new["slug"],
                code=new["code"],
                name=new["name"],
                full_name=new["full_name_2025_07_01"],
                unit_type="CITY" if new["full_name_2025_07_01"].startswith("Thành phố") else "PROVINCE",
                region=REGIONS[new["khuyencong_region_default"]],
            )
        ],
        keeps=unit(new["slug"]) if new["slug"] in slugs else None,
        by=by or position("operator"),
    )
