"""Writes of slips: presenting, endorsing, signing, returning, issuing, withdrawing. Each tells who is next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import HEADS, Position, PositionKind
from accounts.queries import organisation_name
from budgets.limits import rules_in_words
from khuyencong.lib import uploads
from khuyencong.lib.dates import today
from khuyencong.lib.storing import store
from khuyencong.lib.workflow import Facts, Forbidden, Refused, Stale
from notices.models import NoticeKind
from notices.services import News, tell
from projects.chain import CHAIN, PaperData
from projects.matters import Matter
from projects.models import OPEN_SLIPS, Slip, SlipFile, SlipState, SlipStep
from projects.once import last_done, last_moves, refuse_second
from projects.services.slip_acts import Written, locked, perform, rehearse
from projects.slip_holding import (
    clerks_of,
    endorsers_of,
    in_force,
    performer_of,
    seated,
    signers_for,
    stand_to_sign,
)
from projects.slips import SLIPS, fault_of, is_national, lock, matter_of, write_step

T = TypeVar("T")


def present_slip(
    matter: Matter,
    written: Written,
    *,
    by: Position,
    signer: Position,
    note: str = "",
    upload: UploadedFile[bytes] | None = None,
    expected_state: str | None = None,
    seen: int | None = None,
    slip: Slip | None = None,
    since: dt.datetime | None = None,
) -> Slip:
    """Present an act for the signature of ``signer``; with ``slip``, anew what came back or is to be changed.

    All that the act itself would be asked is asked now (nothing is written of it yet). Raises Stale when a file has
    moved on, another slip for the same act is open or this one was moved since it was read (``since``, its
    ``state_since``), Forbidden, NeedsReason, Refused; of a list LinesRefused.

    ``expected_state`` and ``seen`` are of the one file; a list's lines carry their own."""
    with rules_in_words(), transaction.atomic():
        matter = locked(matter.only(written.lines) if matter.on_list else matter)
        if slip is not None:  # the files before their slip, as when it is issued
            slip = lock(slip)
            _expect_unmoved(slip, since)
        if not matter.on_list:
            matter = _still_open(matter, expected_state, seen)
        if signer not in signers_for(matter, by):
            raise Forbidden(
                f"Chức vụ đang dùng không soạn được việc “{matter.row.label}” để trình người ký này. "
                "Hãy chọn lại người ký."
            )
        stand = stand_to_sign(matter, signer, by)
        if stand is None or stand.capacity is None:  # somebody who signs for some files of the list
            why = stand.reason if stand else ""
            raise Refused(
                f"{signer.person} không ký được cả danh mục. {why} Hãy chọn người ký khác, hoặc tách danh mục."
            )
        rehearse(matter, written, by=performer_of(matter, signer, by))
        endorsers, passed_over = endorsers_of(
            matter.row, matter.file.project.programme, preparer=by, signer=signer
        )
        fields: dict[str, Any] = {
            "label": matter.row.label,
            "kind": matter.row.paper,
            "inputs": {name: list(values) for name, values in written.inputs.items()},
            "shown": [list(pair) for pair in written.shown],
            "signer": signer,
            "prepared_by": by,
            "endorsers": endorsers,
            **_stored(upload),
        }
        remark = " ".join(filter(None, [note.strip(), _passed_over(passed_over)]))
        if slip is not None:
            if not _is_about(slip, matter):
                raise Refused("Phiếu trình này của việc khác. Hãy soạn phiếu trình mới.")
            SLIPS.perform(
                slip,
                "present",
                by=by,
                on=today(),
                today=today(),
                expected_state=slip.state,
                comment=remark,
                details={"written": fields},
            )
            slip = lock(slip)
        else:
            slip = _new(matter, fields, by=by, note=remark)
        _name_files(slip, matter, written)
        _tell_next(slip, by=by)
        return slip


def _still_open(matter: Matter, expected_state: str | None, seen: int | None) -> Matter:
    """The act on the one file by the row that is open now. Raises Stale when there is none."""
    year, action = matter.file, matter.row.name
    CHAIN.expect(year, expected_state)
    row = CHAIN.route_of(year).find(action, year.state)
    if row is None:
        raise Stale("Việc này không còn mở trên hồ sơ. Hãy tải lại trang để xem tình trạng mới nhất.")
    refuse_second(year, action, row.label, seen=seen)
    return replace(matter, row=row)


def _is_about(slip: Slip, matter: Matter) -> bool:
    return (slip.code, slip.programme, slip.year, slip.action) == (
        matter.code,
        matter.programme,
        matter.file.year,
        matter.row.name,
    )


