"""1 July 2025 again: 63 units become 34 by the wizard's own service, with files in every state in three of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from accounts.models import Organisation, OrganisationName, Position, Province, Tenant
from accounts.queries import head_of, heading_of
from accounts.reference import (
    BODIES,
    DONG_NAI_CITY,
    EVE_OF_MERGER,
    MERGER,
    load_provinces,
    load_provincial_bodies,
    units,
)
from accounts.tenancy import NotInForce, acting_as
from budgets.models import LedgerEntry, Source
from budgets.queries import envelope
from khuyencong import data
from khuyencong.demonstration.walk import Scene, Walk
from projects.models import (
    Acceptance,
    Appraisal,
    Establishment,
    Event,
    FileMove,
    ListAct,
    Project,
    ProjectYear,
)
from projects.papers.from_files.acceptance import acceptance_printable
from projects.papers.from_files.appraisal import appraisal_printable
from projects.papers.from_files.decision import decision_printable
from projects.papers.from_files.project import project_printable
from projects.papers.from_files.registration import registration_printable
from projects.queries import files_visible_to
from projects.states import FINAL, State
from reporting.parameters import parse
from reporting.quarterly import quarterly
from succession.models import Kind, Status
from succession.services import approve, carry_out, prepare, print_of, try_out
from tests.cast import position
from tests.projects import walks
from tests.succession import then
from tests.succession.then import SLUGS, SUPPORT, seat_of

pytestmark = pytest.mark.django_db

Files = dict[tuple[str, str], Walk]
KINDS = ("centre", "dept", "dept.head", "finance", "committee")


def phases(unit: Province) -> list[tuple[Any, ...]]:
    return sorted(unit.names.values_list("full_name", "unit_type", "valid_from", "valid_to"))


def test_63_units_become_the_34_of_the_reference_data(before_the_merger: Scene) -> None:
    operator = position("operator")
    for code in sorted({row["new_code"] for row in data.rows("provinces-63") if row["change"] == "sáp nhập"}):
        assert then.merge(code).status == Status.DONE
    city = prepare(
        Kind.RENAME,
        day=DONG_NAI_CITY,
        paper_number="1/NQ-QH",
        paper_date=dt.date(2026, 4, 1),
        paper_title="Nghị quyết thành lập thành phố Đồng Nai",
        paper_issuer="Quốc hội",
        provinces=[then.unit("dong-nai", MERGER)],
        by=operator,
    )
    for row in (*city.plan["provinces"], *city.plan["organisations"]):
        row["name"] = row["name"].replace("Tỉnh", "Thành phố").replace("tỉnh", "thành phố")
        row["unit_type"] = "CITY" if row["unit_type"] else ""
    city.save()
    try_out(city, by=operator)
    carry_out(approve(city, version=city.version, by=operator), by=operator)

    wanted = {(unit.slug, unit.valid_from): unit for unit in units()}
    found = {
        (unit.slug, unit.valid_from): unit for unit in Province.objects.select_related("successor", "tenant")
    }
    assert found.keys() == wanted.keys()
    assert len([unit for unit in found.values() if unit.valid_to is None]) == 34
    for key, unit in found.items():
        known = wanted[key]
        assert (unit.code, unit.name, unit.valid_to) == (known.code, known.name, known.valid_to)
        assert (unit.successor.slug if unit.successor else None) == known.successor
        assert [(name, start, end) for name, _, start, end in phases(unit)] == sorted(known.names)
        assert [row.get_region_display() for row in unit.regions.all()] == [
            region for region, _ in known.regions
        ]
        assert (unit.tenant.ended_on is not None) == (unit.valid_to is not None)
        for kind, prefix, title, symbol, _superior in BODIES:
            body = Organisation.objects.select_related("superior", "successor").get(province=unit, kind=kind)
            names = sorted(body.names.values_list("name", "symbol", "valid_from", "valid_to"))
            assert names == sorted(
                (f"{title} {name[0].lower()}{name[1:]}", symbol, start, end)
                for name, start, end in known.names
            )
            assert body.slug == f"{prefix}-{unit.slug}"
            assert body.tenant_id == unit.tenant_id
            assert (body.successor.province_id if body.successor else None) == unit.successor_id
    # The data of the release brings nothing more: both ways lead to the same units and bodies.
    assert (load_provinces(), load_provincial_bodies()) == (0, 0)


def seen_by(account: str) -> set[str]:
    held = seat_of(account)
    with acting_as(held):
        return set(files_visible_to(held).values_list("project__code", flat=True))


NATION = ("agency.head", "ministry.leader", "viewer.nation", "auditor")


def seen_by_all() -> dict[str, set[str]]:
    accounts = [f"{kind}.{slug}" for kind in KINDS for slug in SLUGS]
    return {account: seen_by(account) for account in (*accounts, *NATION)}


def raw(held: Position, query: str) -> list[tuple[Any, ...]]:
    """What a position gets that slips a query past every filter."""
    with acting_as(held), connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def register_before(slug: str) -> set[str]:
    with acting_as(seat_of(f"dept.{slug}")):
        return set(Establishment.objects.values_list("tax_code", flat=True))


def assert_register(successor: Position, before: set[str]) -> None:
    """The register is the successor's, and closed files keep their own rows."""
    own = successor.organisation.tenant
    with acting_as(successor):
        assert before <= set(Establishment.objects.filter(tenant=own).values_list("tax_code", flat=True))
        kept = Establishment.objects.exclude(tenant=own)
        assert kept.count() == 6  # of the two closed, two withdrawn and two rejected files
        assert set(kept.values_list("tax_code", flat=True)) <= set(
            Establishment.objects.filter(tenant=own).values_list("tax_code", flat=True)
        )
        assert {row.province.name for row in Establishment.objects.filter(tenant=own)} == {"Phú Thọ"}
        for year in ProjectYear.objects.filter(state__in=FINAL):
            for share in year.shares.select_related("establishment"):
                assert share.establishment.tenant_id == year.tenant_id != own.pk
    assert Tenant.objects.filter(ended_on=MERGER).count() == 3
    assert not Project.objects.exists()  # outside every position nothing is seen, as ever


