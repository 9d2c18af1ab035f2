"""1 July 2025 with files off the main way: who sees them, what they add up to, and that each comes to its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from accounts.models import ConsortiumProvince, Province
from accounts.reference import MERGER
from accounts.tenancy import acting_as, scope_of
from budgets.models import LedgerEntry
from khuyencong.demonstration.walk import Scene, Walk
from projects.models import BeneficiaryShare, ChangeRequest, Establishment, FileMove, ProjectYear
from projects.papers.from_files.plan import plan_printable
from projects.queries import files_visible_to
from projects.routelog import route_log
from projects.states import State
from reporting.parameters import parse
from reporting.quarterly import quarterly
from tests.cast import position
from tests.projects import walks
from tests.succession import then
from tests.succession.branches import OUTSIDE, files_on_branches
from tests.succession.columns import left_behind
from tests.succession.then import ADVANCE, COUNTERPART, SLUGS, SUPPORT, seat_of

pytestmark = pytest.mark.django_db

KINDS = ("centre", "dept", "dept.head", "dept.accountant", "finance", "committee")
NATION = ("agency.head", "ministry.leader", "viewer.nation", "auditor", "regional.1", "service.1")
M = 1_000_000


@pytest.fixture
def branches(before_the_merger: Scene) -> dict[str, Walk]:
    then.settle(OUTSIDE)
    return files_on_branches(before_the_merger)


def seen_by(account: str) -> set[str]:
    held = seat_of(account)
    with acting_as(held):
        return set(files_visible_to(held).values_list("project__code", flat=True))


def seen_by_all() -> dict[str, set[str]]:
    people = [f"{kind}.{slug}" for kind in KINDS for slug in (*SLUGS, OUTSIDE)]
    return {account: seen_by(account) for account in (*people, *NATION)}


def figures(scope: str, period: str, boundaries: str) -> dict[str, Any]:
    with acting_as(position("agency.head")):
        report = quarterly(parse(scope=scope, year=2025, period=period, boundaries=boundaries))
        return dict(report.total.values) | dict(report.total.to_date)


def ledger() -> list[tuple[Any, ...]]:
    """Every entry of a file that somebody of these provinces or of the nation reads, but for whose row it is."""
    found: set[tuple[Any, ...]] = set()
    for account in (
        *(f"dept.{slug}" for slug in (*SLUGS, OUTSIDE)),
        "agency.head",
        "regional.1",
        "service.1",
    ):
        with acting_as(seat_of(account)):
            rows = LedgerEntry.objects.filter(project_year__isnull=False)
            found |= set(
                rows.values_list("pk", "province", "kind", "source", "amount", "year", "effective_on")
            )
    return sorted(found, key=lambda row: int(row[0]))


def test_who_sees_what_before_and_after(branches: dict[str, Walk]) -> None:
    codes = {name: walk.year.project.code for name, walk in branches.items()}
    before = seen_by_all()
    assert before["dept.hoa-binh"] >= {codes["within"], codes["across"], codes["shut"], codes["change"]}
    assert before[f"dept.{OUTSIDE}"] == {codes["across"], codes["shut"]}
    assert before["centre.hoa-binh"] >= {codes["centres"], codes["shut"]}

    change = then.merge("25")

    after = seen_by_all()
    for kind in KINDS:
        union = set().union(*(before[f"{kind}.{slug}"] for slug in SLUGS))
        for slug in SLUGS:
            assert (kind, slug, after[f"{kind}.{slug}"]) == (kind, slug, union)
    apart = [*NATION, *(f"{kind}.{OUTSIDE}" for kind in KINDS)]
    assert {account: after[account] for account in apart} == {account: before[account] for account in apart}

    # Shared files lie where they lay; the heir is one of those who share them.
    phu_tho = Province.objects.get(slug="phu-tho", valid_from=MERGER)
    joined = ConsortiumProvince.objects.filter(since=MERGER)
    assert {place.province for place in joined} == {phu_tho}
    assert change.outcome is not None
    assert change.outcome["shared"] == {"files": 4, "carried": 1}
    for name in ("within", "across", "alone", "centres"):
        walk = branches[name]
        with acting_as(seat_of("dept.phu-tho")):
            file = walk.now()
            assert file.tenant_id == walk.year.tenant_id
            assert [each.name for each in file.project.provinces] == [
                each.name for each in walk.year.project.provinces
            ]
            assert phu_tho in file.project.provinces_now
    assert branches["across"].year.tenant_id in scope_of(seat_of("dept.phu-tho")).writes
    assert branches["across"].year.tenant_id not in scope_of(seat_of("centre.phu-tho")).writes
    assert branches["centres"].year.tenant_id in scope_of(seat_of("centre.phu-tho")).writes
    assert branches["across"].year.tenant_id not in scope_of(seat_of("dept.thai-nguyen")).reads

    # Whose it was to carry out, and whose it is, stands in its way.
    centre = seat_of("centre.phu-tho").organisation
    with acting_as(seat_of("centre.phu-tho")):
        file = branches["centres"].now()
        assert file.project.implementer == centre
        move = FileMove.objects.get(project=file.project)
        assert (move.from_tenant, move.to_implementer) == (move.to_tenant, centre)
        assert "thực hiện tiếp" in next(stop for stop in route_log(file) if stop.action == "move").label
        assert branches["shut"].now().project.implementer.successor == centre
    assert left_behind(seat_of("dept.phu-tho")) == []


def test_every_sum_is_the_same_by_the_boundaries_of_then_and_of_now(branches: dict[str, Walk]) -> None:
    asked = [
        (s, p, b) for s in ("nation", "north") for p in ("q1", "q2", "m6", "m12") for b in ("then", "now")
    ]
    before = {key: figures(*key) for key in asked}
    own = {slug: figures(slug, "m6", "then") for slug in SLUGS}
    rows = ledger()

    then.merge("25")

    assert {key: figures(*key) for key in asked} == before
    assert {slug: figures(slug, "m6", "then") for slug in SLUGS} == own
    assert ledger() == rows
    # By the boundaries of now the one file whose places became one counts in it.
    whole = figures("phu-tho", "m6", "now")
    apart = sum(own[slug]["planned"] for slug in SLUGS)
    assert (whole["planned"], apart) == (apart + SUPPORT, apart)
    assert before["nation", "m6", "then"]["planned"] == apart + 2 * SUPPORT


def printed_plan(account: str) -> str:
    with acting_as(seat_of(account)):
        return plan_printable(ProjectYear.objects.get(plans__isnull=False).plans.get()).html


def test_each_goes_on_with_the_people_of_the_successor(branches: dict[str, Walk]) -> None:
    plan = printed_plan("dept.vinh-phuc")
    then.merge("25")
    assert printed_plan("dept.phu-tho") == plan
    scene = then.new_scene()
    for walk in branches.values():
        walk.scene, walk.slug, walk.day = scene, "phu-tho", dt.date(2025, 7, 2)
        with acting_as(walk.who("dept")):
            walk.year = walk.now()

    _change_goes_on(branches["change"])
    stopped = branches["stopped"]
    stopped.refund(ADVANCE).close()
    _to_the_end(branches["group"].contract(SUPPORT))
    money = branches["money"]
    money.pay(paid=SUPPORT)
    _settled(money)
    _to_the_end(branches["alone"], started=True)
    for name, sites in (("within", ("phu-tho",)), ("across", ("phu-tho", OUTSIDE))):
        walk = branches[name]
        for slug in sites:
            site = Walk(scene, walk.year, slug, walks.next_day(walk), walk.unit, walk.unit_head)
            with acting_as(seat_of(f"dept2.{slug}")):
                tax_codes = [
                    share.establishment.tax_code
                    for share in walk.now().shares.select_related("establishment__province")
                    if (share.establishment.province.name == "Hà Nội") == (slug == OUTSIDE)
                ]
            site.accept(only=tax_codes)
        walks.next_day(walk)
        _paid(walk)
    centres = branches["centres"]
    walks.submitted(centres)
    found = {name: _state(walk) for name, walk in branches.items()}
    assert found == dict.fromkeys(branches, State.CLOSED) | {
        "centres": State.REGISTERED,
        "shut": State.WITHDRAWN,
    }


def _state(walk: Walk) -> str:
    with acting_as(walk.who("dept")):
        return str(walk.now().state)


def _change_goes_on(walk: Walk) -> None:
    """The beneficiary asked for became one with its twin; the request names that, and the decision puts it in."""
    with acting_as(walk.who("centre")):
        own = walk.who("centre").organisation.tenant
        one = Establishment.objects.get(tax_code="0202020202", tenant=own)
        request = ChangeRequest.objects.get(project_year=walk.year)
        assert (request.beneficiary, request.after["beneficiaries"][0]["establishment"]) == (one, one.pk)
    walk.confirm_change()
    walks.next_day(walk)
    walk.decide_change("committee")
    with acting_as(walk.who("dept")):
        share = BeneficiaryShare.objects.get(project_year=walk.year)
        assert (share.establishment, share.support) == (one, SUPPORT)
    _to_the_end(walk.contract(SUPPORT))


def _to_the_end(walk: Walk, *, started: bool = False) -> None:
    walks.next_day(walk)
    if not started:
        walk.start()
        walks.next_day(walk)
        walk.progress(80, 520 * M)
    walks.next_day(walk)
    walk.accept()
    walks.next_day(walk)
    _paid(walk)


def _paid(walk: Walk) -> None:
    walk.ask_payment(SUPPORT, SUPPORT + COUNTERPART, "Sắp xếp đơn vị hành chính").confirm_dossier()
    walks.next_day(walk)
    walk.pay(paid=SUPPORT)
    _settled(walk)


def _settled(walk: Walk) -> None:
    walk.settle(SUPPORT, SUPPORT + COUNTERPART)
    walks.next_day(walk)
    walk.close()
