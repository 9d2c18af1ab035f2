import pytest

from accounts.tenancy import acting_as
from projects.forms.lists import ListForm
from projects.models import ProjectYear
from projects.queries import files_visible_to, recommended_amounts
from projects.workflow import ROUTES
from tests.cast import position
from tests.factories import make_file
from tests.projects import walks

pytestmark = pytest.mark.django_db

APPROVE = ROUTES["NATIONAL"].rows("approve")[0]


def form_of(year: ProjectYear, **data: str) -> ListForm:
    by = position("ministry.leader")
    bound = {f"{name}-{year.pk}": value for name, value in data.items()}
    header = {"number": "1/QĐ-BCT", "dated": "22/11/2026"}
    return ListForm(header | bound, row=APPROVE, years=[year], by=by, draft={})


def proposed() -> ProjectYear:
    file = make_file(
        by=position("centre.hai-phong"), programme="NATIONAL", state="proposed", support=300, sent=True
    )
    with acting_as(position("ministry.leader")) as by:
        return files_visible_to(by).get(pk=file.pk)


def test_an_amount_counts_only_where_the_verdict_has_one() -> None:
    year = proposed()
    with acting_as(position("ministry.leader")):
        form = form_of(year, take="on", verdict="APPROVE", amount="100", reason="")
        assert form.is_valid(), form.errors
        amended = form_of(year, take="on", verdict="AMEND", amount="100", reason="Giảm.")
        assert amended.is_valid(), amended.errors
    assert [line.amount for line in (*form.lines(), *amended.lines())] == [None, 100]


def test_a_line_tells_what_the_page_had_seen() -> None:
    year = proposed()
    with acting_as(position("ministry.leader")):
        form = form_of(year, take="on", verdict="APPROVE", state="proposed", seen="17")
        assert form.is_valid(), form.errors
        nonsense = form_of(year, take="on", verdict="APPROVE", state="", seen="²")
        assert nonsense.is_valid(), nonsense.errors
    looked_at = [(line.expected_state, line.seen) for line in (*form.lines(), *nonsense.lines())]
    assert looked_at == [("proposed", 17), (None, None)]


def test_a_line_that_is_not_ticked_needs_nothing() -> None:
    year, other = proposed(), proposed()
    by = position("ministry.leader")
    data = {
        "number": "1/QĐ-BCT",
        "dated": "22/11/2026",
        f"take-{other.pk}": "on",
        f"verdict-{year.pk}": "REJECT",
        f"verdict-{other.pk}": "APPROVE",
    }
    with acting_as(by):
        form = ListForm(data, row=APPROVE, years=[year, other], by=by, draft={})
        assert form.is_valid(), form.errors
    assert [line.year for line in form.lines()] == [other]


def test_a_verdict_of_another_list_is_refused() -> None:
    year = proposed()
    with acting_as(position("ministry.leader")):
        form = form_of(year, take="on", verdict="PARTIAL", amount="10")
        assert list(form.errors) == [f"verdict-{year.pk}"]


def test_files_that_are_gone_are_known_by_what_was_ticked() -> None:
    year = proposed()
    by = position("ministry.leader")
    data = {"take-999999": "on", f"take-{year.pk}": "on", "take-x": "on"}
    with acting_as(by):
        assert ListForm(data, row=APPROVE, years=[year], by=by, draft={}).missing() == [999999]


def test_the_last_appraisal_of_this_submission_recommends() -> None:
    walk = walks.draft()
    walks.submitted(walk)
    walk.appraise(200_000_000)
    with acting_as(position("dept.hai-phong")):
        year = walk.now()
        assert recommended_amounts([year]) == {year.pk: 200_000_000}
        year.submission = 2
        assert recommended_amounts([year]) == {year.pk: 300_000_000}
