"""What the documentation shows works: its story is sent to the server, request by request, and goes to its end."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.test import Client

from accounts.services import issue_token
from accounts.tenancy import acting_as
from budgets.queries import balance
from khuyencong.api.description import operations
from khuyencong.api.examples import (
    CENTRE,
    CENTRE_DEPUTY,
    CENTRE_HEAD,
    CODE,
    DEPARTMENT,
    ESTABLISHMENT,
    LOCAL_CODE,
    ROUND,
    SLIP,
    STORY,
    Example,
)
from khuyencong.lib.dates import today
from projects.api.list_acts import BODIES
from projects.models import Document, ProjectYear
from projects.requirements import missing_papers
from reporting.jobs import run_job
from tests.cast import position
from tests.factories import make_establishment, make_rule
from tests.projects import walks
from tests.projects.slips import present

pytestmark = pytest.mark.django_db

LAST_DAY = dt.date(2026, 3, 31)
"""Of the story; it is told so that this was yesterday."""


class Teller:
    """Tells the story with the days and keys of this database."""

    def __init__(self, keys: dict[str, Any]) -> None:
        self.keys = keys
        self.later = today() - dt.timedelta(days=1) - LAST_DAY
        self.addresses = {
            operation["operationId"]: (method, path) for path, method, operation in operations()
        }
        self.clients: dict[str | None, Client] = {None: Client()}

    def client(self, who: str | None) -> Client:
        if who not in self.clients:
            _, key = issue_token(position(str(who)).person)  # type: ignore[arg-type]  # the cast is all people
            self.clients[who] = Client(headers={"Authorization": f"Token {key}"})
        return self.clients[who]

    def here(self, value: Any) -> Any:
        """A value of the story as it is in this database."""
        if isinstance(value, dict):
            return {name: self.keys.get(f"{name} {each}", self.here(each)) for name, each in value.items()}
        if isinstance(value, list):
            return [self.here(each) for each in value]
        if isinstance(value, str) and re.fullmatch(r"2026-\d\d-\d\d", value):
            return (dt.date.fromisoformat(value) + self.later).isoformat()
        return value

    def send(self, example: Example) -> Any:
        """What is answered, {} for a file or nothing."""
        method, path = self.addresses[example.operation]
        here = Example(example.operation, example.says, example.who, self.here(example.path), example.query)
        answer = self.client(example.who).generic(
            method.upper(),
            here.address(path),
            "" if example.body is None else json.dumps(self.here(example.body)),
            content_type="application/json",
            headers={"Idempotency-Key": example.key} if example.key else {},
        )
        assert answer.status_code in {200, 201, 202, 204}, (example.says, answer.content.decode())
        said = answer.json() if answer.get("Content-Type") == "application/json" else {}
        if example.makes:
            self.keys[f"id {example.makes}"] = said["id"]
        if "version" in said:
            self.keys["version 1"] = said["version"]
        return said


def file_of(code: str) -> ProjectYear:
    """The file of the plan year of the story."""
    return ProjectYear.objects.select_related("project__implementer", "project__activity").get(
        project__code=code, year=walks.YEAR
    )


def attach_papers(code: str) -> None:
    """What the centre uploads on the page."""
    with acting_as(position(CENTRE)):
        year = file_of(code)
        for paper in missing_papers(year, today()):
            Document.objects.create(
                tenant=year.tenant, project_year=year, code=paper.code, title=paper.name,
                uploaded_by=position(CENTRE),
            )  # fmt: skip


def test_the_story_of_the_documentation_goes_to_its_end() -> None:
    opened = walks.open_round()
    establishment = make_establishment(by=position(CENTRE))
    local = walks.draft(walks.LOCAL)
    walks.appraised(local)
    walks.assign()
    walks.assign(programme=walks.LOCAL)
    make_rule(position(CENTRE_DEPUTY))
    assert local.year.project.code == LOCAL_CODE
    slip = present(walks.draft(walks.LOCAL), CENTRE, "submit", CENTRE_HEAD, comment="")
    teller = Teller(
        {
            f"id {SLIP}": slip.pk,
            f"round {ROUND}": opened.pk,
            f"establishment {ESTABLISHMENT}": establishment.pk,
            f"beneficiary {ESTABLISHMENT}": establishment.pk,
        }
    )
    told: dict[str, Any] = {}
    for example in STORY:
        if example.operation == "read_job":
            run_job(told["order_report"]["id"], position(DEPARTMENT).pk)
        told[example.operation] = teller.send(example)
        if example.operation == "create_project":
            assert told[example.operation]["code"] == CODE
            attach_papers(CODE)
    assert told["act_on_project"]["state"] == "closed"
    assert told["read_job"]["state"] == "DONE"
    assert (told["list_slips"]["count"], told["act_on_slip"]["state"]) == (1, "issued")
    assert told["list_projects"]["count"] == told["list_lists"]["count"] == 1
    with acting_as(position("agency.officer")):
        sums = balance(file_of(CODE).pk)
    assert (sums.approved, sums.allocated, sums.disbursed, sums.settled) == (*[300_000_000] * 4,)
    assert Client(headers={"Authorization": f"Token {told['create_token']['token']}"}).get(
        "/api/v1/provinces/"
    ).status_code == 200  # fmt: skip


def test_every_address_and_every_act_on_lists_has_an_example() -> None:
    described = {operation["operationId"] for _, _, operation in operations()}
    assert {example.operation for example in STORY} == described
    acts = {
        str((example.body or {}).get("action")) for example in STORY if example.operation == "act_on_files"
    }
    assert acts | {"return_plan"} == set(BODIES)


def test_the_schema_shows_each_example_as_body_and_as_command() -> None:
    found = {operation["operationId"]: (path, operation) for path, _, operation in operations()}
    _, operation = found["act_on_list"]
    bodies = operation["requestBody"]["content"]["application/json"]["examples"]
    assert list(bodies) == ["1_return_plan", "2_approve", "3_allocate"]
    (made,) = found["create_project"][1]["x-codeSamples"]
    assert made["source"].startswith(
        'curl -X POST "$KC/api/v1/projects/" \\\n  -H "Authorization: Token $TOKEN"'
    )
    assert "-H 'Idempotency-Key: 7c9e6679-7425-40de-944b-e07fc1f90ae7'" in made["source"]
    (read,) = found["read_report"][1]["x-codeSamples"]
    assert "$KC/api/v1/reports/quarterly/?scope=hai-phong&year=2026&period=q1" in read["source"]
