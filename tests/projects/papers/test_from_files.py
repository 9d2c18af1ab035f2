"""Papers filled from files that were walked along the chain: what stands on them is what was done."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db.models import Sum
from django.utils import timezone

from accounts.models import OrganisationName, Position
from accounts.services import end_position, give_position
from accounts.tenancy import acting_as
from budgets.models import LedgerEntry, Source
from khuyencong.demonstration.walk import Walk
from khuyencong.lib.workflow import Refused
from projects.models import Appraisal, Event, ListAct, LocalProcedure, Project, ProjectYear
from projects.papers.from_files.acceptance import acceptance_paper, bare_name
from projects.papers.from_files.appraisal import appraisal_paper
from projects.papers.from_files.contents import content_of
from projects.papers.from_files.decision import decision_draft, decision_paper, decision_printable
from projects.papers.from_files.heads import number_of
from projects.papers.from_files.listed import listed, proposed
from projects.papers.from_files.printable import LONGEST, refuse_long
from projects.papers.from_files.project import project_paper, project_printable
from projects.papers.from_files.registration import (
    registration_draft,
    registration_paper,
    registration_printable,
    results,
)
from projects.papers.parts import Funding
from tests.cast import position
from tests.factories import make_rule
from tests.projects import walks
from tests.projects.walks import LOCAL, NATIONAL, YEAR, decide, draft, next_day

pytestmark = pytest.mark.django_db

CENTRE, DEPT = "centre.hai-phong", "dept.hai-phong"


def _booked(list_pk: int, source: str) -> int:
    rows = LedgerEntry.objects.filter(event__list_act=list_pk, kind="approved", source=source)
    return rows.aggregate(total=Sum("amount"))["total"] or 0


def _approve_with_verdicts(programme: str) -> tuple[Walk, Walk, int]:
    """Three files proposed; one approved as it is, one lowered to 250, one not selected. Answers the first two."""
    scene = walks.new_scene()
    kept, lowered, refused = (draft(programme, scene=scene, shares=shares) for shares in (1, 2, 1))
    walks.ready_to_propose(kept, lowered, refused)
    decide("propose", kept, lowered, refused)
    lines = [
        (kept, None, None, ""),
        (lowered, "AMEND", 250_000_000, "kinh phí có hạn"),
        (refused, "REJECT", None, "chưa cấp thiết"),
    ]
    taken = decide("approve", kept, lowered, refused, lines=lines)
    return kept, lowered, taken.pk


@pytest.mark.parametrize("programme", [NATIONAL, LOCAL])
def test_the_annex_of_a_decision_equals_the_ledger_to_the_dong(programme: str) -> None:
    kept, lowered, pk = _approve_with_verdicts(programme)
    with acting_as(position("agency.officer" if programme == NATIONAL else DEPT)):
        taken = ListAct.objects.get(pk=pk)
        paper = decision_paper(taken)
        lines = {line.code: line.funding for group in paper.groups for line in group.lines}
        own = "national" if programme == NATIONAL else "local"
        assert lines == {
            kept.now().project.code: Funding(**{own: 300_000_000}, counterpart=420_000_000),
            lowered.now().project.code: Funding(**{own: 250_000_000}, counterpart=420_000_000),
        }
        assert paper.funding == Funding(
            national=_booked(pk, Source.NATIONAL),
            local=_booked(pk, Source.LOCAL),
            counterpart=_booked(pk, Source.COUNTERPART),
        )
        assert paper.count == 2
        frame = paper.frame
        assert (frame.draft, f"{frame.number}/{frame.symbol}") == (False, taken.paper.number)  # type: ignore[union-attr]
        submission = ListAct.objects.get(action="propose").paper
        assert submission is not None
        assert frame.grounds[-1].split(" tại ")[1].startswith(f"Tờ trình số {submission.number} ngày ")
        assert decision_printable(taken).pdf() == decision_printable(taken).pdf()


def test_a_decision_on_files_of_two_submissions_names_both() -> None:
    scene = walks.new_scene()
    first, second = draft(NATIONAL, scene=scene), draft(NATIONAL, scene=scene)
    walks.ready_to_propose(first, second)
    papers = [decide("propose", walk).paper for walk in (first, second)]
    walks.next_day(first, second)
    taken = decide("approve", first, second)
    with acting_as(position("agency.officer")):
        ground = decision_paper(ListAct.objects.get(pk=taken.pk)).frame.grounds[-1]
    numbers = [paper.number for paper in papers if paper is not None]
    assert [ground.index(f"số {number} ngày") for number in numbers] == sorted(
        ground.index(number) - 3 for number in numbers
    )


def test_a_submission_carries_a_draft_without_number_that_holds_what_it_includes() -> None:
    scene = walks.new_scene()
    kept, later = draft(LOCAL, scene=scene), draft(LOCAL, scene=scene)
    walks.ready_to_propose(kept, later)
    with acting_as(position(DEPT)):
        before = decision_draft(
            position(DEPT).organisation, LOCAL, YEAR, [kept.now(), later.now()], on=kept.day
        )
        assert [row.funding.local for row in proposed([kept.now(), later.now()])] == [300_000_000] * 2
    assert "DỰ THẢO" in before.html
    lines = [(kept, None, None, ""), (later, "DEFER", None, "để đợt sau")]
    sent = decide("propose", kept, later, lines=lines)
    with acting_as(position("committee.hai-phong")):
        paper = decision_paper(sent)
        assert [line.code for group in paper.groups for line in group.lines] == [kept.now().project.code]
        assert paper.funding == Funding(local=300_000_000, counterpart=420_000_000)
        assert (paper.frame.draft, paper.frame.number, paper.frame.symbol) == (True, "", "QĐ-UBND")
        assert paper.plan_round == "đợt 1"


def test_the_line_above_the_name_of_a_local_decision_follows_the_procedure_of_the_province() -> None:
    province = position(CENTRE).organisation.province
    walk = draft(LOCAL)
    walks.ready_to_propose(walk)
    sent = decide("propose", walk)
    procedure = LocalProcedure.objects.filter(province=province)
    procedure.update(decision_line="CHAIR")
    with acting_as(position(DEPT)):
        alone = decision_paper(sent).frame
    procedure.update(decision_line="COLLECTIVE")
    with acting_as(position(DEPT)):
        together = decision_paper(sent).frame
    assert (alone.authority, alone.signatures[0].lines) == (
        "Chủ tịch Ủy ban nhân dân thành phố Hải Phòng",
        ("CHỦ TỊCH",),
    )
    assert (together.authority, together.signatures[0].lines) == (
        "Ủy ban nhân dân thành phố Hải Phòng",
        ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
    )


def test_a_vice_minister_signs_for_the_minister() -> None:
    walk = draft()
    make_rule(position("ministry.deputy"))
    walk.scene.people["ministry.leader"] = position("ministry.deputy")
    taken = walks.approved(walk)
    with acting_as(position("agency.officer")):
        frame = decision_paper(taken).frame
    assert frame.signatures[0].lines == ("KT. BỘ TRƯỞNG", "THỨ TRƯỞNG")
    assert frame.authority == "Bộ trưởng Bộ Công Thương"


def test_a_project_stays_on_paper_as_it_was_sent() -> None:
    walk = draft()
    with acting_as(position(CENTRE)):
        first = project_paper(walk.now(), content_of(walk.now()))
    assert first.frame.draft
    walk.submit()
    with acting_as(position(CENTRE)):
        sent = project_printable(walk.now())
        printed = sent.pdf()
        paper = project_paper(walk.now(), content_of(walk.now()))
        assert (paper.frame.draft, paper.estimate_total) == (False, 720_000_000)
        assert paper.beneficiaries[0].support == 300_000_000
        Project.objects.filter(pk=walk.now().project_id).update(objectives="Viết lại sau khi gửi")
        establishment = walk.now().shares.get().establishment
        establishment.representative = "Người khác"
        establishment.save()
        assert project_printable(walk.now()).pdf() == printed
    walk.day += dt.timedelta(days=1)
    walk.send_back(DEPT.split(".")[0], ("file", "", "objectives", "chưa rõ"))
    with acting_as(position(CENTRE)):
        returned = project_paper(walk.now(), content_of(walk.now()))
        assert (returned.frame.draft, returned.objectives) == (True, "Viết lại sau khi gửi")


def test_papers_name_bodies_and_heads_of_their_day() -> None:
    walk = draft()
    walks.appraised(walk)
    department = position(DEPT).organisation
    head = position("dept.head.hai-phong")
    tomorrow = walk.day + dt.timedelta(days=1)
    name = department.names.get(valid_to=None)
    name.valid_to = walk.day
    name.save()
    OrganisationName.objects.create(
        organisation=department, name="Sở Công nghiệp", symbol="SCN", place="Hải Phòng", valid_from=tomorrow
    )
    end_position(Position.objects.get(pk=head.pk), on=walk.day, by=position("operator"))
    give_position(
        position("dept2.hai-phong").person,  # type: ignore[arg-type]
        organisation=department,
        kind="DIRECTOR",
        valid_from=tomorrow,
        by=position("operator"),
    )
    with acting_as(position(DEPT)):
        appraisal = Appraisal.objects.get(project_year=walk.year)
        frame = appraisal_paper(appraisal).frame
        later = registration_paper(
            department,
            YEAR,
            proposed([walk.now()]),
            on=tomorrow,
            known_at=appraisal.event.recorded_at,
            paper=None,
            texts={},
        ).frame
    assert (frame.issuer, frame.signatures[0].name) == ("Sở Công Thương", str(head.person))
    assert (later.issuer, later.signatures[0].name) == (
        "Sở Công nghiệp",
        str(position("dept2.hai-phong").person),
    )


def test_the_report_of_registration_holds_what_was_included_and_the_ledger_booked() -> None:
    scene = walks.new_scene()
    kept, left_out = draft(scene=scene), draft(scene=scene)
    walks.appraised(kept, left_out)
    with acting_as(position(DEPT)):
        department = position(DEPT).organisation
        before = registration_draft(
            department,
            YEAR,
            [kept.now(), left_out.now()],
            at=kept.last_event().recorded_at,
            texts={"aims": "Ưu tiên vùng khó khăn."},
        )
    assert "Ưu tiên vùng khó khăn." in before.html
    assert before.html.count("KCQG-2027-") == 2
    lines = [(kept, None, None, ""), (left_out, "EXCLUDE", None, "để năm sau")]
    texts = {"aims": "Ưu tiên cơ khí nhỏ.", "last_year_results": "Hoàn thành kế hoạch."}
    sent = decide("register", kept, left_out, lines=lines, texts=texts)
    with acting_as(position("agency.officer")):
        rows = listed(sent, ("INCLUDE",))
        assert [row.year.project.code for row in rows] == [kept.now().project.code]
        booked = LedgerEntry.objects.filter(kind="registered").aggregate(total=Sum("amount"))["total"]
        assert sum(row.funding.national for row in rows) == booked == 300_000_000
        printable = registration_printable(sent)
        assert "DỰ THẢO" not in printable.html
        assert all(text in printable.html for text in texts.values())
        assert "…………" not in printable.html
        assert printable.pdf() == registration_printable(sent).pdf()


def test_results_of_the_years_before_come_from_the_ledger_of_that_moment() -> None:
    walk = draft()
    taken = walks.approved(walk)
    province = position(CENTRE).organisation.province
    assert province is not None
    with acting_as(position(DEPT)):
        known_at = timezone.now()
        told = results(province, YEAR, on=taken.effective_on, known_at=known_at)
        assert told.startswith(
            "Khuyến công quốc gia: 1 đề án, nhiệm vụ được phê duyệt với kinh phí hỗ trợ 300.000.000 đồng;"
        )
        day_before = taken.effective_on - dt.timedelta(days=1)
        assert results(province, YEAR, on=day_before, known_at=known_at) == ""
        earlier = LedgerEntry.objects.filter(kind="approved").earliest("pk").recorded_at
        assert (
            results(province, YEAR, on=taken.effective_on, known_at=earlier - dt.timedelta(seconds=1)) == ""
        )


def test_an_appraisal_shows_what_was_asked_and_what_the_appraiser_recommends() -> None:
    walk = draft()
    walks.submitted(walk)
    walk.appraise(280_000_000)
    with acting_as(position(CENTRE)):
        paper = appraisal_paper(Appraisal.objects.get())
    assert (paper.asked, paper.recommended) == (
        Funding(national=300_000_000, counterpart=420_000_000),
        280_000_000,
    )
    assert (paper.form, paper.conclusion) == ("4b", "Đề nghị hỗ trợ")
    assert paper.frame.summary == "Đề án khuyến công quốc gia cấp cơ sở"


def test_minutes_of_a_part_show_its_part_of_the_contract() -> None:
    walk = draft(LOCAL, shares=2)
    walks.in_progress(walk)
    with acting_as(position(DEPT)):
        first = walk.now().shares.order_by("pk")[0].establishment.tax_code
    next_day(walk)
    walk.accept({"machines_supported": 2}, only=[first], support=140_000_000)
    with acting_as(position(CENTRE)):
        paper = acceptance_paper(Event.objects.get(action="accept"))
    assert paper.contracted == Funding(local=150_000_000, counterpart=210_000_000)
    assert paper.accepted == Funding(local=140_000_000, counterpart=210_000_000)
    assert [(output.name, output.value) for output in paper.outputs] == [("Máy móc, thiết bị được hỗ trợ", 2)]
    assert [party.role for party in paper.parties] == [
        "Cơ quan nghiệm thu",
        "Đơn vị thực hiện",
        "Đơn vị thụ hưởng",
        "UBND cấp xã",
    ]
    assert paper.contract.startswith("Hợp đồng số ")
    assert paper.frame.signatures[0].name == str(position("dept.head.hai-phong").person)


def test_an_invented_file_marks_every_paper_on_which_it_stands() -> None:
    walk = draft()
    with acting_as(position(CENTRE)):
        Project.objects.filter(pk=walk.now().project_id).update(is_illustration=True)
        assert project_paper(walk.now(), content_of(walk.now())).frame.illustration
    walks.appraised(walk)
    with acting_as(position(DEPT)):
        files = list(ProjectYear.objects.filter(pk=walk.year.pk))
        at = walk.last_event().recorded_at
        printable = registration_draft(position(DEPT).organisation, YEAR, files, at=at, texts={})
    assert 'data-illustration="Số liệu minh họa"' in printable.html


def test_an_annex_of_more_lines_than_a_list_takes_is_refused_with_a_sentence() -> None:
    refuse_long(LONGEST)
    with pytest.raises(Refused, match="Phụ lục có 301 dòng"):
        refuse_long(LONGEST + 1)


def test_a_number_is_split_at_its_first_stroke() -> None:
    walk = draft()
    walk.submit()
    with acting_as(position(CENTRE)):
        paper = walk.last_event().paper
        assert paper is not None
        paper.number = "25/2027/HĐ-ĐCK"
        assert number_of(paper) == ("25", "2027/HĐ-ĐCK")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Ông Trần Văn Bình, Giám đốc", "Trần Văn Bình"), ("Lê Thị Hoa", "Lê Thị Hoa"), ("", "")],
)
def test_the_name_under_a_signature_stands_alone(typed: str, name: str) -> None:
    assert bare_name([typed] if typed else []) == name
