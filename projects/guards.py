"""What must hold before an act, as functions that answer nothing or one Vietnamese sentence.

Guards look at the file (their sentence stands beside the grey button), checks at what was typed, warnings at dates
and norms. Facts that the task list needs too are conditions in SQL (projects/conditions.py); what must hold once the
money came stands in projects/work_guards.py and projects/settlement_guards.py, between the years of a project in
projects/year_guards.py, of the person who acts in projects/own_work.py.
"""

from __future__ import annotations

from collections import Counter

from django.db.models import Q

from budgets.models import Programme
from budgets.queries import balance
from khuyencong.lib.dates import short_date
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Step, must
from projects.eligibility import eligibility
from projects.groups import group_type, named_by_plan
from projects.models import (
    PARTS,
    BeneficiaryShare,
    Nature,
    Project,
    ProjectKind,
    ProjectYear,
    RegistrationReportLine,
)
from projects.norms import norm_blocks, norm_warnings
from projects.queries import last_sending
from projects.requirements import lacking
from projects.rounds import open_round
from projects.snapshots import snapshot
from projects.states import State
from projects.years import (
    coming_years,
    first_of_several,
    over_years,
)

# -- the file before it is sent (T36 article 5, 8.1a, 10.1a; L26 article 7) ---------------------------


@must("Nội dung đề án, thời gian và tiến độ đã đủ")
def parts_written(step: Step) -> str | None:
    project: Project = step.subject.project
    if project.kind == ProjectKind.ESTIMATE:
        return None
    later = {"place"} if named_by_plan(project, step.on) else frozenset[str]()
    empty = [label_of(name) for name in PARTS if name not in later and not getattr(project, name).strip()]
    if project.starts_on is None or project.ends_on is None:
        empty.append("thời gian bắt đầu, kết thúc")
    steps = list(step.subject.schedule.all())
    if not steps:
        empty.append("tiến độ (mục 5)")
    if empty:
        return f"Nội dung đề án còn thiếu: {'; '.join(empty)}."
    outside = [
        item.work
        for item in steps
        if any(
            day and not project.starts_on <= day <= project.ends_on for day in (item.starts_on, item.ends_on)
        )
    ]
    return f"Tiến độ có việc ngoài thời gian thực hiện: {'; '.join(outside)}." if outside else None


def label_of(name: str) -> str:
    """What the page calls a field of the file."""
    return next(str(field.verbose_name) for field in Project._meta.fields if field.name == name)


@must("Dự toán mỗi dòng một số, cộng đúng và có kinh phí đề nghị")
def estimate_adds_up(step: Step) -> str | None:
    """Each line's sources make its amount; the file's own State source asks for something (Mẫu 1). Reasons of a
    return are pinned to the numbers of lines, so each stands once."""
    lines = list(step.subject.estimate.all())
    if not lines:
        return "Dự toán chưa có dòng nào."
    numbers = Counter(line.position for line in lines)
    if twice := [number for number, times in numbers.items() if times > 1]:
        return f"Dự toán có nhiều dòng cùng số thứ tự {', '.join(twice)}; hãy đánh số lại để mỗi dòng một số."
    wrong = [
        line.position
        for line in lines
        if line.national + line.local + line.counterpart + line.other != line.amount
    ]
    if wrong:
        return f"Dự toán dòng {', '.join(wrong)}: tổng các nguồn khác với thành tiền."
    if not asked_support(step.subject):
        return "Dự toán chưa đề nghị kinh phí khuyến công."
    return None


def asked_support(year: ProjectYear) -> int:
    """State support that the estimate asks from the file's own programme, in đồng."""
    column = "national" if year.project.programme == Programme.NATIONAL else "local"
    return sum(getattr(line, column) for line in year.estimate.all())


def asked_counterpart(year: ProjectYear) -> int:
    """The beneficiaries' own money in the estimate, in đồng."""
    return sum(line.counterpart for line in year.estimate.all())


def shares_of(year: ProjectYear) -> list[BeneficiaryShare]:
    """Shares with their establishments; no query when the page has loaded them already."""
    rows = year.shares.all()
    return list(rows if is_loaded(year, "shares") else rows.select_related("establishment__province"))


def is_loaded(year: ProjectYear, name: str) -> bool:
    """Whether rows of ``name`` were prefetched."""
    return name in getattr(year, "_prefetched_objects_cache", {})


@must("Đã chọn cơ sở thụ hưởng, tổng hỗ trợ và đối ứng khớp dự toán")
def beneficiaries_named(step: Step) -> str | None:
    if step.subject.project.kind != ProjectKind.PROJECT:
        return None
    shares = shares_of(step.subject)
    if named_by_plan(step.subject.project, step.on):
        if not shares:
            return None
        return (
            "Đề án nhóm chưa nêu cơ sở thụ hưởng khi gửi: cơ sở được nêu trong kế hoạch triển khai (Mẫu 11), sau khi "
            "được giao kinh phí. Hãy gỡ các cơ sở khỏi danh sách."
        )
    if not shares:
        return "Chưa chọn cơ sở công nghiệp nông thôn thụ hưởng."
    total = sum(share.support for share in shares)
    asked = asked_support(step.subject)
    if total != asked:
        return (
            f"Tổng hỗ trợ của các cơ sở thụ hưởng là {dong(total)}, khác với kinh phí đề nghị trong dự toán "
            f"{dong(asked)}."
        )
    own, planned = sum(share.counterpart for share in shares), asked_counterpart(step.subject)
    if own != planned:
        return f"Tổng đối ứng của các cơ sở thụ hưởng là {dong(own)}, khác với đối ứng trong dự toán {dong(planned)}."
    return None


