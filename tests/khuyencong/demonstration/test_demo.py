"""The demonstration as everybody who signs in finds it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from threading import Timer

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.models import Sum

from accounts.models import OrganisationKind, Position, PositionKind, User
from accounts.tenancy import acting_as
from budgets.models import LedgerEntry
from budgets.queries import envelope
from khuyencong.demonstration.people import PROVINCES, accounts, everybody, seat
from khuyencong.lib.dates import today
from khuyencong.management.commands.demo import LOCK
from projects import slip_tasks
from projects.models import Document, Establishment, Event, Project, ProjectYear, RegistrationRound
from projects.queries import files_visible_to, search_files
from projects.rounds import board
from projects.states import State
from projects.tasks import expected

WORKING = [
    name
    for name in accounts()
    if not name.startswith(("viewer", "auditor", "operator"))
    and not any(desk in name for desk in (".accountant", ".deputy", ".division", ".clerk"))
]
"""Whom the story always leaves with work; accountants wait for money to be asked for, deputies for their field,
divisions and clerks for papers."""


def demo(**options: object) -> str:
    out = StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def uploads(settings, tmp_path: Path) -> Iterator[Path]:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path
    yield tmp_path


def test_it_is_refused_where_its_password_would_be_a_hole(settings, db: None) -> None:  # type: ignore[no-untyped-def]
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError) as refusal:
        demo()
    assert str(refusal.value) == (
        "Dữ liệu minh họa có mật khẩu ai cũng biết, nên chỉ dựng trên máy chủ nhúng hoặc khi đặt KC_DEMO=1."
    )


@pytest.mark.django_db(databases=["default", "owner"])
def test_two_at_once_go_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def is_built() -> bool:
        done.append("second")
        return True

    monkeypatch.setattr("khuyencong.management.commands.demo.is_built", is_built)
    first = connections["owner"].copy()
    first.inc_thread_sharing()
    with first.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])

    def end_the_first() -> None:
        done.append("first")
        first.close()

    Timer(1, end_the_first).start()
    said = demo().splitlines()
    assert done == ["first", "second"]
    assert said[0] == "Một lệnh demo khác đang chạy; lệnh này chờ cho đến khi nó xong …"
    assert demo().startswith("Dữ liệu minh họa đã có")  # it let go of the lock


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_it_reaches_every_state_and_gives_everybody_something_to_do(
    uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (uploads / "document").mkdir()
    (uploads / "document" / "left over").touch()
    monkeypatch.setenv("DEMO_PASSWORD", "mật khẩu riêng 2026")
    demo(reset=True)
    _people()
    _files()
    _year_2021()
    _uploads(uploads)
    assert [name for name in WORKING if not _tasks(name)] == []
    assert [_papers(name) for name in ("dept.division.thai-nguyen", "dept.clerk.phu-tho")] == [1, 1]
    assert demo().startswith("Dữ liệu minh họa đã có, muốn dựng lại")


def _people() -> None:
    assert all(
        User.objects.get(username=name).check_password("mật khẩu riêng 2026") for name in accounts()[::9]
    )
    others = set(everybody()) - set(accounts())
    assert [name for name in others if User.objects.get(username=name).has_usable_password()] == []
    past = {name for name in others if name.endswith(".2021")}
    assert set(Position.objects.filter(person__username__in=past).values_list("valid_to", flat=True)) == {
        dt.date(2025, 6, 30)
    }
    others -= past
    heads = Position.objects.filter(
        kind=PositionKind.DIRECTOR, organisation__kind=OrganisationKind.DEPARTMENT
    )
    assert heads.filter(person__username__in=others).count() == len(others)


def _files() -> None:
    found: list[ProjectYear] = []
    for slug in PROVINCES:
        with acting_as(seat(f"centre.{slug}")) as centre:
            found += files_visible_to(centre)
            assert not Project.objects.filter(is_illustration=False).exists()
            assert not Establishment.objects.filter(is_illustration=False).exists()
            assert not Event.objects.filter(effective_on__gt=today()).exists()
    assert {file.state for file in found} == set(State.values)
    assert 45 <= len(found) <= 65
    assert {file.year for file in found} == {2021, 2026, 2027}
    with acting_as(seat("centre.thai-nguyen")) as centre:
        teas = search_files(files_visible_to(centre), "che thai nguyen")
        assert {"chè" in file.project.title for file in teas} == {True}
    with acting_as(seat("agency.officer")):
        said = {row.said for row in board(RegistrationRound.objects.get(programme="NATIONAL", year=2027))}
    assert said == {"registered", "nothing", "silent"}


def _year_2021() -> None:
    """The sums of 2021 as they were published, seen from today's provinces; all of it is in the archive."""
    agency = seat("agency.head")
    with acting_as(agency):
        entries = LedgerEntry.objects.filter(year=2021)
        money = {
            (row["province__slug"], row["programme"]): row["total"]
            for row in entries.filter(kind="settled", source__in=("NATIONAL", "LOCAL"))
            .values("province__slug", "programme")
            .annotate(total=Sum("amount"))
        }
        given = envelope(agency.organisation, 2021, "NATIONAL")
        files = ProjectYear.objects.filter(year=2021)
        kinds = Counter(
            files.filter(project__province__slug="hai-phong").values_list(
                "project__programme", "project__kind"
            )
        )
        assert set(files.values_list("state", flat=True)) == {"closed"}
    assert money == {
        ("hai-phong", "NATIONAL"): 600_000_000,
        ("hai-phong", "LOCAL"): 986_629_000,
        ("hoa-binh", "NATIONAL"): 1_100_000_000,
        ("hoa-binh", "LOCAL"): 405_000_000,
    }
    assert (given.expected, given.assigned) == (150_000_000_000, 75_641_000_000)
    assert kinds == {
        ("NATIONAL", "PROJECT"): 1, ("LOCAL", "PROJECT"): 6, ("LOCAL", "TASK"): 1, ("LOCAL", "ESTIMATE"): 1,
    }  # fmt: skip


def _uploads(folder: Path) -> None:
    with acting_as(seat("centre.phu-tho")):
        document = Document.objects.filter(code="D01").earliest("pk")
        assert document.file.read(5) == b"%PDF-"
    assert not (folder / "document" / "left over").exists()


def _papers(account: str) -> int:
    with acting_as(seat(account)) as position:
        return len(slip_tasks.expected(position, today()))


def _tasks(account: str) -> int:
    with acting_as(seat(account)) as position:
        return len(expected(position, today()))