def test_who_sees_what_before_and_after(files: Files) -> None:
    before = seen_by_all()
    codes = {walk.year.project.code: walk for walk in files.values()}
    registered = register_before("hoa-binh")
    then.settle("ha-noi")
    change = then.merge("25")
    assert change.outcome is not None

    after = seen_by_all()
    for kind in KINDS:  # everybody of a kind sees what the three saw, no more
        union = set().union(*(before[f"{kind}.{slug}"] for slug in SLUGS))
        assert union
        assert {
            account: after[account] for account in after if account in {f"{kind}.{s}" for s in SLUGS}
        } == {f"{kind}.{slug}": union for slug in SLUGS}
    assert {account: after[account] for account in NATION} == {account: before[account] for account in NATION}

    # The database itself: the successor reads all, writes what is open; a neighbour reads nothing.
    successor, neighbour = seat_of("dept.hoa-binh"), seat_of("dept.ha-noi")
    assert set(raw(successor, "SELECT code FROM projects_project")) == {(code,) for code in codes}
    assert raw(neighbour, "SELECT code FROM projects_project") == []
    assert raw(neighbour, "SELECT 1 FROM projects_filemove") == []
    written = raw(successor, "UPDATE projects_project SET partner = 'x' RETURNING code")
    assert {code for (code,) in written} == set(change.outcome["moved"]["codes"])
    closed = {walk.year.project.code for (_, state), walk in files.items() if state in FINAL}
    assert {code for (code,) in written} == set(codes) - closed
    assert_register(successor, registered)
    # What went to the successor is nobody else's, and an old seat opens nothing.
    old = Position.objects.select_related("organisation__province").filter(
        person__username="dept.hoa-binh", valid_to=EVE_OF_MERGER
    )
    with pytest.raises(NotInForce), acting_as(old.get()):
        pass
    with acting_as(successor):
        moves = list(FileMove.objects.select_related("change", "from_tenant", "to_tenant"))
        assert len(moves) == len(codes) - len(closed)
        assert {move.from_tenant.name for move in moves} == {
            "Hòa Bình",
            "Phú Thọ (đến 30/06/2025)",
            "Vĩnh Phúc",
        }
        assert {(move.to_tenant.name, move.change_id) for move in moves} == {("Phú Thọ", change.pk)}


PERIODS = ("q1", "q2", "m6", "m12")


def figures(scope: str, period: str, boundaries: str) -> dict[str, Any]:
    """The totals of a report of 2025 as the agency sees it."""
    with acting_as(position("agency.head")):
        report = quarterly(parse(scope=scope, year=2025, period=period, boundaries=boundaries))
        return {
            "total": dict(report.total.values) | dict(report.total.to_date),
            "outputs": dict(report.total.outputs),
            "rates": dict(report.total.rates),
            "programmes": {name: dict(each.values) for name, each in report.by_programme.items()},
        }