@must("Loại hoạt động được lập thành đề án nhóm, nếu là đề án nhóm")
def group_allowed(step: Step) -> str | None:
    project: Project = step.subject.project
    if project.nature != Nature.GROUP or group_type(project, step.on) is not None:
        return None
    return (
        f"Hoạt động “{project.activity.name}” không thuộc các dạng được lập đề án nhóm. Hãy đổi nội dung hoạt động, "
        "hoặc lập đề án thường."
    )


@must("Cơ sở đủ điều kiện được hỗ trợ")
def beneficiaries_eligible(step: Step) -> str | None:
    """Decree 45/2012 article 1 and 5; since 15 October 2025 Decree 235/2025 (law.md §3)."""
    faults = [
        f"{establishment.name}: {reason}"
        for establishment, reasons in eligibility(
            (share.establishment for share in shares_of(step.subject)), step.on
        )
        for reason in reasons
    ]
    return f"Cơ sở chưa đủ điều kiện: {' '.join(faults)}" if faults else None


@must("Có vốn đối ứng và cam kết không hỗ trợ trùng")
def money_committed(step: Step) -> str | None:
    project: Project = step.subject.project
    if project.kind != ProjectKind.PROJECT:
        return None
    if not project.counterpart_status:
        return "Chưa ghi vốn đối ứng đã đầu tư hay cam kết đầu tư."
    if not project.no_double_support:
        return "Chưa có cam kết không được hỗ trợ trùng từ nguồn ngân sách nhà nước."
    return None


@must("Đủ giấy tờ bắt buộc khi gửi")
def papers_attached(step: Step) -> str | None:
    return lacking("Hồ sơ", step.subject, step.on)


@must("Đợt đăng ký đang mở")
def round_open(step: Step) -> str | None:
    if open_round(step.subject, step.on) is None:
        return f"Không có đợt đăng ký nào của năm {step.subject.year} mở vào ngày {short_date(step.on)}."
    return None


@must("Trong định mức hỗ trợ")
def within_norms(step: Step) -> str | None:
    return " ".join(norm_warnings(step.subject, step.on)) or None


@must("Thời gian thực hiện trong năm kế hoạch")
def period_in_plan_year(step: Step) -> str | None:
    """The money of a plan year is spent in it; longer work is registered year by year (T36 article 15.2)."""
    project: Project = step.subject.project
    year = step.subject.year
    if project.starts_on is None or project.ends_on is None or over_years(project):
        return None
    if project.starts_on.year == year == project.ends_on.year:
        return None
    return (
        f"Thời gian thực hiện {short_date(project.starts_on)} – {short_date(project.ends_on)} không nằm trong năm kế "
        f"hoạch {year}."
    )


@must("Đã sửa theo lý do trả lại")
def changed_since_returned(step: Step) -> str | None:
    year: ProjectYear = step.subject
    if year.state != State.RETURNED:
        return None
    sent = last_sending(year)
    if sent is None or sent.snapshot != snapshot(year):
        return None
    return f"Hồ sơ chưa được sửa gì so với lần gửi {year.submission}."


# -- what was typed ----------------------------------------------------------------------------------


@must("Ít nhất một lý do gắn với mục cần sửa, và hạn trả lời")
def reasons_given(step: Step) -> str | None:
    if not step.details["reasons"]:
        return "Trả lại cần ít nhất một lý do gắn với mục cần sửa."
    answer_by = step.details["answer_by"]
    if answer_by <= step.on:
        return f"Hạn trả lời {short_date(answer_by)} phải sau ngày trả lại {short_date(step.on)}."
    return None


@must("Ghi lý do")
def comment_given(step: Step) -> str | None:
    return None if step.comment else "Việc này cần ghi lý do."


@must("Mức đề nghị không cao hơn mức đơn vị đề nghị")
def recommended_within_asked(step: Step) -> str | None:
    """This year's, and of a project over years each coming one's, by ``coming``: year → đồng."""
    recommended, asked = step.details["recommended"], asked_support(step.subject)
    for fault in _coming_faults(step):
        return fault
    if recommended < 0:
        return "Mức đề nghị hỗ trợ không được âm."
    if recommended > asked:
        return f"Mức đề nghị hỗ trợ {dong(recommended)} cao hơn mức đơn vị đề nghị {dong(asked)}."
    if step.details["opinion"] == "RECOMMENDED" and recommended <= 0:
        return "Kết luận đề nghị hỗ trợ thì mức đề nghị phải lớn hơn 0."
    return None


