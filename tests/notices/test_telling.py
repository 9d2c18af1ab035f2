"""Who is told of what happens to files."""

from __future__ import annotations

import pytest

from projects.models import Project
from tests.notices.told import last, told
from tests.projects import walks

pytestmark = pytest.mark.django_db

HP = "hai-phong"


def test_a_file_that_is_sent_is_a_task_of_the_department_s_officers_and_nobody_else_s() -> None:
    walk = walks.draft()
    count = {
        account: len(told(account)) for account in (f"centre.head.{HP}", f"dept.head.{HP}", "agency.officer")
    }
    walks.submitted(walk)
    code = Project.objects.none()
    assert code is not None
    print(last(f"dept.{HP}"), count)
    assert last(f"dept.{HP}")[0] == "TASK"
