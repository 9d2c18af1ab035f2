"""A new draft from an earlier file."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.tenancy import acting_as
from budgets.models import Activity
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.workflow import Forbidden
from projects.models import Project, ProjectYear
from projects.services.copies import copy_file
from tests.cast import position
from tests.projects.walks import LOCAL, NATIONAL, YEAR, draft, submitted

pytestmark = pytest.mark.django_db

M = 1_000_000


def copied(walk: Walk, programme: str, year: int = YEAR + 1, account: str = "centre") -> ProjectYear:
    by = walk.who(account)
    with acting_as(by):
        activity = Activity.objects.get(code="T10")
        file = copy_file(
            walk.now(), by=by, programme=programme, year=year, title="Năm thứ hai", activity=activity
        )
        return ProjectYear.objects.select_related("project").get(pk=file.pk)


def test_the_next_years_draft_has_what_was_written_and_moves_its_days() -> None:
    walk = draft(NATIONAL, shares=2)
    with acting_as(walk.who("centre")):
        Project.objects.filter(pk=walk.year.project_id).update(
            starts_on=dt.date(YEAR, 3, 1), ends_on=dt.date(YEAR, 11, 30)
        )
    submitted(walk)
    file = copied(walk, NATIONAL)
    with acting_as(walk.who("centre")):
        project, source = file.project, walk.now()
        assert (file.state, file.year, file.submission, project.title) == (
            "draft",
            YEAR + 1,
            0,
            "Năm thứ hai",
        )
        assert (project.need, project.effects) == (source.project.need, source.project.effects)
        assert (project.starts_on, project.ends_on) == (dt.date(YEAR + 1, 3, 1), dt.date(YEAR + 1, 11, 30))
        assert (project.counterpart_status, project.no_double_support) == ("", False)
        lines = list(file.estimate.values_list("item", "amount", "national", "local", "counterpart"))
        assert lines == list(
            source.estimate.values_list("item", "amount", "national", "local", "counterpart")
        )
        shares = list(file.shares.values_list("establishment", "support", "counterpart", "state"))
        assert shares == [
            (each.establishment_id, each.support, each.counterpart, "proposed")
            for each in source.shares.all()
        ]
        assert file.schedule.get().work == "Mua sắm, lắp đặt"
        assert not file.documents.exists()
        assert source.state == "submitted"


def test_support_moves_to_the_money_of_the_new_programme() -> None:
    walk = draft(NATIONAL)
    file = copied(walk, LOCAL)
    with acting_as(walk.who("centre")):
        line = file.estimate.get()
    assert (line.national, line.local, line.counterpart) == (0, 300 * M, 420 * M)


def test_the_29th_of_february_becomes_the_28th() -> None:
    walk = draft(NATIONAL)
    with acting_as(walk.who("centre")):
        Project.objects.filter(pk=walk.year.project_id).update(
            starts_on=dt.date(2028, 1, 1), ends_on=dt.date(2028, 2, 29)
        )
    assert copied(walk, NATIONAL).project.ends_on == dt.date(2029, 2, 28)


def test_another_unit_copies_nothing() -> None:
    walk = draft(NATIONAL)
    walk.scene.people["centre.hai-phong"] = position("centre.thai-nguyen")
    by = position("centre.thai-nguyen")
    with acting_as(by), pytest.raises(Forbidden):
        copy_file(
            walk.year,
            by=by,
            programme=NATIONAL,
            year=YEAR + 1,
            title="",
            activity=Activity.objects.get(code="T10"),
        )