def _coming_faults(step: Step) -> list[str]:
    year: ProjectYear = step.subject
    coming: dict[str, int] = step.details.get("coming") or {}
    if not coming:
        return []
    if not first_of_several(year):
        return ["Chỉ thẩm định mức các năm sau cùng với năm đầu của đề án nhiều năm."]
    asked = {str(part.year): part.support for part in coming_years(year)}
    found = [f"Đề án không có phần của năm {name}." for name in coming if name not in asked]
    found += [
        f"Mức đề nghị năm {name} {dong(amount)} phải từ 0 đến mức đơn vị đề nghị {dong(asked[name])}."
        for name, amount in coming.items()
        if name in asked and not 0 <= amount <= asked[name]
    ]
    return found


@must("Chỉ đưa vào kế hoạch hồ sơ được đề nghị hỗ trợ")
def included_is_recommended(step: Step) -> str | None:
    """A local file that the appraisal does not recommend is ended in the list itself: there is no act of its own."""
    if step.verdict is None or step.verdict.name != "INCLUDE" or proposed_amount(step.subject) > 0:
        return None
    return "Phiếu thẩm định không đề nghị hỗ trợ: hồ sơ này chỉ được “Không chọn” hoặc “Để đợt sau”."


@must("Có trong danh mục đăng ký đã gửi Cục")
def named_in_registration_report(step: Step) -> str | None:
    """The province's report of registration names the file, or a project of its title (T36 article 6.1; A18)."""
    project: Project = step.subject.project
    lines = RegistrationReportLine.objects.filter(  # of its provinces, or of the one that took it over
        Q(report__province__in=project.members) | Q(report__tenant=project.tenant_id),
        report__round__year=step.subject.year,
    )
    named = Q(project_year=step.subject) | Q(project_year__isnull=True, title__iexact=project.title)
    if lines.filter(named).exists():
        return None
    return "Đề án không có trong danh mục đăng ký mà Sở Công Thương đã gửi Cục."


@must("Từ khi đăng ký về Cục: có công văn của Sở")
def department_letter_given(step: Step) -> str | None:
    """From registration on a file is withdrawn with the department's letter (T36 article 11)."""
    late = {State.REGISTERED, State.APPRAISED_AGENCY, State.PROPOSED}
    national = step.subject.project.programme == Programme.NATIONAL
    if national and step.subject.state in late and not step.details.get("department_letter"):
        return "Hồ sơ đã đăng ký về Cục: cần số, ngày công văn đồng ý của Sở Công Thương."
    return None


@must("Số tiền lớn hơn 0")
def amount_positive(step: Step) -> str | None:
    return None if step.details["amount"] > 0 else "Số tiền phải lớn hơn 0."


@must("Mức phê duyệt lớn hơn 0, không quá mức đề nghị; vượt định mức đã xác nhận phải có căn cứ ưu tiên")
def approved_amount(step: Step) -> str | None:
    """A confirmed norm blocks at approval unless a priority ground is recorded (product.md §4)."""
    if step.to_state == State.APPROVED or (step.verdict and step.verdict.target == State.APPROVED):
        amount = verdict_amount(step)
        if amount <= 0:
            return "Mức phê duyệt phải lớn hơn 0; nếu không hỗ trợ, hãy chọn “Không chọn”."
        if amount > step.subject.support:
            return (
                f"Mức phê duyệt {dong(amount)} vượt mức đề nghị {dong(step.subject.support)}. "
                "Hãy ghi mức không quá mức đề nghị."
            )
        return " ".join(norm_blocks(step.subject, step.on, amount)) or None
    return None


def verdict_amount(step: Step) -> int:
    """Amount in đồng that the verdict decides: typed with it, otherwise what the last list proposed."""
    typed = step.details.get("amount")
    if step.verdict is not None and step.verdict.with_amount:
        return int(typed or 0)
    return proposed_amount(step.subject)


def proposed_amount(year: ProjectYear) -> int:
    """What the last valid appraisal recommends, in đồng."""
    last = year.appraisals.filter(submission=year.submission).order_by("-pk").first()
    return last.recommended if last else year.support


def allocation_amount(step: Step) -> int:
    """FULL gives what is still missing to the plan in force, PARTIAL the typed amount (đồng)."""
    if step.verdict is not None and step.verdict.with_amount:
        return int(step.details.get("amount") or 0)
    sums = balance(step.subject.pk)
    return sums.planned - sums.allocated


@must("Số giao một phần lớn hơn 0")
def allocation_possible(step: Step) -> str | None:
    """What is left to give is the row's own condition; here only what was typed."""
    if step.verdict is not None and step.verdict.with_amount and allocation_amount(step) <= 0:
        return "Số giao phải lớn hơn 0."
    return None


@must("Ghi số, ngày phụ lục hợp đồng")
def annex_given(step: Step) -> str | None:
    if step.verdict is not None and step.verdict.name != "NONE" and not step.comment:
        return "Đề án đã ký hợp đồng: giao thêm cần ghi số, ngày phụ lục hợp đồng."
    return None