def _new(matter: Matter, fields: Mapping[str, Any], *, by: Position, note: str) -> Slip:
    national = is_national(by)
    slip = Slip(
        tenant=by.organisation.tenant,
        sent_to_nation=national,
        nation_writes=national,
        organisation=by.organisation,
        code=matter.code,
        programme=matter.programme,
        year=matter.file.year,
        action=matter.row.name,
        state=SlipState.ENDORSING if fields["endorsers"] else SlipState.SIGNING,
        state_since=timezone.now(),
        **fields,
    )
    try:
        with transaction.atomic():
            slip.save()
    except IntegrityError:
        raise Stale(_already(matter, by)) from None
    write_step(slip, "present", by=by, comment=note)
    return slip


def _name_files(slip: Slip, matter: Matter, written: Written) -> None:
    """Write as what the files were presented."""
    keys = [year.pk for year in matter.years]
    last, moves = last_done(slip.action, keys), last_moves(keys)
    SlipFile.objects.bulk_create(
        SlipFile(
            tenant_id=slip.tenant_id,
            sent_to_nation=slip.sent_to_nation,
            nation_writes=slip.nation_writes,
            slip=slip,
            presented=slip.presented,
            code=year.project.code,
            state=year.state,
            version=year.project.version,
            seen=last.get(year.pk, 0),
            moved=moves.get(year.pk, 0),
            **(asdict(written.lines[year.pk]) if matter.on_list else {}),
        )
        for year in matter.years
    )


def open_slip(matter: Matter, by: Position) -> Slip | None:
    """The slip of the body for this act that is on its way."""
    rows = Slip.objects.filter(
        organisation=by.organisation_id,
        code=matter.code,
        programme=matter.programme,
        year=matter.file.year,
        action=matter.row.name,
        state__in=OPEN_SLIPS,
    )
    return rows.select_related("prepared_by__person").first()


def _already(matter: Matter, by: Position) -> str:
    there = open_slip(matter, by)
    who = f" do {there.prepared_by.person} soạn" if there else ""
    return f"Việc này đã có phiếu trình{who}. Hãy mở phiếu đó ở trang Trình ký."


def _stored(upload: UploadedFile[bytes] | None) -> dict[str, Any]:
    """The draft of the paper under its hash; nothing when none was sent."""
    if upload is None:
        return {}
    try:
        accepted = uploads.inspect(upload)
    except uploads.Refused as refusal:
        raise Refused(str(refusal)) from refusal
    found = {
        "file_name": accepted.name,
        "content_type": accepted.content_type,
        "size": accepted.size,
        "sha256": accepted.sha256,
    }
    kept = Slip(**found)
    name = store(kept.file.storage, kept.file.field.generate_filename(kept, accepted.name), upload)
    return found | {"file": name}


def _passed_over(kinds: Iterable[str]) -> str:
    names = ", ".join(str(PositionKind(kind).label) for kind in kinds)
    return f"({names} hiện không có người giữ, không qua ký nháy.)" if names else ""


ANSWERS = ("endorse", "sign", "return", "withdraw")
"""What is done with a slip and needs no more than a word: to endorse it, so that it goes to the next who endorses or to
the signer; to sign it, so that the clerk numbers it; to give it back to who prepared it, with the reason; to take it
back for good."""


def answer_slip(
    slip: Slip,
    action: str,
    *,
    by: Position,
    expected_state: str | None,
    since: dt.datetime | None = None,
    comment: str = "",
) -> Slip:
    """Do one of ANSWERS. ``since`` as in ``_step``; raises as the chain of slips does."""
    return _step(slip, action, by=by, expected_state=expected_state, since=since, comment=comment)


def issue_slip(
    slip: Slip,
    written: Written,
    *,
    number: str,
    dated: dt.date,
    by: Position,
    expected_state: str | None,
    since: dt.datetime | None = None,
) -> Slip:
    """Give the paper its number and day and do the act, with all that is asked of it on this day, in the name of who
    signed (or of the officer whose act it is). ``written`` is what the slip holds, read anew; ``since`` as in
    ``_step``.

    Raises as ``act`` and ``act_on_list`` do; then nothing was written, and the slip stays where it is."""
    with rules_in_words(), transaction.atomic():
        matter = locked(matter_of(slip))
        slip = _step(
            slip,
            "issue",
            by=by,
            expected_state=expected_state,
            since=since or slip.state_since,
            details={"number": number, "dated": dated},
            tells=False,
        )
        signer, preparer = slip.signed_by, slip.prepared_by
        assert signer is not None
        performer = performer_of(matter, signer, preparer)
        for seat in {signer, performer}:
            if not in_force(seat):
                raise Refused(
                    f"{seat.person} hôm nay không còn giữ chức vụ {seat.title} nên văn bản không ban hành được bằng "
                    "chữ ký, tên người đó. Hãy trả lại phiếu trình để người soạn trình người đang giữ chức vụ."
                )
        paper = PaperData(number, dated, signer=signer, is_new=True, recorded_by=by)
        try:
            perform(matter, written, paper, by=performer, held=slip.files_now()[0])
        except Forbidden as no_longer:
            raise Refused(
                f"{signer.person} không còn ký được việc này. {no_longer} "
                "Hãy trả lại phiếu trình để người soạn trình người có thẩm quyền."
            ) from no_longer
        _tell_next(slip, by=by)
        return slip