def local_figures(slug: str, scope: str, period: str, boundaries: str) -> dict[str, int]:
    """State money of a report of 2025 as the department of ``slug`` sees it: local files, too."""
    with acting_as(seat_of(f"dept.head.{slug}")):
        report = quarterly(parse(scope=scope, year=2025, period=period, boundaries=boundaries))
        return {name: value or 0 for name, value in report.total.values.items()}


def test_every_sum_is_the_same_by_the_boundaries_of_then_and_of_now(files: Files) -> None:
    wide = [(s, p, b) for s in ("nation", "north") for p in PERIODS for b in ("then", "now")]
    spring = [(slug, p, "then") for slug in SLUGS for p in ("q1", "q2", "m6")]
    before = {key: figures(*key) for key in [*wide, *spring]}
    own = {slug: local_figures(slug, slug, "m6", "then") for slug in SLUGS}
    ledger = ledger_of_three()

    change = then.merge("25")

    assert {key: figures(*key) for key in [*wide, *spring]} == before
    for slug in SLUGS:  # the successor sees each of the three as it was, and the three as one
        assert local_figures("phu-tho", slug, "m6", "then") == own[slug]
    whole = {name: sum(own[slug][name] for slug in SLUGS) for name in own["phu-tho"]}
    assert local_figures("phu-tho", "phu-tho", "m6", "now") == whole
    assert local_figures("phu-tho", "phu-tho", "m12", "then")["planned"] == whole["planned"]
    assert whole["planned"] > whole["allocated"] > whole["executed"] > 0

    # The ledger itself: nothing but the place of its rows has changed, and the record says so.
    assert ledger_of_three() == ledger
    outcome = change.outcome
    assert outcome is not None
    table = {(row["kind"], row["source"]): row for row in outcome["sums"]}
    for (kind, source), row in table.items():
        assert sum(row["then"].values()) == sum(row["now"].values()) == ledger[kind, source]
        assert set(row["now"]) == {"Phú Thọ"}
    assert table.keys() == ledger.keys()
    assert (
        outcome["prints"]["budgets_ledgerentry"][0]
        == raw(seat_of("dept.phu-tho"), "SELECT count(*) FROM budgets_ledgerentry")[0][0]
    )
    assert change.outcome_hash == print_of(outcome)


def ledger_of_three() -> dict[tuple[str, str], int]:
    """Sums of all rows of the three, wherever they lie now, by kind and source."""
    found: dict[tuple[str, str], int] = {}
    held = {seat_of(f"dept.{slug}") for slug in SLUGS}
    for one in {seat.organisation.tenant_id: seat for seat in held}.values():
        for kind, source, amount in raw(
            one, "SELECT kind, source, sum(amount) FROM budgets_ledgerentry GROUP BY kind, source"
        ):
            found[kind, source] = found.get((kind, source), 0) + int(amount)
    return found


def papers_of(account: str) -> dict[tuple[str, int], str]:
    """Every paper that the system prints of what was done, as ``account`` sees it."""
    held = seat_of(account)
    with acting_as(held):
        found = {("appraisal", each.pk): appraisal_printable(each).html for each in Appraisal.objects.all()}
        for event in Event.objects.filter(action="accept"):
            found["acceptance", event.pk] = acceptance_printable(event).html
        for year in (
            ProjectYear.objects.filter(submission__gt=0)
            .exclude(state=State.RETURNED)
            .select_related("project__implementer", "project__activity", "project__province")
        ):
            found["project", year.pk] = project_printable(year).html
        for act in ListAct.objects.filter(tenant__isnull=False, action__in=["register", "approve"]):
            printed = registration_printable if act.action == "register" else decision_printable
            found[act.action, act.pk] = printed(act).html
    return found


def signatures(account: str) -> dict[int, tuple[object, ...]]:
    """Who did each act, in which position, of which body by its name of that day, under which paper."""
    with acting_as(seat_of(account)):
        return {
            event.pk: (
                event.person.full_name,
                event.position.title,
                heading_of(event.organisation, event.effective_on).name,
                event.effective_on,
                event.recorded_at,
                str(event.paper),
                str(event.paper.signer) if event.paper else "",
                event.figures,
                event.snapshot,
            )
            for event in Event.objects.select_related(
                "person", "position", "organisation", "paper__signer__person"
            )
        }


