"""One act moves what lies on a desk and closes it; nothing is lost, and the past stays the leaver's."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from accounts.models import Position, User
from accounts.services import give_position
from accounts.tenancy import NotInForce, acting_as, positions_of
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.desks import on_desk
from projects.filters import FileFilter
from projects.models import FormDraft, HandOver, LateText, Project
from projects.own_work import is_party
from projects.services.drafts import find_draft, save_draft
from projects.services.handovers import hand_over
from projects.services.list_habits import habits_of, save_filter
from tests.cast import _loaded, position
from tests.factories import make_file

pytestmark = pytest.mark.django_db

LEAVER, SUCCESSOR, HEAD = "dept.hai-phong", "dept2.hai-phong", "dept.head.hai-phong"
KEY = "KCQG-2027-0001/appraise"


def give(
    leaver: str = LEAVER, successor: str | Position = SUCCESSOR, by: str = HEAD, **more: Any
) -> HandOver:
    """Hand the whole desk over, as its page would, unless told otherwise."""
    head, desk = position(by), _loaded(leaver)
    to = successor if isinstance(successor, Position) else position(successor)
    with acting_as(head):
        seen = [item.key for item in on_desk(desk)]
        values: dict[str, Any] = {
            "seen": seen,
            "chosen": seen,
            "last_day": today(),
            "successor": to,
            "by": head,
        } | more
        return hand_over(desk, **values)


def typed(account: str, key: str = KEY, **text: str) -> None:
    with acting_as(position(account)):
        save_draft(key, text, by=position(account), version=0)


def read(account: str, key: str = KEY) -> dict[str, str]:
    with acting_as(position(account)):
        return dict(find_draft(key, by=position(account)).data)


@pytest.mark.parametrize(
    ("leaver", "successor", "head"),
    [(LEAVER, SUCCESSOR, HEAD), ("agency.officer", "agency.officer2", "agency.head")],
)
def test_texts_and_filters_become_the_successor_s_and_the_position_ends(
    leaver: str, successor: str, head: str
) -> None:
    typed(leaver, opinion="Đạt")
    typed(leaver, key="list-register-national-2027", difficulties="Thiếu vốn")
    with acting_as(position(leaver)):
        save_filter("Chè", FileFilter(q="che"), by=position(leaver))
    with acting_as(position(successor)):
        save_filter("Chè", FileFilter(q="che xanh"), by=position(successor))
    row = give(leaver, successor, head)
    assert (read(successor), read(leaver)) == ({"opinion": "Đạt"}, {})
    assert read(successor, "list-register-national-2027") == {"difficulties": "Thiếu vốn"}
    with acting_as(position(successor)):
        assert len(habits_of(position(successor)).filters) == 2
    assert [item["kind"] for item in row.items] == ["draft", "list", "filters"]
    desk = _loaded(leaver)
    assert (desk.valid_to, desk.handed_over_at is not None, positions_of(desk.person_id or 0)) == (
        today(),
        True,
        [],
    )
    with pytest.raises(NotInForce), acting_as(desk):
        pass


def test_a_file_keeps_its_author_and_the_successor_is_no_party_to_it_by_the_hand_over() -> None:
    year = make_file(by=position("centre.hai-phong"))
    centre2 = give_position(
        User.objects.get(username="viewer.thai-nguyen"),
        organisation=position("centre.hai-phong").organisation,
        kind="OFFICER",
        by=position("operator"),
    )
    row = give("centre.hai-phong", centre2, "centre.head.hai-phong")
    assert [item["kind"] for item in row.items] == ["file"]
    with acting_as(position("centre.head.hai-phong")):
        assert Project.objects.get(pk=year.project_id).author == position("centre.hai-phong")
        assert is_party(year, position("centre.hai-phong").person_id or 0, today() + dt.timedelta(days=400))
        end = today() + dt.timedelta(days=1)
    Position.objects.filter(pk=centre2.pk).update(
        valid_to=today() - dt.timedelta(days=1), valid_from=dt.date(2026, 1, 1)
    )
    with acting_as(position("centre.head.hai-phong")):
        assert not is_party(year, centre2.person_id or 0, end)


def test_where_the_successor_has_typed_himself_both_texts_are_kept() -> None:
    typed(LEAVER, opinion="Đạt")
    typed(SUCCESSOR, opinion="Chưa đạt")
    row = give()
    assert read(SUCCESSOR) == {"opinion": "Chưa đạt"}
    with acting_as(position(SUCCESSOR)):
        assert LateText.objects.get().fields == {"opinion": "Đạt"}
        assert LateText.objects.get().handover == row


def test_what_was_not_chosen_stays_and_is_handed_over_later_to_another() -> None:
    typed(LEAVER, opinion="Đạt")
    typed(LEAVER, key="KCQG-2027-0002/appraise", opinion="Xem lại")
    with acting_as(position(HEAD)):
        first, second = (item.key for item in on_desk(position(LEAVER)))
    row = give(chosen=[first])
    assert [item["key"] for item in row.left] == [second]
    give(successor=HEAD)
    assert read(HEAD, "KCQG-2027-0002/appraise") == {"opinion": "Xem lại"}
    with pytest.raises(Refused, match="ít nhất một mục"):
        give()


@pytest.mark.parametrize(
    "account",
    ["dept.hai-phong", "dept2.hai-phong", "centre.head.hai-phong", "agency.head", "finance.hai-phong"],
)
def test_only_the_head_of_the_body_hands_desks_over(account: str) -> None:
    with pytest.raises(Forbidden):
        give(by=account)
    assert _loaded(LEAVER).handed_over_at is None


@pytest.mark.parametrize("successor", [LEAVER, "dept.thai-nguyen", "centre.hai-phong", "agency.officer"])
def test_the_successor_is_another_person_of_the_same_body(successor: str) -> None:
    with pytest.raises(Refused, match="Người nhận phải"):
        give(successor=successor)


def test_a_day_that_has_not_come_is_refused_and_one_before_the_position_began() -> None:
    with pytest.raises(Refused, match="Bàn giao được ghi khi"):
        give(last_day=today() + dt.timedelta(days=1))
    with pytest.raises(Refused, match="trước ngày bắt đầu"):
        give(last_day=dt.date(2000, 1, 1))
    assert _loaded(LEAVER).valid_to is None


def test_a_desk_that_changed_meanwhile_is_looked_at_again_and_nothing_happens() -> None:
    typed(LEAVER, opinion="Đạt")
    with pytest.raises(Stale):
        give(seen=[], chosen=[])
    assert (_loaded(LEAVER).handed_over_at, read(SUCCESSOR)) == (None, {})


def test_a_row_of_the_minutes_is_not_rewritten_even_in_raw_sql() -> None:
    row = give()
    with (
        acting_as(position(HEAD)),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE projects_handover SET items = '[]' WHERE id = %s", [row.pk])


def test_a_position_ends_no_position_in_raw_sql() -> None:
    with (
        acting_as(position(HEAD)),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE accounts_position SET handed_over_at = now()")


def test_another_province_sees_nothing_of_it() -> None:
    typed(LEAVER, opinion="Đạt")
    give()
    with acting_as(position("dept.head.thai-nguyen")):
        assert (HandOver.objects.count(), LateText.objects.count(), FormDraft.objects.count()) == (0, 0, 0)
    with acting_as(position("agency.head")):
        assert HandOver.objects.count() == 0


def test_of_two_heads_at_once_one_hands_over_and_no_text_is_doubled(committed_db: None) -> None:
    typed(LEAVER, opinion="Đạt")
    barrier, ended = threading.Barrier(2), []

    def window(successor: str) -> None:
        try:
            barrier.wait()
            give(successor=successor)
            ended.append("moved")
        except (Refused, Stale) as refusal:
            ended.append(type(refusal).__name__)
        finally:
            connection.close()

    with acting_as(position(HEAD)):
        pass
    windows = [threading.Thread(target=window, args=[successor]) for successor in (SUCCESSOR, HEAD)]
    for each in windows:
        each.start()
    for each in windows:
        each.join()
    assert sorted(ended)[-1] == "moved"
    assert ended.count("moved") == 1
    assert [read(SUCCESSOR), read(HEAD)].count({"opinion": "Đạt"}) == 1


def test_who_read_the_desk_before_another_gave_it_away_gives_no_empty_one() -> None:
    typed(LEAVER, opinion="Đạt")
    read_before = _loaded(LEAVER)
    give()
    head = position(HEAD)
    with acting_as(head), pytest.raises(Refused, match="đã bàn giao"):
        hand_over(read_before, successor=position(SUCCESSOR), last_day=today(), seen=[], chosen=[], by=head)


def test_a_save_that_is_under_way_while_the_desk_is_handed_over_is_not_lost(committed_db: None) -> None:
    """It began before and ends after: its text moves along, or the head is told to look again."""
    typed(LEAVER, opinion="Đạt")
    begun, go_on, told = threading.Event(), threading.Event(), []

    def leaver() -> None:
        try:
            with acting_as(position(LEAVER)):
                save_draft(KEY, {"opinion": "Đạt, có điều kiện"}, by=position(LEAVER), version=1)
                begun.set()
                go_on.wait(30)
        finally:
            connection.close()

    def head() -> None:
        try:
            give()
            told.append("moved")
        finally:
            connection.close()

    typing, giving = threading.Thread(target=leaver), threading.Thread(target=head)
    typing.start()
    begun.wait(30)
    giving.start()
    giving.join(1)
    assert giving.is_alive()
    go_on.set()
    typing.join()
    giving.join()
    assert (told, read(SUCCESSOR)) == (["moved"], {"opinion": "Đạt, có điều kiện"})
