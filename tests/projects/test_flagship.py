"""Flagship projects (đề án điểm; TT 17/2018): what the rule of the day asks of them."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Refused
from projects.models import FlagshipRule
from projects.services.years import save_years
from projects.years import flagship_faults, flagship_rule
from tests.projects.test_years import SECOND
from tests.projects.walks import (
    LOCAL,
    NATIONAL,
    SUPPORT,
    draft,
    draft_over_years,
)

pytestmark = pytest.mark.django_db


def test_a_flagship_project_must_have_what_the_rule_of_the_day_asks() -> None:
    walk = draft_over_years(NATIONAL, SUPPORT, SECOND, nature="FLAGSHIP")
    by = walk.who("centre")
    with acting_as(by):
        assert flagship_faults(walk.now(), today()) == []
        save_years(walk.now(), by=by, version=walk.now().project.version, parts=[], activities=[])
        walk.now().shares.order_by("pk")[0].delete()
        now, then = (flagship_faults(walk.now(), day)[0] for day in (today(), dt.date(2017, 1, 1)))
    few = "mới có 1 nội dung hoạt động, cần ít nhất 2"
    short = "thực hiện 1 năm, cần ít nhất 2 năm."
    assert now == (
        f"Đề án điểm (TT 17/2018, sửa đổi TT 36/2013, điều 2.3): {few}; mới có 1 cơ sở thụ hưởng, cần ít nhất 2; "
        f"{short}"
    )
    assert then == f"Đề án điểm (TT 36/2013, điều 2.3): {few}; {short}"


def test_a_flagship_project_of_four_years_is_too_long_and_is_not_sent() -> None:
    walk = draft_over_years(NATIONAL, *[100_000_000] * 4, nature="FLAGSHIP")
    with pytest.raises(Refused, match="thực hiện 4 năm, nhiều nhất 3 năm"):
        walk.submit("theo chỉ đạo")


def test_the_rules_are_dated_with_article_and_certainty() -> None:
    rules = FlagshipRule.objects.order_by("valid_from").values_list(
        "valid_from", "least_activities", "least_beneficiaries", "least_years", "most_years", "certainty"
    )
    assert list(rules) == [
        (dt.date(2014, 2, 10), 2, 0, 2, None, "R"),
        (dt.date(2018, 7, 10), 2, 2, 2, 3, "A18"),
    ]
    rule = flagship_rule(today())
    assert rule is not None and rule.article == "TT 17/2018, sửa đổi TT 36/2013, điều 2.3"


def test_a_flagship_project_is_national() -> None:
    with pytest.raises(Refused, match="Đề án điểm là đề án khuyến công quốc gia"):
        draft(LOCAL, nature="FLAGSHIP")
