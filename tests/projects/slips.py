"""Slips of the tests, presented through the forms as the pages do."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.datastructures import MultiValueDict

from accounts.models import PositionKind
from accounts.tenancy import acting_as
from khuyencong.demonstration.walk import CONTENTS, Walk
from khuyencong.lib.dates import today
from projects.chain import route_of
from projects.forms.slips import prepared_form, read_again, written_in
from projects.models import EndorsementRule, Slip
from projects.services.slips import Written, issue_slip, present_slip
from projects.slips import file_of, row_of
from tests.cast import position

APPRAISAL: dict[str, Any] = CONTENTS | {
    "recommended": "300.000.000",
    "opinion": "RECOMMENDED",
    "comment": "",
    "council": "",
}
CENTRE, CENTRE_HEAD = "centre.hai-phong", "centre.head.hai-phong"
OFFICER, DIVISION, DEPUTY = "dept.hai-phong", "dept.division.hai-phong", "dept.deputy.hai-phong"
HEAD, CLERK = "dept.head.hai-phong", "dept.clerk.hai-phong"


def written(walk: Walk, account: str, action: str, **inputs: Any) -> Written:
    """What ``account`` types in the form of the act, inside its scope."""
    year = walk.now()
    row = route_of(year).find(action, year.state)
    assert row is not None
    data = MultiValueDict({name: [str(value)] for name, value in inputs.items()})
    form = prepared_form(row, year, position(account), data=data)
    assert form.is_valid(), form.errors
    return written_in(form)


def present(
    walk: Walk, account: str, action: str, signer: str, *, slip: Slip | None = None, **inputs: Any
) -> Slip:
    by = position(account)
    with acting_as(by):
        return present_slip(
            walk.now(),
            action,
            written(walk, account, action, **inputs),
            by=by,
            signer=position(signer),
            slip=slip,
            note="",
        )


def issue(slip: Slip, account: str, number: str, dated: dt.date | None = None) -> Slip:
    by = position(account)
    with acting_as(by):
        year = file_of(slip)
        return issue_slip(
            slip,
            read_again(slip, row_of(slip, year), year),
            number=number,
            dated=dated or today(),
            by=by,
            expected_state=None,
        )


def endorsed_by(*kinds: PositionKind, account: str = HEAD, **fields: Any) -> None:
    """From 2025 on these kinds of positions of the body of ``account`` endorse, in this order."""
    for order, kind in enumerate(kinds):
        values: dict[str, Any] = {
            "organisation": position(account).organisation,
            "endorser": kind,
            "order": order,
            "number": "15/QĐ-SCT",
            "dated": dt.date(2025, 7, 1),
            "valid_from": dt.date(2025, 7, 1),
        }
        EndorsementRule.objects.create(**values | fields)
