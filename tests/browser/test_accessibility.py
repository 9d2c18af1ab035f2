"""Every page that people are led to, without a fault that axe finds: wide and light, on a phone and dark."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import get_resolver, resolve
from playwright.sync_api import Page

from accounts.models import PositionKind
from accounts.tenancy import acting_as
from khuyencong.demonstration.story_slips import present_list
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.dates import today
from projects.models import Slip, Stage
from projects.services.files import save_content
from projects.services.slips import answer_slip
from succession.models import Kind
from succession.services import try_out
from tests import databases
from tests.browser.conftest import Look, Windows
from tests.cast import position
from tests.projects import slips, walks
from tests.projects.services.test_handovers import give
from tests.projects.views.browsers import browser
from tests.projects.walks import LOCAL, NATIONAL
from tests.reporting import rounds
from tests.succession.two import A, prepared, two_parts, unit

pytestmark = pytest.mark.django_db(transaction=True)

AUTHOR, DEPARTMENT = FIRST = ("centre.hai-phong", "dept.hai-phong")
OPERATOR, DIVISION, CLERK = "operator", "dept.division.hai-phong", "dept.clerk.hai-phong"
DOORS = {OPERATOR: "/sap-xep/"}
"""First pages other than "/", which leads the operator to pages of Django's."""
# One of each kind of position; whom more pages offer something, come first.
PEOPLE = (
    *(DEPARTMENT, AUTHOR, "centre.head.hai-phong", "dept.head.hai-phong", "finance.hai-phong"),
    *("committee.hai-phong", "viewer.hai-phong", "agency.officer", "agency.head", "ministry.leader"),
    *("viewer.nation", "auditor", "regional.1", DIVISION, CLERK, OPERATOR),
)
PARTS = 12
"""The walk is as long as it is: each test goes one part of it, in less than half a minute on a busy machine."""

OF_EACH_FILE = {"file", "content", "estimate", "beneficiaries", "documents", "file_route"}
"""What those open of every file to whom it goes first; others open one."""
SAME_TO_ALL = {
    *(
        "second_factor",
        "second_factor_app",
        "second_factor_passkey",
        "change_password",
        "content",
        "estimate",
        "beneficiaries",
        "documents",
        "file_appraisals",
    ),
    *("file_money", "file_route", "file_changes", "list", "establishment", "report_page", "report_figure"),
    *("finding", "notice_choices", "next_letter", "calendars"),
}
"""What those who only read see alike: enough that one of them opened it."""

NOT_PAGES = {
    # files and data
    *("project_pdf", "appraisal_pdf", "acceptance_pdf", "list_pdf", "list_draft_pdf", "document"),
    *("issued_file", "report_job_file", "report_json", "calendar_download", "calendar_feed"),
    *("handover_pdf", "plan_pdf", "slip_pdf", "slip_draft_pdf", "slip_upload"),
    "second_factor_step",  # test_second_factor.py comes to it
    "sign_in",  # nobody who has signed in is led there; looked at by itself
    # only sent to, never opened
    *("content_save", "estimate_save", "beneficiaries_save", "beneficiary_add", "beneficiary_take"),
    *("act_draft", "list_draft", "slip_draft", "slip_list_draft", "years_save", "year_begin"),
    *("slip_endorse", "slip_sign", "slip_return", "slip_issue", "slip_withdraw"),
    *("establishment_save", "report_draft_save", "report_print", "ledger_declare", "sign_out"),
    *("choose_theme", "keep_filter", "keep_columns", "follow", "notice_read", "notices_read_all"),
    *("calendar_new", "calendar_revoke"),
    "notice",  # leads on
    *("change_try", "change_approve", "change_reopen", "change_cancel", "change_carry_out"),
    *("second_factor_codes", "second_factor_remove"),
    # a part of a page
    *("establishment_search", "bell_count"),
}
NOT_WALKED = {
    "switch_position",  # nobody of the cast holds two
    "letter",  # nobody of the cast has an address; it shows what next_letter shows
}

TYPES = ("?loai=CHANGE_CONTENT", "?loai=BENEFICIARY", "?loai=STOP")
"""Forms of a change that have the most of their own."""
LOOKS = (
    Look(width=1366, height=768, colours="light"),
    Look(width=390, height=844, colours="dark"),
)
RUN_AXE = """async () => {
  const found = await axe.run({ resultTypes: ["violations"], preload: false });
  return found.violations.map((fault) => [fault.id, fault.nodes.length, fault.nodes[0].html]);
}"""
OPENING = re.compile(r"<(\w+)((?:\s[^<>]*)?)>")
ATTRIBUTE = re.compile(r'\s(class|type|role)="([^"]*)"')


