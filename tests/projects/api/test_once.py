"""A request that a program sends again, because it did not hear the answer, does nothing more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from accounts.tenancy import acting_as
from khuyencong.lib.dates import today
from projects.models import Event, Project
from tests.api import Program
from tests.cast import position
from tests.projects.walks import LOCAL, at_work

pytestmark = pytest.mark.django_db

CENTRE = "centre.hai-phong"
BODY = {"programme": "LOCAL", "year": today().year + 1, "title": "Máy sấy lạnh", "activity": "T10"}


def titles() -> list[str]:
    with acting_as(position(CENTRE)):
        return sorted(Project.objects.values_list("title", flat=True))


def test_a_file_is_begun_once_under_one_key_and_the_second_answer_is_the_first() -> None:
    centre = Program(CENTRE)
    first, second = (centre.post("/projects/", BODY, key="a-1") for _ in range(2))
    assert (first[0], second) == (201, first)
    assert titles() == ["Máy sấy lạnh"]


def test_without_a_key_or_under_another_it_is_another_file() -> None:
    centre = Program(CENTRE)
    for key in (None, None, "a-1", "a-2"):
        assert centre.post("/projects/", BODY, key=key)[0] == 201
    assert len(titles()) == 4


def test_a_key_stands_for_one_request_and_for_one_person() -> None:
    centre = Program(CENTRE)
    assert centre.post("/projects/", BODY, key="a-1")[0] == 201
    status, answer = centre.post("/projects/", BODY | {"title": "Khác"}, key="a-1")
    assert (status, "đã dùng cho một yêu cầu khác" in answer["detail"]) == (400, True)
    assert Program("centre.head.hai-phong").post("/projects/", BODY | {"title": "Khác"}, key="a-1")[0] == 201
    assert titles() == ["Khác", "Máy sấy lạnh"]


def test_what_was_refused_may_be_sent_again_under_its_key() -> None:
    centre = Program(CENTRE)
    assert centre.post("/projects/", BODY | {"title": ""}, key="a-1")[0] == 400
    assert centre.post("/projects/", BODY, key="a-1")[0] == 201


@pytest.mark.parametrize("key", ["có dấu", "two words", "x" * 81])
def test_a_key_that_is_none_is_named(key: str) -> None:
    status, answer = Program(CENTRE).post("/projects/", BODY, key=key.encode().decode("latin-1"))
    assert (status, "1 đến 80 ký tự" in answer["detail"]) == (400, True)
    assert titles() == []


def test_an_inspection_is_made_once_under_one_key() -> None:
    walk = at_work(LOCAL)
    code, dept = walk.year.project.code, Program("dept.head.hai-phong")
    body = {"planned": True, "summary": "Đúng tiến độ.", "effective_on": f"{walk.day}"}
    answers = [dept.post(f"/projects/{code}/actions/inspect/", body, key="k") for _ in range(2)]
    assert [status for status, _ in answers] == [200, 200]
    with acting_as(position("dept.hai-phong")):
        assert Event.objects.filter(project_year=walk.year, action="inspect").count() == 1


def test_an_act_that_moved_the_file_is_answered_again_and_not_as_too_late() -> None:
    centre = Program(CENTRE)
    code = centre.post("/projects/", BODY)[1]["code"]
    body = {"comment": "Đổi hướng đầu tư."}
    head = Program("centre.head.hai-phong")
    answers = [head.post(f"/projects/{code}/actions/withdraw/", body, key="k") for _ in range(2)]
    assert answers[0] == answers[1]
    assert (answers[0][0], answers[0][1]["state"]) == (200, "withdrawn")


def test_of_two_at_once_one_begins_the_file(committed_db: None) -> None:
    programs, start = [Program(CENTRE), Program(CENTRE)], Barrier(2)

    def send(program: Program) -> Any:
        try:
            start.wait(30)
            return program.post("/projects/", BODY, key="a-1")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(send, programs)
    assert (first[0], second) == (201, first)
    assert titles() == ["Máy sấy lạnh"]
