import datetime as dt
from typing import Any

import pytest

from accounts.models import Holiday
from khuyencong.lib.paging import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def days() -> Any:
    """1,100 rows, in order."""
    Holiday.objects.all().delete()
    first = dt.date(2027, 1, 1)
    Holiday.objects.bulk_create(
        Holiday(day=first + dt.timedelta(number), name=f"Ngày {number}") for number in range(1100)
    )
    return Holiday.objects.order_by("day")


def test_a_long_list_is_counted_only_up_to_the_cap(days: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        page = page_of(days, "3")
    assert [row.name for row in page] == [f"Ngày {number}" for number in range(100, 150)]
    assert (page.span, page.previous, page.next, page.has_next) == ("101–150 trong hơn 1.000", 2, 4, True)


def test_the_last_page_of_a_short_list_says_how_many_there_are(days: Any) -> None:
    page = page_of(days.filter(day__lt=dt.date(2027, 2, 22)), "2")
    assert (len(page), page.span, page.has_next) == (2, "51–52 trong 52", False)


@pytest.mark.parametrize("number", [None, "", "0", "-1", "hai", "²", "99999999"])
def test_a_nonsense_page_is_the_first(days: Any, number: str | None) -> None:
    assert page_of(days, number).number == 1


def test_a_page_after_the_end_is_empty(days: Any) -> None:
    page = page_of(days, "99")
    assert (page.rows, page.span, page.has_next) == ([], "Không có dòng nào", False)