@dataclass(frozen=True)
class Stop:
    """A page on the walk: who opens it, its address and the name of that address."""

    account: str
    address: str
    name: str


_walk: list[Stop] = []
"""Found once by each process of a run: its database begins for every test as a copy of the first one's, so that pages
keep their addresses."""
_nowhere: list[tuple[str, str, int]] = []
"""Links that somebody was led to and that he could not open."""
_kept: list[str] = []


@pytest.fixture
def files(committed_db: None) -> None:
    """What the walk leads over: laid once by each process of a run."""
    if _kept:
        databases.clone(_kept[0])
    else:
        lay_files()
        _kept.append(databases.keep("accessibility"))


@pytest.fixture
def walk(files: None, windows: Windows) -> list[Stop]:
    return _walk


def lay_files() -> None:
    """Files on different stretches of their way, and a quarter that is to be reported."""
    scene = walks.new_scene()
    returned, again, listed = (walks.draft(NATIONAL, scene=scene) for _ in range(3))
    waiting, at_work, inspected, amended, endorsing, signed, given_back = (
        walks.draft(LOCAL, scene=scene) for _ in range(7)
    )
    walks.submitted(returned, again, waiting, endorsing, signed, given_back)
    for each in (returned, again):
        each.send_back(
            "dept",
            ("file", "", "objectives", "Nêu số lao động được hưởng lợi."),
            ("documents", "D06", "", "Bản chụp bị mờ."),
            days=60,
        )
    by = position(AUTHOR)
    with acting_as(by):
        year = again.now()
        save_content(year, by=by, version=year.project.version, values={"objectives": "Cho 12 lao động."})
    walks.submitted(again)
    walks.ready_to_propose(listed)
    walks.in_progress(at_work, inspected, amended)
    walks.next_day(at_work, inspected, amended)
    amended.ask_change("PLACE", "Cơ sở chuyển xưởng.", changes={"place": "Thôn Tây"})
    walks.draft_over_years(NATIONAL, scene=scene, nature="FLAGSHIP")
    list_slip = lay_slips(endorsing, signed, given_back)
    walks.direct_draft("regional.1", "regional.head.1", "hai-phong", "thai-nguyen")
    grouped = walks.group_funded(LOCAL)
    walks.name_beneficiaries(grouped, 10_000_000)
    walks.attach_missing(grouped, Stage.PLAN)
    grouped.plan()
    at_work.progress(80, 500_000_000)
    inspected.act(
        "dept.head",
        "inspect",
        planned=False,
        summary="Có thiếu sót.",
        finding="Thiếu hóa đơn.",
        fix_by=today() + dt.timedelta(days=30),
    )
    rounds.open_round()
    try_out(prepared(Kind.SPLIT, provinces=[unit(A)], targets=two_parts()), by=position(OPERATOR))
    ordered = browser(DEPARTMENT).post(
        "/bao-cao/xem/quarterly/tep/",
        {"scope": "hai-phong", "year": rounds.PERIOD.year, "period": rounds.PERIOD.code},
    )
    give("dept2.hai-phong", DEPARTMENT)
    browser(DEPARTMENT).post("/de-an/bo-loc/", {"name": "Quốc gia", "programme": NATIONAL})
    asked = f"/de-an/{at_work.year.address}/dieu-chinh/de-nghi/"
    prepared_change = f"/de-an/{at_work.year.address}/trinh-ky/request_change/"
    _walk.extend(
        [
            *_found(),
            Stop(DEPARTMENT, ordered["Location"], "report_job"),
            *(Stop("centre.head.hai-phong", asked + kind, "ask_change") for kind in ("", *TYPES)),
            *(Stop("centre.hai-phong", prepared_change + kind, "slip_new") for kind in ("", *TYPES)),
            Stop(slips.HEAD, f"/trinh-ky/{list_slip.pk}/", "slip"),
        ]
    )