def test_the_past_keeps_its_names_its_papers_and_its_signatures(files: Files) -> None:
    signed = {slug: signatures(f"dept.head.{slug}") for slug in SLUGS}
    printed = {slug: papers_of(f"dept.head.{slug}") for slug in SLUGS}
    heads = {slug: head_of(seat_of(f"dept.head.{slug}").organisation, dt.date(2025, 5, 5)) for slug in SLUGS}
    olds = {slug: seat_of(f"dept.head.{slug}").organisation for slug in SLUGS}

    then.merge("25")

    assert signatures("dept.head.phu-tho") == signed["hoa-binh"] | signed["phu-tho"] | signed["vinh-phuc"]
    together = printed["hoa-binh"] | printed["phu-tho"] | printed["vinh-phuc"]
    assert {kind for kind, _ in together} == {"appraisal", "acceptance", "project", "register", "approve"}
    assert papers_of("dept.head.phu-tho") == together
    for slug, old in olds.items():
        assert head_of(old, dt.date(2025, 5, 5)) == heads[slug]
        assert head_of(old, MERGER) is None
    names = OrganisationName.objects.filter(organisation__in=olds.values())
    assert {name.valid_to for name in names} == {EVE_OF_MERGER}


def onward(walk: Walk) -> str:
    """One state further, by the people of the successor."""
    state = State(walk.year.state)
    if state in {State.DRAFT, State.RETURNED}:
        walks.submitted(walk)
    elif state == State.SUBMITTED:
        walk.appraise()
    elif state == State.APPRAISED_DEPARTMENT:
        walks.decide("register" if walk.national else "give_opinion", walk)
        if not walk.national:
            walks.decide("propose", walk)
    elif state == State.REGISTERED:
        walk.appraise(account="agency.officer")
    elif state == State.APPRAISED_AGENCY:
        walks.decide("propose", walk)
    elif state == State.PROPOSED:
        walks.decide("approve", walk)
    elif state == State.APPROVED:
        if walk.national:
            walks.assign(SUPPORT)
        else:
            walks.decide("appraise_allocation", walk)
        walks.decide("allocate", walk)
    elif state == State.FUNDED:
        walk.contract(SUPPORT)
    elif state == State.CONTRACTED:
        walk.start()
        walks.next_day(walk)
        walk.progress(80, 520_000_000)
        walk.ask_advance(then.ADVANCE).advance(then.ADVANCE)
    elif state == State.IN_PROGRESS:
        walk.accept()
    elif state == State.ACCEPTED:
        late = "Sắp xếp đơn vị hành chính"
        walk.ask_payment(SUPPORT, SUPPORT + then.COUNTERPART, late).confirm_dossier()
        walks.next_day(walk)
        walk.pay(cleared=then.ADVANCE, paid=SUPPORT - then.ADVANCE)
        walk.settle(SUPPORT, SUPPORT + then.COUNTERPART)
    else:
        walk.close()
    walks.next_day(walk)
    with acting_as(walk.who("dept")):
        walk.year = walk.now()
    return walk.year.state


def test_every_open_file_goes_on_to_its_end_with_the_people_of_the_successor(files: Files) -> None:
    then.merge("25")
    department = seat_of("dept.head.phu-tho").organisation
    with acting_as(seat_of("dept.head.phu-tho")):
        money = envelope(department, 2025, Source.LOCAL)
    assert (
        money.assigned > money.allocated > 0
    )  # what the three were given and had not spread is one envelope now
    scene = then.new_scene()
    open_ = {key: walk for key, walk in files.items() if key[1] not in {*FINAL, State.STOPPED}}
    assert len(open_) == 24
    for walk in open_.values():
        walk.scene, walk.slug, walk.day = scene, "phu-tho", dt.date(2025, 7, 2)
        with acting_as(walk.who("dept")):
            walk.year = walk.now()
        while onward(walk) != State.CLOSED:
            pass
    assert {walk.year.state for walk in open_.values()} == {State.CLOSED}
    with acting_as(seat_of("dept.phu-tho")):
        of_moved = LedgerEntry.objects.filter(effective_on__gte=MERGER, project_year__isnull=False)
        assert {entry.tenant_id for entry in of_moved} == {department.tenant_id}
        # Where it was implemented stays where it was: figures of then need no guess.
        assert set(of_moved.values_list("province__slug", flat=True)) == set(SLUGS)
        assert Acceptance.objects.filter(tenant=department.tenant).exists()
