"""Every page that people are led to, without a fault that axe finds: wide and light, on a phone and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import ResolverMatch, get_resolver, resolve
from playwright.sync_api import Page

from tests.browser.conftest import Look
from tests.projects import walks
from tests.projects.walks import LOCAL, NATIONAL
from tests.reporting import rounds

pytestmark = pytest.mark.django_db(transaction=True)

AUTHOR = "centre.hai-phong"
# One of each kind of position. Whoever comes later looks only at what nobody before him was led to, so those whom
# more pages offer something come first.
PEOPLE = (
    *("dept.hai-phong", AUTHOR, "centre.head.hai-phong", "dept.head.hai-phong", "finance.hai-phong"),
    *("committee.hai-phong", "viewer.hai-phong", "agency.officer", "agency.head", "ministry.leader"),
    *("viewer.nation", "auditor"),
)
WRITTEN = {
    *("file", "content", "estimate", "beneficiaries", "documents"),
    *("establishment_list", "establishment"),
}
"""What an author fills in and others read; of a file until it is sent."""

NOT_PAGES = {
    # files and data
    *("project_pdf", "appraisal_pdf", "acceptance_pdf", "list_pdf", "list_draft_pdf", "document"),
    *("issued_file", "report_job_file", "report_json"),
    "sign_in",  # nobody who has signed in is led there; walked at the end
    # only sent to, never opened
    *("content_save", "estimate_save", "beneficiaries_save", "beneficiary_add", "act_draft", "list_draft"),
    *(
        "establishment_save",
        "report_draft_save",
        "report_print",
        "ledger_declare",
        "sign_out",
        "choose_theme",
    ),
    # a part of a page
    "establishment_search",
}
NOT_WALKED = {
    "switch_position",  # nobody of the cast holds two
    "finding",  # of an inspection that has found something
    "report_job",  # made by a worker
}

LOOKS = (
    Look(width=1366, height=768, colours="light"),
    Look(width=390, height=844, colours="dark"),
)
RUN_AXE = """async () => {
  const found = await axe.run({ resultTypes: ["violations"], preload: false });
  return found.violations.map((fault) => [fault.id, fault.nodes.length, fault.nodes[0].html]);
}"""


@pytest.fixture
def files(windows: object) -> None:
    """Files on different stretches of their way, and a quarter that is to be reported."""
    scene = walks.new_scene()
    returned, waiting, listed, at_work = (
        walks.draft(programme, scene=scene) for programme in (NATIONAL, LOCAL, NATIONAL, LOCAL)
    )
    walks.submitted(returned, waiting)
    returned.send_back(
        "dept",
        ("file", "", "objectives", "Nêu số lao động được hưởng lợi."),
        ("documents", "D06", "", "Bản chụp bị mờ."),
    )
    walks.ready_to_propose(listed)
    walks.in_progress(at_work)
    walks.next_day(at_work)
    at_work.progress(80, 500_000_000)
    rounds.open_round()


def test_every_page_that_people_are_led_to_has_no_fault(person: Callable[[str], Page], files: None) -> None:
    faults: list[str] = []
    walked: set[str] = set()
    seen: set[tuple[str, ...]] = set()
    for account in PEOPLE:
        page = person(account)
        for place in _led_to(page, account, seen):
            walked.add(place)
            faults += [f"{account} {urlsplit(page.url).path} {fault}" for fault in _faults(page)]
    page.context.clear_cookies()
    page.goto("/dang-nhap/")
    faults += _faults(page)
    assert not faults, "\n".join(faults)
    assert _pages() - walked == NOT_WALKED


def _faults(page: Page) -> Iterator[str]:
    """What axe finds, a line for each kind: rule, how often, the first element."""
    page.evaluate(AXE_SCRIPT)
    for look in LOOKS:
        look.put_on(page)
        for rule, count, first in page.evaluate(RUN_AXE):
            yield f"{look.colours}: {rule}, {count} times: {first}"


def _led_to(page: Page, account: str, seen: set[tuple[str, ...]]) -> Iterator[str]:
    """Go to one page after another, from the first on, of each kind once; answers the name of its address."""
    waiting = ["/"]
    while waiting:
        address = waiting.pop(0)
        match = resolve(urlsplit(address).path)
        kind = _kind(match, account)
        if match.url_name not in _pages() or kind in seen:
            continue
        seen.add(kind)
        page.goto(address)
        yield str(match.url_name)
        waiting += page.locator("a[href^='/']").evaluate_all(
            "links => links.map(a => a.getAttribute('href'))"
        )


def _kind(match: ResolverMatch, account: str) -> tuple[str, ...]:
    """Two pages are of one kind when only their object differs."""
    name, words = str(match.url_name), match.kwargs
    if name == "today":
        return name, account
    if name in WRITTEN:
        return name, words.get("code", ""), str(account == AUTHOR)
    return name, words.get("action", "")


def _pages() -> set[str]:
    """Names of all addresses that show a page of ours; the operator's are Django's."""
    names = {
        pattern.name
        for resolver in get_resolver().url_patterns
        if getattr(resolver, "app_name", None) != "admin" and str(resolver.pattern) != "api/"
        for pattern in getattr(resolver, "url_patterns", [])
    }
    return {name for name in names if name} - NOT_PAGES