def lay_slips(endorsing: Walk, signed: Walk, given_back: Walk) -> Slip:
    """Papers on their way in the department: one to be endorsed, one to be numbered, one to be written again, and a
    list to be signed, which is answered."""
    for walk in (signed, given_back):
        slip = slips.present(walk, slips.OFFICER, "appraise_department", slips.HEAD, **slips.APPRAISAL)
        head = position(slips.HEAD)
        with acting_as(head):
            if walk is signed:
                answer_slip(slip, "sign", by=head, expected_state=None)
            else:
                answer_slip(
                    slip, "return", by=head, expected_state=None, comment="Nêu rõ năng lực của cơ sở."
                )
    officer, head = position(slips.OFFICER), position(slips.HEAD)
    with acting_as(officer):
        listed = present_list(
            "request_budget", LOCAL, walks.YEAR, by=officer, signer=head, typed={"comment": "Đợt một"}
        )
    slips.endorsed_by(PositionKind.DIVISION_HEAD)
    slips.present(endorsing, slips.OFFICER, "appraise_department", slips.HEAD, **slips.APPRAISAL)
    return listed


def test_every_page_of_ours_is_on_the_walk(walk: list[Stop]) -> None:
    assert _pages() - {stop.name for stop in walk} == NOT_WALKED


def test_no_link_leads_nowhere(walk: list[Stop]) -> None:
    assert walk and _nowhere == []


@pytest.mark.parametrize("part", range(PARTS))
def test_the_pages_that_people_are_led_to_have_no_fault(
    part: int, walk: list[Stop], person: Callable[[str], Page]
) -> None:
    faults: list[str] = []
    for stop in walk[len(walk) * part // PARTS : len(walk) * (part + 1) // PARTS]:
        page = person(stop.account)
        page.goto(stop.address)
        faults += [f"{stop.account} {stop.address} {fault}" for fault in faults_on(page)]
    assert not faults, "\n".join(faults)


def test_the_door_has_no_fault(windows: Windows) -> None:
    page = windows.of(AUTHOR)
    page.context.clear_cookies()
    page.goto("/dang-nhap/")
    assert list(faults_on(page)) == []


def faults_on(page: Page) -> Iterator[str]:
    """What axe finds, a line for each kind: rule, how often, the first element."""
    page.evaluate(AXE_SCRIPT)
    for look in LOOKS:
        look.put_on(page)
        for rule, count, first in page.evaluate(RUN_AXE):
            yield f"{look.colours}: {rule}, {count} times: {first}"


def _found() -> Iterator[Stop]:
    """Follow the links from each person's first page on; a page is a stop when it holds a piece that no page of its
    name held before."""
    seen: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for account in PEOPLE:
        client = browser(account)
        door = DOORS.get(account, "/")
        waiting, known = [door], {_kind(door, account)}
        while waiting:
            address = waiting.pop(0)
            name = _kind(address, account)[0]
            if name in SAME_TO_ALL and name in seen and account not in FIRST:
                continue
            answer = client.get(address)
            if answer.status_code >= HTTPStatus.BAD_REQUEST:
                _nowhere.append((account, address, answer.status_code))
            text = answer.content.decode()
            pieces = _pieces(text)
            if not pieces <= seen[name]:
                seen[name] |= pieces
                yield Stop(account, address, name)
            onward = [answer["Location"]] if "Location" in answer else []
            for link in onward + re.findall(r'<a [^>]*href="(/[^"]*)"', text):
                kind = _kind(unescape(link), account)
                if kind[0] in _pages() and kind not in known:
                    known.add(kind)
                    waiting.append(unescape(link))


def _kind(address: str, account: str) -> tuple[str, ...]:
    """Of these each is opened once by each person: pages of one name, of one action, some of one file."""
    match = resolve(urlsplit(address).path)
    name, words = str(match.url_name), match.kwargs
    each_file = name in OF_EACH_FILE and account in FIRST
    act = words.get("action") or words.get("part", "")
    return name, act, words.get("code", "") if each_file else ""


def _pieces(text: str) -> set[tuple[str, ...]]:
    """What a page is made of: its elements with what gives them their look."""
    return {
        (tag, *(f"{name} {' '.join(value.split())}" for name, value in ATTRIBUTE.findall(attributes)))
        for tag, attributes in OPENING.findall(text)
    }


@cache
def _pages() -> set[str]:
    """Names of all addresses that show a page of ours; the operator's are Django's."""
    names = {
        pattern.name
        for resolver in get_resolver().url_patterns
        if getattr(resolver, "app_name", None) != "admin" and str(resolver.pattern) != "api/"
        for pattern in getattr(resolver, "url_patterns", [])
    }
    return {name for name in names if name} - NOT_PAGES
