"""Who may do what in which state: by hand from ../shared/domain/chain.md §3.1, §3.2 and §3.4, not from code.

A cell that is not here is refused: an action that the state does not have is stale for everybody, an action that it
has is forbidden to everybody else, to the same positions of another province first of all.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.models import Organisation, Position, Province
from accounts.tenancy import acting_as
from budgets.models import Activity
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, Stale
from projects.chain import CHAIN
from projects.models import Contract, ContractItem, ContractKind, Paper, PaperKind, ProjectYear
from projects.queries import with_places
from projects.services.files import create_project
from projects.states import State
from tests.cast import LOCAL as PROVINCIAL_PEOPLE
from tests.cast import NATIONAL as NATIONAL_PEOPLE
from tests.cast import PROVINCES, position
from tests.factories import make_file

pytestmark = pytest.mark.django_db

Table = dict[str, dict[str, str]]

CENTRE = "centre centre.head"  # positions.md §6.1: the director may all that the centre may
OFFICERS = "dept dept2"
ACCEPTORS = "dept dept2 dept.head"  # the body that the contract names, here the department of the place
PLANNERS = "dept dept2 dept.head"  # the department appraises plans of group projects, its head approves
AGENCY_OFFICERS = "agency.officer agency.officer2"


# Changes and ends after the approval (chain.md §3.5): who decides which type is in test_changes.py.
CHANGES = {
    "request_change": "centre.head",
    "withdraw_change": "centre.head",
    "confirm_change": "dept.head",
    "propose_change": "agency.head",
    "decide_change": "ministry.leader agency.head",
    "return_change": "dept.head agency.head ministry.leader",
    "stop": "ministry.leader",
    "propose_termination": "agency.head",
    "terminate": "ministry.leader",
}
LOCAL_CHANGES = {
    "request_change": "centre.head",
    "withdraw_change": "centre.head",
    "confirm_change": "dept.head",
    "decide_change": "committee dept.head",
    "return_change": "dept.head committee",
    "stop": "committee",
    "propose_termination": "dept.head",
    "terminate": "committee",
}

# Rows marked ❷ in chain.md are the head's after the accountant's check. Deputies and heads of divisions hold nothing
# without a dated rule (test_holding.py). The inspectorate writes nothing here, and
# the finance department does not see national files, so it does not inspect them.
NATIONAL: Table = {
    "draft": {"submit": CENTRE, "withdraw": "centre.head"},
    "submitted": {"return": OFFICERS, "appraise_department": OFFICERS, "withdraw": "centre.head"},
    "returned": {"submit": CENTRE, "withdraw": "centre.head"},
    "appraised_department": {
        "decline": "dept.head",
        "return": "dept.head",
        "register": "dept.head",
        "withdraw": "centre.head",
    },
    "registered": {
        "return": AGENCY_OFFICERS,
        "appraise_agency": AGENCY_OFFICERS,
        "request_budget": "agency.head",
        "withdraw": "centre.head",
    },
    "appraised_agency": {
        "decline": "agency.head",
        "request_budget": "agency.head",
        "propose": "agency.head",
        "choose_selection_method": "agency.head",
        "withdraw": "centre.head",
    },
    "proposed": {
        "return_plan": "ministry.leader",
        "approve": "ministry.leader",
        "choose_selection_method": "agency.head",
        "withdraw": "centre.head",
    },
    "approved": {
        "allocate": "agency.head",
        "choose_selection_method": "agency.head",
        **CHANGES,
    },
    "funded": {
        "allocate": "agency.head",
        "choose_selection_method": "agency.head",
        "submit_implementation_plan": CENTRE,
        "approve_implementation_plan": "dept.head",
        "return_implementation_plan": PLANNERS,
        "record_tender_result": OFFICERS,
        "contract": "agency.head",
        "carry_over": "agency.head",
        "cancel_budget": "agency.head",
        **CHANGES,
    },
    "contracted": {
        "submit_implementation_plan": CENTRE,
        "approve_implementation_plan": "dept.head",
        "return_implementation_plan": PLANNERS,
        "allocate": "agency.head",
        "start": CENTRE,
        "report_progress": CENTRE,
        "confirm_progress": OFFICERS,
        "return_progress": OFFICERS,
        "request_advance": "centre.head",
        "return_advance": "agency.head",
        "check_advance": "agency.accountant",
        "advance": "agency.head",
        "inspect": "agency.head dept.head",
        "sign_annex": "agency.head",
        "carry_over": "agency.head",
        "cancel_budget": "agency.head",
        **CHANGES,
    },
    "in_progress": {
        "allocate": "agency.head",
        "report_progress": CENTRE,
        "confirm_progress": OFFICERS,
        "return_progress": OFFICERS,
        "request_advance": "centre.head",
        "return_advance": "agency.head",
        "check_advance": "agency.accountant",
        "advance": "agency.head",
        "inspect": "agency.head dept.head",
        "accept": ACCEPTORS,
        "sign_annex": "agency.head",
        "carry_over": "agency.head",
        "cancel_budget": "agency.head",
        **CHANGES,
    },
    "accepted": {
        "report_progress": CENTRE,
        "confirm_progress": OFFICERS,
        "return_progress": OFFICERS,
        "request_advance": "centre.head",
        "return_advance": "agency.head",
        "check_advance": "agency.accountant",
        "advance": "agency.head",
        "inspect": "agency.head dept.head",
        "check_payment_request": "centre.accountant",
        "request_payment": "centre.head",
        "confirm_settlement": OFFICERS,
        "return_settlement": f"{OFFICERS} {AGENCY_OFFICERS}",
        "check_payment": "agency.accountant",
        "pay": "agency.head",
        "check_settlement": "agency.accountant",
        "settle": "agency.head",
    },
    "settled": {
        "check_payment": "agency.accountant",
        "pay": "agency.head",
        "refund": "centre.accountant",
        "confirm_refund": "agency.accountant",
        "close": AGENCY_OFFICERS,
        "cancel_budget": "agency.head",
    },
    "stopped": {
        "accept": ACCEPTORS,
        "check_payment_request": "centre.accountant",
        "request_payment": "centre.head",
        "confirm_settlement": OFFICERS,
        "return_settlement": f"{OFFICERS} {AGENCY_OFFICERS}",
        "check_payment": "agency.accountant",
        "pay": "agency.head",
        "check_settlement": "agency.accountant",
        "settle": "agency.head",
        "refund": "centre.accountant",
        "confirm_refund": "agency.accountant",
        "close": AGENCY_OFFICERS,
    },
    "closed": {},
    "withdrawn": {},
    "not_selected": {},
}

UNIT = "regional.1 regional.head.1"
HEAD = "regional.head.1"
UNIT_ACCOUNTANT = "regional.accountant.1"
WORK = {
    "report_progress": UNIT,
    "confirm_progress": OFFICERS,
    "return_progress": OFFICERS,
    "request_advance": HEAD,
    "return_advance": "agency.head",
    "check_advance": "agency.accountant",
    "advance": "agency.head",
    "draw": HEAD,
    "inspect": "agency.head dept.head",
}

# A regional centre in Hải Phòng and a third province, under a contract by which each department accepts its own site.
DIRECT_CHANGES = CHANGES | {"request_change": HEAD, "withdraw_change": HEAD}
YEAR = {"carry_over": "agency.head", "cancel_budget": "agency.head"}

DIRECT: Table = {
    "draft": {"submit": HEAD, "add_own_task": "", "withdraw": HEAD},
    "submitted": {},
    "returned": {"submit": HEAD, "add_own_task": "", "withdraw": HEAD},
    "appraised_department": {},
    "registered": {
        "return": AGENCY_OFFICERS,
        "appraise_agency": AGENCY_OFFICERS,
        "request_budget": "agency.head",
        "withdraw": HEAD,
    },
    "appraised_agency": {
        "decline": "agency.head",
        "request_budget": "agency.head",
        "propose": "agency.head",
        "choose_selection_method": "agency.head",
        "withdraw": HEAD,
    },
    "proposed": {
        "return_plan": "ministry.leader",
        "approve": "ministry.leader",
        "choose_selection_method": "agency.head",
        "withdraw": HEAD,
    },
    "approved": {"allocate": "agency.head", "choose_selection_method": "agency.head", **DIRECT_CHANGES},
    "funded": {
        "allocate": "agency.head",
        "choose_selection_method": "agency.head",
        "submit_implementation_plan": UNIT,
        "approve_implementation_plan": "dept.head",
        "return_implementation_plan": PLANNERS,
        "record_tender_result": AGENCY_OFFICERS,
        "contract": "agency.head",
        "assign_task": "agency.head ministry.leader",
        **YEAR,
        **DIRECT_CHANGES,
    },
    "contracted": {
        "allocate": "agency.head",
        "submit_implementation_plan": UNIT,
        "approve_implementation_plan": "dept.head",
        "return_implementation_plan": PLANNERS,
        "start": UNIT,
        "sign_annex": "agency.head",
        **WORK,
        **YEAR,
        **DIRECT_CHANGES,
    },
    "in_progress": {
        "allocate": "agency.head",
        "sign_annex": "agency.head",
        **WORK,
        **YEAR,
        "accept": ACCEPTORS,
        **DIRECT_CHANGES,
    },
    "accepted": {
        **WORK,
        "check_payment_request": UNIT_ACCOUNTANT,
        "request_payment": HEAD,
        "confirm_settlement": OFFICERS,
        "return_settlement": f"{OFFICERS} {AGENCY_OFFICERS}",
        "check_payment": "agency.accountant",
        "pay": "agency.head",
        "check_settlement": "agency.accountant",
        "settle": "agency.head",
    },
    "settled": {
        "check_payment": "agency.accountant",
        "pay": "agency.head",
        "draw": HEAD,
        "refund": UNIT_ACCOUNTANT,
        "confirm_refund": "agency.accountant",
        "close": AGENCY_OFFICERS,
        "cancel_budget": "agency.head",
    },
    "stopped": {
        "accept": ACCEPTORS,
        "check_payment_request": UNIT_ACCOUNTANT,
        "request_payment": HEAD,
        "confirm_settlement": OFFICERS,
        "return_settlement": f"{OFFICERS} {AGENCY_OFFICERS}",
        "check_payment": "agency.accountant",
        "pay": "agency.head",
        "check_settlement": "agency.accountant",
        "settle": "agency.head",
        "refund": UNIT_ACCOUNTANT,
        "confirm_refund": "agency.accountant",
        "close": AGENCY_OFFICERS,
    },
    "closed": {},
    "withdrawn": {},
    "not_selected": {},
}


def own_task(table: Table) -> Table:
    """The same for the agency's own task: no department has a part in it, the finance department of the ministry
    verifies and settles it (T36 article 12.1), the agency accepts (5c)."""
    drafters = f"{AGENCY_OFFICERS} agency.head"
    words = {
        UNIT_ACCOUNTANT: "agency.accountant",
        UNIT: drafters,
        HEAD: "agency.head",
        OFFICERS: "",
        "agency.head dept.head": "agency.head",
    }
    found = {state: {name: words.get(who, who) for name, who in row.items()} for state, row in table.items()}
    for state in ("draft", "returned"):
        found[state] |= {"submit": "", "add_own_task": AGENCY_OFFICERS}
    found["in_progress"]["accept"] = drafters
    settled = {
        "confirm_settlement": "ministry.finance.officer",
        "return_settlement": f"ministry.finance.officer {AGENCY_OFFICERS}",
        "check_settlement": "ministry.finance.officer",
        "settle": "ministry.finance",
    }
    found["accepted"] |= settled
    found["stopped"] |= settled | {"accept": drafters}
    no_department = {
        "confirm_change": "",
        "return_change": "agency.head ministry.leader",
        "approve_implementation_plan": "",
        "return_implementation_plan": "",
    }
    for row in found.values():
        row.update({name: who for name, who in no_department.items() if name in row})
    for state in ("settled", "stopped"):
        found[state]["confirm_refund"] = "ministry.finance.officer"
    return found


LOCAL: Table = {
    "draft": {"submit": CENTRE, "withdraw": "centre.head"},
    "submitted": {
        "return": OFFICERS,
        "appraise_department": OFFICERS,
        "request_budget": "dept.head",
        "withdraw": "centre.head",
    },
    "returned": {"submit": CENTRE, "withdraw": "centre.head"},
    "appraised_department": {
        "request_budget": "dept.head",
        "return": "dept.head",
        "give_opinion": "finance",
        "propose": "dept.head",
        "choose_selection_method": "dept.head",
        "withdraw": "centre.head",
    },
    "registered": {},
    "appraised_agency": {},
    "proposed": {
        "return_plan": "committee",
        "approve": "committee",
        "choose_selection_method": "dept.head",
        "withdraw": "centre.head",
    },
    "approved": {
        "appraise_allocation": "finance",
        "allocate": "dept.head",
        "choose_selection_method": "dept.head",
        **LOCAL_CHANGES,
    },
    "funded": {
        "choose_selection_method": "dept.head",
        "submit_implementation_plan": CENTRE,
        "approve_implementation_plan": "dept.head",
        "return_implementation_plan": PLANNERS,
        "record_tender_result": OFFICERS,
        "allocate": "dept.head",
        "contract": "dept.head",
        "assign_task": "dept.head",
        "carry_over": "dept.head",
        "cancel_budget": "dept.head",
        **LOCAL_CHANGES,
    },
    "contracted": {
        "submit_implementation_plan": CENTRE,
        "approve_implementation_plan": "dept.head",
        "return_implementation_plan": PLANNERS,
        "allocate": "dept.head",
        "start": CENTRE,
        "report_progress": CENTRE,
        "confirm_progress": OFFICERS,
        "return_progress": OFFICERS,
        "request_advance": "centre.head",
        "return_advance": "dept.head",
        "check_advance": "dept.accountant",
        "advance": "dept.head",
        "inspect": "dept.head finance",
        "sign_annex": "dept.head",
        "carry_over": "dept.head",
        "cancel_budget": "dept.head",
        **LOCAL_CHANGES,
    },
    "in_progress": {
        "allocate": "dept.head",
        "report_progress": CENTRE,
        "confirm_progress": OFFICERS,
        "return_progress": OFFICERS,
        "request_advance": "centre.head",
        "return_advance": "dept.head",
        "check_advance": "dept.accountant",
        "advance": "dept.head",
        "inspect": "dept.head finance",
        "accept": ACCEPTORS,
        "sign_annex": "dept.head",
        "carry_over": "dept.head",
        "cancel_budget": "dept.head",
        **LOCAL_CHANGES,
    },
    "accepted": {
        "report_progress": CENTRE,
        "confirm_progress": OFFICERS,
        "return_progress": OFFICERS,
        "request_advance": "centre.head",
        "return_advance": "dept.head",
        "check_advance": "dept.accountant",
        "advance": "dept.head",
        "inspect": "dept.head finance",
        "check_payment_request": "centre.accountant",
        "request_payment": "centre.head",
        "confirm_settlement": OFFICERS,
        "return_settlement": OFFICERS,
        "check_payment": "dept.accountant",
        "pay": "dept.head",
        "check_settlement": "dept.accountant",
        "settle": "dept.head",
    },
    "settled": {
        "check_payment": "dept.accountant",
        "pay": "dept.head",
        "refund": "centre.accountant",
        "confirm_refund": "dept.accountant",
        "close": OFFICERS,
        "cancel_budget": "dept.head",
    },
    "stopped": {
        "accept": ACCEPTORS,
        "check_payment_request": "centre.accountant",
        "request_payment": "centre.head",
        "confirm_settlement": OFFICERS,
        "return_settlement": OFFICERS,
        "check_payment": "dept.accountant",
        "pay": "dept.head",
        "check_settlement": "dept.accountant",
        "settle": "dept.head",
        "refund": "centre.accountant",
        "confirm_refund": "dept.accountant",
        "close": OFFICERS,
    },
    "closed": {},
    "withdrawn": {},
    "not_selected": {},
}

ACTIONS = (
    "submit", "preregister", "return", "appraise_department", "decline", "register", "appraise_agency",
    "propose", "return_plan", "approve", "give_opinion", "appraise_allocation", "allocate", "contract",
    "assign_task", "start", "report_progress", "confirm_progress", "return_progress", "request_advance",
    "return_advance", "advance", "inspect", "accept", "request_payment", "confirm_settlement", "return_settlement",
    "pay", "settle", "refund", "close", "withdraw", "stop", "choose_selection_method", "submit_implementation_plan",
    "approve_implementation_plan", "return_implementation_plan", "record_tender_result", "request_change",
    "withdraw_change", "confirm_change", "propose_change", "decide_change", "return_change", "sign_annex",
    "propose_termination", "terminate", "carry_over", "cancel_budget", "check_advance", "check_payment",
    "check_settlement", "check_payment_request", "confirm_refund", "request_budget", "add_own_task", "draw",
)  # fmt: skip
NOT_BUILT_YET = ("request_budget", "add_own_task", "appraise_year_settlement", "record_history")


def everybody() -> Iterator[tuple[str, str]]:
    """Accounts of the cast with the name they have in the tables; those of the other province are named apart."""
    for account in NATIONAL_PEOPLE:
        yield account, account
    for account in PROVINCIAL_PEOPLE:
        for slug in PROVINCES:
            yield f"{account}.{slug}", account if slug == "hai-phong" else f"{account} elsewhere"


def file_of(programme: str, accepting_body: str = "dept.hai-phong") -> ProjectYear:
    """A file of Hải Phòng with a contract that names who accepts."""
    centre = position("centre.hai-phong")
    file = make_file(by=centre, programme=programme, state=State.IN_PROGRESS)
    hold(file, centre, position("dept.hai-phong"), accepting_body=position(accepting_body).organisation)
    return file


def hold(
    file: ProjectYear,
    unit: Position,
    signer: Position,
    *,
    accepting_body: Organisation | None,
    kind: ContractKind = ContractKind.CONTRACT,
) -> None:
    """Give the file a contract, or a task."""
    own = {name: getattr(file, name) for name in ("sent_to_nation", "nation_writes")}
    with acting_as(unit):
        contract = Contract.objects.create(
            tenant=file.tenant,
            **own,
            kind=kind,
            paper=Paper.objects.create(
                tenant=file.tenant,
                **own,
                kind=PaperKind.CONTRACT,
                number="1/HĐ",
                dated=today(),
                issuer=unit.organisation,
                recorded_by=unit,
            ),
            party_a=signer.organisation,
            party_b=unit.organisation,
            signed_a=signer,
            signed_b="Ông A, Giám đốc",
            starts_on=today(),
            ends_on=today(),
            accepting_body=accepting_body,
        )
        ContractItem.objects.create(tenant=file.tenant, contract=contract, project_year=file, amount=1)


def direct_file(account: str, *slugs: str, kind: str = "PROJECT") -> ProjectYear:
    """A file that goes straight to the agency."""
    by = position(account)
    with acting_as(by):
        project = create_project(
            by=by,
            programme="NATIONAL",
            year=2027,
            title="Máy chung",
            activity=Activity.objects.get(code="T10"),
            kind=kind,
            provinces=[Province.objects.get(slug=slug, valid_to=None) for slug in slugs],
        )
        return with_places(project.years.all()).get()


def answer(file: ProjectYear, action: str, account: str) -> str:
    try:
        CHAIN.may(file, action, position(account))
    except Stale:
        return "stale"
    except Forbidden:
        return "forbidden"
    return "may"


def wanted(table: Table, state: str, action: str, name: str) -> str:
    if action not in table[state]:
        return "stale"
    return "may" if name in table[state][action].split() else "forbidden"


@pytest.mark.parametrize(("programme", "table"), [("NATIONAL", NATIONAL), ("LOCAL", LOCAL)])
@pytest.mark.parametrize("state", State.values)
def test_in_each_state_each_position_may_do_what_the_law_gives_it_and_no_more(
    programme: str, table: Table, state: str
) -> None:
    file = file_of(programme)
    file.state = state
    with acting_as(position("centre.hai-phong")):
        found = {
            (action, name): answer(file, action, account)
            for action in (*ACTIONS, *NOT_BUILT_YET)
            for account, name in everybody()
        }
    assert found == {
        (action, name): wanted(table, state, action, name)
        for action in (*ACTIONS, *NOT_BUILT_YET)
        for _, name in everybody()
    }


@pytest.mark.parametrize("state", State.values)
def test_straight_to_the_agency_each_position_may_do_what_the_law_gives_it_and_no_more(state: str) -> None:
    unit, agency = position("regional.1"), position("agency.officer")
    shared = direct_file("regional.1", "hai-phong", "hue")
    hold(shared, unit, unit, accepting_body=None)
    own = direct_file("agency.officer", kind="TASK")
    hold(own, agency, agency, accepting_body=agency.organisation, kind=ContractKind.TASK)
    for file, by, table in ((shared, unit, DIRECT), (own, agency, own_task(DIRECT))):
        file.state = state
        with acting_as(by):
            found = {
                (action, name): answer(file, action, account)
                for action in (*ACTIONS, *NOT_BUILT_YET)
                for account, name in everybody()
            }
        assert found == {
            (action, name): wanted(table, state, action, name)
            for action in (*ACTIONS, *NOT_BUILT_YET)
            for _, name in everybody()
        }


def test_the_tables_speak_of_every_state_and_of_known_actions() -> None:
    for table in (NATIONAL, DIRECT, LOCAL):
        assert set(table) == set(State.values)
        assert {action for row in table.values() for action in row} <= set(ACTIONS)


def test_where_the_agency_accepts_the_department_does_not() -> None:
    file = file_of("NATIONAL", accepting_body="agency.head")
    with acting_as(position("centre.hai-phong")):
        found = {name for account, name in everybody() if answer(file, "accept", account) == "may"}
    assert found == {"agency.officer", "agency.officer2", "agency.head"}
