"""The engine on a toy route: a leaf of paper that is written, signed by one of two, and filed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from accounts.models import Holiday
from khuyencong.lib.workflow import (
    Action,
    Chain,
    Forbidden,
    Hold,
    NeedsReason,
    Refused,
    Route,
    Stale,
    Step,
    Verdict,
    Who,
    effect,
    must,
)

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 22)
YESTERDAY = TODAY - dt.timedelta(days=1)


@dataclass
class Leaf:
    """What moves; its rows are what happened to it."""

    state: str = "draft"
    state_since: dt.date = YESTERDAY
    pk: int = 1
    text: str = "chữ"
    log: list[str] = field(default_factory=list)


@dataclass
class Seat:
    """A position: its body and its kind."""

    body: str
    kind: str
    valid_from: dt.date = dt.date(2025, 7, 1)
    valid_to: dt.date | None = None


@must("Có chữ")
def written(step: Step) -> str | None:
    return None if step.subject.text else "Chưa viết gì."


@must("Số lượng lớn hơn 0")
def positive(step: Step) -> str | None:
    return None if step.details["copies"] > 0 else "Số bản phải lớn hơn 0."


@must("Trong giờ làm việc")
def in_time(step: Step) -> str | None:
    return "Ngoài giờ làm việc." if step.details.get("late") else None


@must("Không tự ký")
def not_own(step: Step) -> str | None:
    return "Người viết không tự ký." if step.by.kind == "BOTH" else None


@effect("Ghi vào sổ.")
def enter(step: Step) -> None:
    step.subject.log.append(f"entered after {step.event}")


@effect("Đánh dấu đỏ.")
def mark(step: Step) -> None:
    step.subject.log.append("marked")


WRITER = Who("người viết", "office", frozenset({"WRITER", "BOTH"}))
SIGNER = Who("người ký", "office", frozenset({"SIGNER", "BOTH"}))
ARCHIVE = Who("văn thư", "archive", frozenset({"CLERK"}))

SIGN = Action(
    "sign",
    "Ký",
    ("draft",),
    "signed",
    (SIGNER,),
    "điều 1",
    takes=("copies",),
    may_take=("late",),
    guards=(written,),
    checks=(positive,),
    warnings=(in_time,),
    effects=(enter,),
)
NOTE = Action("note", "Ghi chú", ("draft", "signed"), None, (WRITER,), "điều 2")
FILE = Action(
    "file",
    "Lưu",
    ("signed",),
    "filed",
    (ARCHIVE,),
    "điều 3",
    verdicts=(
        Verdict("KEEP", "Giữ", "filed", (mark,)),
        Verdict("LATER", "Để sau", None),
        Verdict("BIN", "Hủy", "binned"),
    ),
)
ROUTE = Route("PAPER", "Giấy tờ", "draft", (SIGN, NOTE, FILE))
STATES = ("draft", "signed", "filed", "binned")


def record(step: Step) -> str:
    step.subject.state = step.to_state
    step.subject.log.append(f"{step.action.name} → {step.to_state}")
    return "its event"


def holds(row: Action, leaf: Leaf, seat: Seat, on: dt.date | None, facts: dict[Any, Any]) -> Hold | None:
    bodies = [who for who in row.who if who.organisation == seat.body]
    if not bodies:
        return None
    mine = any(seat.kind in who.positions for who in bodies)
    return Hold("own") if mine else Hold(reason=f"Việc này của {bodies[0].label}.")


CHAIN = Chain(
    route_of=lambda _: ROUTE,
    lock=lambda leaf: leaf,
    not_before=lambda leaf: leaf.state_since,
    record=record,
    holds=holds,
    state_label=lambda state: f"⟨{state}⟩",
)
SIGNING = Seat("office", "SIGNER")
CLERK = Seat("archive", "CLERK")


def perform(leaf: Leaf, action: str, by: Seat, chain: Chain = CHAIN, **more: Any) -> Step:
    arguments: dict[str, Any] = {"on": TODAY, "today": TODAY, "expected_state": leaf.state}
    return chain.perform(leaf, action, by=by, **arguments | more)


def sentences(refusal: pytest.ExceptionInfo[Refused]) -> tuple[str, ...]:
    return refusal.value.reasons


def test_an_act_writes_state_and_event_before_its_effects() -> None:
    leaf = Leaf()
    step = perform(leaf, "sign", SIGNING, details={"copies": 2}, comment="  gấp  ")
    assert leaf.log == ["sign → signed", "entered after its event"]
    assert (step.to_state, step.comment, step.event) == ("signed", "gấp", "its event")


def test_an_event_leaves_the_state() -> None:
    leaf = Leaf()
    perform(leaf, "note", Seat("office", "WRITER"))
    assert leaf.log == ["note → draft"]


def test_what_follows_is_told_beforehand() -> None:
    assert SIGN.follows() == ["Ghi vào sổ."]
    assert FILE.follows(FILE.verdict("KEEP")) == ["Đánh dấu đỏ."]
    assert FILE.follows(FILE.verdict("LATER")) == []


def test_a_verdict_decides_target_and_effects() -> None:
    kept, later, binned = Leaf("signed"), Leaf("signed"), Leaf("signed")
    perform(kept, "file", CLERK)
    perform(later, "file", CLERK, verdict="LATER")
    perform(binned, "file", CLERK, verdict="BIN")
    assert (kept.log, kept.state) == (["file → filed", "marked"], "filed")
    assert (later.log, later.state) == (["file → signed"], "signed")
    assert (binned.log, binned.state) == (["file → binned"], "binned")


def test_an_unknown_verdict_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refused) as refusal:
        perform(Leaf("signed"), "file", CLERK, verdict="BURN")
    assert sentences(refusal) == (
        "Kết luận “BURN” không có trong việc này. Hãy chọn một trong: Giữ (KEEP), Để sau (LATER), Hủy (BIN).",
    )


def test_an_act_of_several_reaches_its_target_with_the_last_one() -> None:
    sign = replace(SIGN, completes=lambda step: step.details["copies"] == 2)
    chain = replace(CHAIN, route_of=lambda _: replace(ROUTE, actions=(sign, NOTE, FILE)))
    leaf = Leaf()
    perform(leaf, "sign", SIGNING, chain, details={"copies": 1})
    assert leaf.state == "draft"
    perform(leaf, "sign", SIGNING, chain, details={"copies": 2})
    assert leaf.state == "signed"


def test_who_saw_another_state_is_told_that_somebody_was_faster() -> None:
    leaf = Leaf("signed")
    with pytest.raises(Stale) as refusal:
        perform(leaf, "sign", SIGNING, expected_state="draft", details={"copies": 1})
    assert sentences(refusal)[0].startswith(
        "Hồ sơ vừa được chuyển sang trạng thái “⟨signed⟩” bởi người khác."
    )
    assert leaf.log == []


def test_an_action_that_is_not_open_is_stale_for_everybody() -> None:
    for seat in (SIGNING, CLERK):
        with pytest.raises(Stale) as refusal:
            CHAIN.may(Leaf("filed"), "sign", seat)
        assert "trạng thái “⟨filed⟩” nên không thực hiện được việc “Ký”" in sentences(refusal)[0]


def test_an_open_action_is_forbidden_to_other_positions_and_bodies() -> None:
    for seat in (Seat("office", "WRITER"), Seat("archive", "SIGNER")):
        with pytest.raises(Forbidden) as refusal:
            CHAIN.may(Leaf(), "sign", seat)
        assert sentences(refusal) == (
            "Việc “Ký” thuộc thẩm quyền của người ký; chức vụ ông, bà đang dùng không có quyền này.",
        )
    assert CHAIN.may(Leaf(), "sign", SIGNING) is SIGN


def test_all_that_does_not_hold_is_said_at_once() -> None:
    with pytest.raises(Refused) as refusal:
        perform(Leaf(text=""), "sign", SIGNING, details={"copies": 0})
    assert sentences(refusal) == ("Chưa viết gì.", "Số bản phải lớn hơn 0.")


def test_house_rules_hold_for_every_act() -> None:
    chain = replace(CHAIN, house_rules=(not_own,))
    with pytest.raises(Refused) as refusal:
        perform(Leaf(), "sign", Seat("office", "BOTH"), chain, details={"copies": 1})
    assert sentences(refusal) == ("Người viết không tự ký.",)
    perform(Leaf(), "sign", SIGNING, chain, details={"copies": 1})


def test_a_doubt_asks_for_a_reason_and_is_content_with_one() -> None:
    leaf = Leaf()
    with pytest.raises(NeedsReason) as refusal:
        perform(leaf, "sign", SIGNING, details={"copies": 1, "late": True}, comment="  ")
    assert sentences(refusal) == ("Ngoài giờ làm việc.", "Nếu vẫn thực hiện, hãy ghi rõ lý do.")
    assert leaf.log == []
    perform(leaf, "sign", SIGNING, details={"copies": 1, "late": True}, comment="việc gấp")
    assert leaf.state == "signed"


def test_a_day_is_neither_in_the_future_nor_before_the_last_step() -> None:
    late, early = TODAY + dt.timedelta(days=1), YESTERDAY - dt.timedelta(days=1)
    for day, words in ((late, "ở tương lai"), (early, "trước ngày của bước liền trước (21/11/2026)")):
        with pytest.raises(Refused) as refusal:
            perform(Leaf(), "sign", SIGNING, on=day, details={"copies": 1})
        assert words in sentences(refusal)[0]
    perform(Leaf(), "sign", SIGNING, on=YESTERDAY, details={"copies": 1})


def test_a_position_acts_only_on_the_days_on_which_it_holds() -> None:
    not_yet = Seat("office", "SIGNER", valid_from=TODAY)
    no_more = Seat("office", "SIGNER", valid_to=YESTERDAY)
    for seat, day in ((not_yet, YESTERDAY), (no_more, TODAY)):
        with pytest.raises(Forbidden) as refusal:
            perform(Leaf(), "sign", seat, on=day, details={"copies": 1})
        assert sentences(refusal) == (
            f"Vào ngày {day:%d/%m/%Y} ông, bà không giữ chức vụ này nên không ký được việc này.",
        )
    perform(Leaf(), "sign", not_yet, on=TODAY, details={"copies": 1})
    perform(Leaf(), "sign", no_more, on=YESTERDAY, details={"copies": 1})


def test_missing_and_unknown_details_are_a_fault_of_the_caller() -> None:
    with pytest.raises(TypeError, match="sign needs copies"):
        perform(Leaf(), "sign", SIGNING)
    with pytest.raises(TypeError, match="sign does not take colour"):
        perform(Leaf(), "sign", SIGNING, details={"copies": 1, "colour": "xanh"})


def test_an_effect_that_fails_takes_everything_back() -> None:
    def write(step: Step) -> str:
        Holiday.objects.create(day=TODAY, name="toy")
        return "its event"

    @effect("Hỏng.")
    def break_down(step: Step) -> None:
        raise Refused("Hỏng giữa chừng.")

    sign = replace(SIGN, effects=(break_down,))
    chain = replace(CHAIN, record=write, route_of=lambda _: replace(ROUTE, actions=(sign,)))
    with pytest.raises(Refused, match="Hỏng giữa chừng"):
        perform(Leaf(), "sign", SIGNING, chain, details={"copies": 1})
    assert not Holiday.objects.filter(day=TODAY).exists()


def test_a_body_sees_its_buttons_grey_with_the_reason() -> None:
    def offered(leaf: Leaf, seat: Seat) -> list[tuple[str, bool, tuple[str, ...]]]:
        return [
            (offer.action.name, offer.allowed, offer.reasons) for offer in CHAIN.offers(leaf, seat, TODAY)
        ]

    assert offered(Leaf(), SIGNING) == [("sign", True, ()), ("note", False, ("Việc này của người viết.",))]
    assert offered(Leaf(text=""), SIGNING)[0] == ("sign", False, ("Chưa viết gì.",))
    assert offered(Leaf(), CLERK) == []
    assert offered(Leaf("signed"), CLERK) == [("file", True, ())]


def test_a_table_with_holes_is_found_out() -> None:
    assert ROUTE.faults(STATES) == []
    lost = Action("find", "Tìm", ("lost",), "draft", (WRITER,), "điều 4")
    twice = replace(NOTE, sources=("signed",))
    assert replace(ROUTE, actions=(*ROUTE.actions, lost)).faults((*STATES, "lost")) == [
        "PAPER: state lost is never reached"
    ]
    assert replace(ROUTE, actions=(*ROUTE.actions, twice)).faults(STATES) == [
        "PAPER.note: two rows from signed"
    ]
    assert replace(ROUTE, actions=ROUTE.actions).faults(("draft", "signed", "filed")) == [
        "PAPER.file: unknown state binned"
    ]