def would_be(slip: Slip, written: Written, number: str, make: Callable[[Any], T]) -> T:
    """What ``make`` makes of the event (of a list: the ListAct) that issuing the slip today would write, for a draft of
    its paper. The act is done and taken back: nothing of it stays. ``number``: one that is free. Raises as the act."""
    with rules_in_words(), transaction.atomic():
        matter = matter_of(slip)
        signer = slip.signed_by or slip.signer
        done = perform(
            matter,
            written,
            PaperData(number, today(), signer=signer, is_new=True),
            by=performer_of(matter, signer, slip.prepared_by),
            held=slip.files_now()[0],
        )
        made = make(done)
        transaction.set_rollback(True)
    return made


def _step(
    slip: Slip,
    action: str,
    *,
    by: Position,
    expected_state: str | None,
    since: dt.datetime | None = None,
    comment: str = "",
    details: Mapping[str, Any] | None = None,
    tells: bool = True,
) -> Slip:
    """Do one step. ``since``: the ``state_since`` of the slip that was read; a slip may be presented anew with another
    content and stand in the same state again, and nobody signs what he did not read. Raises Stale then."""
    with transaction.atomic():
        now = lock(slip)
        SLIPS.expect(now, expected_state)
        _expect_unmoved(now, since)
        step = SLIPS.perform(
            slip,
            action,
            by=by,
            on=today(),
            today=today(),
            expected_state=expected_state,
            comment=comment,
            details=details,
        )
        done: Slip = step.subject
        if tells:
            _tell_next(done, by=by)
        return done


def _expect_unmoved(slip: Slip, since: dt.datetime | None) -> None:
    """Raise Stale when something happened to the slip after it was read (``since``; None: whichever)."""
    if since is not None and slip.state_since != since:
        raise Stale(
            "Phiếu trình vừa được trình lại hoặc xử lý sau khi ông, bà mở trang. "
            "Hãy đọc lại nội dung mới rồi làm lại."
        )


def _tell_next(slip: Slip, *, by: Position) -> None:
    """Tell whose task it is now; of the end, who prepared it and who signed it."""
    readers = [seat for seat in next_of(slip) if seat.person_id != by.person_id]
    kind = NoticeKind.RETURN if slip.state == SlipState.RETURNED else NoticeKind.TASK
    task = SLIP_TASKS.get(slip.state, "")
    label = f"{slip.get_state_display()}: {slip.label}"
    if slip.state == SlipState.ISSUED:
        kind, label = NoticeKind.STEP, f"Đã ban hành {slip.get_kind_display()} số {slip.number}: {slip.label}"
    news = News(
        kind=kind,
        label=label,
        url=reverse("slip", args=[slip.pk]),
        task=task,
        code=slip.code,
        count=slip.files_now().count() if slip.on_list else 1,
        actor=organisation_name(by.organisation),
    )
    tell({seat.pk: news for seat in readers})


SLIP_TASKS: dict[str, str] = {
    SlipState.ENDORSING: "Ký nháy",
    SlipState.SIGNING: "Ký văn bản",
    SlipState.SIGNED: "Ghi số, ngày và ban hành",
    SlipState.RETURNED: "Sửa, trình lại",
}
"""What is expected of who has the slip on his desk."""


def next_of(slip: Slip) -> list[Position]:
    """On whose desk the slip is now; of an issued one who had a part in it."""
    if slip.state == SlipState.ENDORSING:
        return list(seated(slip.organisation, slip.endorsers[:1]))
    if slip.state == SlipState.SIGNING:
        return [slip.signer] if in_force(slip.signer) else list(seated(slip.organisation, HEADS))
    if slip.state == SlipState.SIGNED:
        assert slip.issuer is not None
        return list(clerks_of(slip.issuer))
    if slip.state in {SlipState.RETURNED, SlipState.ISSUED}:
        signed = [slip.signed_by] if slip.signed_by and slip.state == SlipState.ISSUED else []
        return [seat for seat in (slip.prepared_by, *signed) if in_force(seat)]
    return []


def steps_of(slip: Slip) -> list[SlipStep]:
    """What happened to the slip, the first first."""
    return list(slip.steps.select_related("person", "position"))


def misfit(slip: Slip, facts: Facts | None = None) -> str:
    """Why an open slip no longer fits its files; "" when it does, or is no longer open. ``facts``: of its page."""
    if slip.state not in OPEN_SLIPS:
        return ""
    return fault_of(slip, {} if facts is None else facts)
