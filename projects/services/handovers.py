"""Handing over a desk: one act moves what lies on it and closes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import Position
from accounts.services import close_desk
from accounts.tenancy import NATIONAL_KINDS, as_login
from khuyencong.lib.dates import today
from khuyencong.lib.workflow import Forbidden, Refused, Stale
from projects.desks import (
    DRAFT,
    FILTERS,
    LIST,
    Item,
    may_hand_over,
    on_desk,
    place_in_words,
    successors_of,
    texts_of,
)
from projects.models import FormDraft, HandOver, LateText, ListHabits

LONGEST_TEXT = 200_000


def hand_over(
    leaver: Position,
    *,
    successor: Position,
    last_day: dt.date,
    seen: Collection[str],
    chosen: Collection[str],
    by: Position,
) -> HandOver:
    """Close the desk of ``leaver`` and give what is ``chosen`` of it (keys of ``on_desk``) to ``successor``.

    The position ends with ``last_day``, today or earlier, and nobody acts in it any more. Texts and filters become the
    successor's; files and findings are the body's and only named in the minutes. Authors, events and so G14 stay the
    leaver's: the successor becomes a party to a file by what he does on it himself. What is not chosen can be handed
    over later, to another one. Raises Forbidden, Refused, or Stale when the desk is no longer as ``seen``.
    """
    if not may_hand_over(by) or leaver.organisation_id != by.organisation_id:
        raise Forbidden("Chỉ người đứng đầu cơ quan bàn giao được công việc của người trong cơ quan mình.")
    if not successors_of(leaver, today()).filter(pk=successor.pk).exists():
        raise Refused("Người nhận phải là người khác, đang giữ chức vụ ở cùng cơ quan.")
    if last_day > today():
        raise Refused(
            "Bàn giao được ghi khi đã đến ngày làm việc cuối cùng. Hãy ghi ngày hôm nay hoặc ngày trước đó."
        )
    with transaction.atomic():
        with as_login():
            try:
                closed = close_desk(leaver, on=last_day, by=by)
            except ValidationError as error:
                raise Refused(" ".join(error.messages)) from error
        list(
            texts_of(leaver).select_for_update(of=("self",))
        )  # a save that is under way is waited for, and moves along
        items = on_desk(leaver)
        if {item.key for item in items} != set(seen):
            raise Stale("Bàn làm việc này vừa thay đổi. Hãy xem lại danh sách rồi bàn giao.")
        moved = [item for item in items if item.key in chosen]
        if not moved and HandOver.objects.filter(leaver=leaver).exists():  # perhaps since ``leaver`` was read
            raise Refused("Chức vụ này đã bàn giao. Hãy chọn ít nhất một mục để bàn giao thêm.")
        assert closed.valid_to is not None
        national = by.organisation.kind in NATIONAL_KINDS
        handover = HandOver.objects.create(
            tenant=by.organisation.tenant,
            organisation=by.organisation,
            leaver=leaver,
            successor=successor,
            by=by,
            last_day=closed.valid_to,
            items=[item.as_row() for item in moved],
            left=[item.as_row() for item in items if item.key not in chosen],
            sent_to_nation=national,
            nation_writes=national,
        )
        for item in moved:
            _move(item, handover)
    return handover


def _move(item: Item, handover: HandOver) -> None:
    pk = int(item.key.rpartition("-")[2])
    if item.kind in {DRAFT, LIST}:
        _move_text(FormDraft.objects.get(pk=pk), handover)
    elif item.kind == FILTERS:
        _move_filters(ListHabits.objects.select_for_update(of=("self",)).get(pk=pk), handover)


def _move_text(draft: FormDraft, handover: HandOver) -> None:
    """Into the same form of the successor; where he has begun to type himself, beside it."""
    person = handover.successor.person
    own = (
        FormDraft.objects.select_for_update(of=("self",))
        .filter(tenant=draft.tenant, person=person, key=draft.key)
        .first()
    )
    if own is None:
        draft.person = person  # type: ignore[assignment]  # a position that somebody holds
        draft.version += 1
        draft.save()
        return
    if own.data in ({}, draft.data):
        own.data = draft.data
        own.version += 1
        own.save()
    else:
        keep_late(handover, place=place_in_words(draft.key), fields=draft.data)
    draft.data = {}
    draft.version += 1
    draft.save()


def _move_filters(row: ListHabits, handover: HandOver) -> None:
    theirs, _ = ListHabits.objects.select_for_update(of=("self",)).get_or_create(
        tenant=row.tenant,
        position=handover.successor,
        defaults={"sent_to_nation": row.sent_to_nation, "nation_writes": row.nation_writes},
    )
    taken = {each["name"] for each in theirs.filters}
    from_whom = str(handover.leaver.person)
    new = [
        each | {"name": f"{each['name']} ({from_whom})" if each["name"] in taken else each["name"]}
        for each in row.filters
    ]
    if len(theirs.filters) + len(new) > ListHabits.MOST_FILTERS:
        raise Refused(
            f"Người nhận đã có {len(theirs.filters)} bộ lọc, cộng {len(new)} bộ lọc này thì quá "
            f"{ListHabits.MOST_FILTERS}. Hãy bỏ chọn bộ lọc, hoặc để người nhận bỏ bớt trước."
        )
    theirs.filters = [*theirs.filters, *new]
    theirs.save(update_fields=["filters"])
    row.filters = []
    row.save(update_fields=["filters"])


def keep_late(handover: HandOver, *, place: str, fields: Mapping[str, str]) -> None:
    """Keep what has no place in a form of the successor, for him to read and copy."""
    LateText.objects.create(
        tenant=handover.tenant,
        handover=handover,
        sent_to_nation=handover.sent_to_nation,
        nation_writes=handover.nation_writes,
        place=place[:300],
        fields={name: value for name, value in fields.items() if value.strip()},
    )
