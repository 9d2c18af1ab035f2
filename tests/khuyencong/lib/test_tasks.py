import datetime as dt
from typing import Any

from pytest_django import Settings

from khuyencong.lib.tasks import Task, expected_of

DAY = dt.date(2026, 11, 22)


def urgent(position: Any, day: dt.date) -> list[Task]:
    return [Task("Gấp", "/1/", due=day), Task(f"Của {position}", "/2/")]


def overdue(_: Any, day: dt.date) -> list[Task]:
    return [Task("Muộn", "/3/", due=day - dt.timedelta(days=1))]


def test_tasks_of_all_apps_come_with_the_most_urgent_first(settings: Settings) -> None:
    settings.TASKS_FROM = [f"{__name__}.urgent", f"{__name__}.overdue"]
    assert [task.label for task in expected_of("Sở", DAY)] == ["Muộn", "Gấp", "Của Sở"]


def test_a_task_is_late_the_day_after_its_last_day() -> None:
    task = Task("Gửi", "/", due=DAY)
    assert [task.is_late(DAY + dt.timedelta(days=days)) for days in (0, 1)] == [False, True]


def test_a_task_is_soon_in_its_last_week() -> None:
    task = Task("Gửi", "/", due=DAY)
    soon = [task.is_soon(DAY - dt.timedelta(days=days)) for days in (-1, 0, 7, 8)]
    assert soon == [False, True, True, False]


def test_without_a_deadline_nothing_is_late_or_soon() -> None:
    task = Task("Gửi", "/")
    assert (task.is_late(DAY), task.is_soon(DAY)) == (False, False)
