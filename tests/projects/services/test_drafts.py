"""Text of a form that was not sent yet: one per person and form, never overwritten unseen."""

from __future__ import annotations

import pytest

from accounts.models import Position
from accounts.tenancy import acting_as
from projects.conflicts import Conflict
from projects.services.drafts import empty_draft, find_draft, save_draft
from tests.cast import position

pytestmark = pytest.mark.django_db

OFFICERS = pytest.mark.parametrize("account", ["dept.hai-phong", "agency.officer"])
KEY = "KCQG-2027-0001/appraise"


def kept(by: Position, key: str = KEY) -> tuple[dict[str, str], int]:
    """Text and version under ``key``; an empty one of version 0 when nothing was kept."""
    found = find_draft(key, by=by)
    return found.data, found.version


@OFFICERS
def test_what_was_typed_is_found_again_by_the_same_person_only(account: str) -> None:
    by = position(account)
    with acting_as(by):
        save_draft(KEY, {"opinion": "Đạt"}, by=by, version=0)
        assert kept(by) == ({"opinion": "Đạt"}, 1)
        assert kept(by, "KCQG-2027-0002/appraise") == ({}, 0)
    other = position("agency.officer2" if account.startswith("agency") else "dept2.hai-phong")
    with acting_as(other):
        assert kept(other) == ({}, 0)


@OFFICERS
def test_another_tab_that_saw_an_older_text_is_shown_both(account: str) -> None:
    by = position(account)
    with acting_as(by):
        save_draft(KEY, {"opinion": "Đạt", "note": "a"}, by=by, version=0)
        assert save_draft(KEY, {"opinion": "Chưa đạt", "note": "a"}, by=by, version=1).version == 2
        with pytest.raises(Conflict) as conflict:
            save_draft(KEY, {"opinion": "Đạt", "note": "a"}, by=by, version=1)
        assert conflict.value.theirs == {"opinion": ("opinion", "Chưa đạt")}
        assert save_draft(KEY, {"opinion": "Chưa đạt", "note": "a"}, by=by, version=1).version == 3


@OFFICERS
def test_a_form_that_was_sent_leaves_no_text(account: str) -> None:
    by = position(account)
    with acting_as(by):
        save_draft(KEY, {"opinion": "Đạt"}, by=by, version=0)
        empty_draft(KEY, by=by)
        assert kept(by) == ({}, 2)
        save_draft(KEY, {"opinion": "Đạt"}, by=by, version=1)  # a page that had not seen it sent starts anew
        assert kept(by) == ({"opinion": "Đạt"}, 3)
