"""What must hold once the money came: contract, progress, advance, acceptance (see projects/guards.py)."""

from __future__ import annotations

import datetime as dt

from accounts.models import Organisation, OrganisationKind
from accounts.tenancy import predecessors_of
from budgets.models import Programme
from budgets.queries import Balance, balance
from khuyencong.lib.dates import short_date
from khuyencong.lib.money import dong
from khuyencong.lib.numbers import grouped
from khuyencong.lib.workflow import Step, must
from projects.bodies import accepted_by_site, acceptors
from projects.guards import shares_of
from projects.models import BeneficiaryShare, Event, Indicator, ProjectYear
from projects.queries import contract_of, earlier_contract, standing_reports
from projects.settlement_guards import payment_limit
from projects.states import State
from projects.years import over_years


@must("Không quá kinh phí được giao")
def within_allocation(step: Step) -> str | None:
    sums = balance(step.subject.pk)
    if sums.contracted + step.details["amount"] > sums.allocated:
        return f"Giá trị hợp đồng vượt kinh phí được giao ({dong(sums.allocated)})."
    return None


@must("Có hiệu lực không trước ngày ký; ngày kết thúc sau ngày bắt đầu")
def contract_days(step: Step) -> str | None:
    starts_on, ends_on = step.details["starts_on"], step.details["ends_on"]
    if starts_on < step.on:
        return f"Ngày có hiệu lực {short_date(starts_on)} trước ngày ký {short_date(step.on)}."
    if ends_on < starts_on:
        return "Ngày kết thúc hợp đồng phải sau ngày bắt đầu."
    return None


@must("Thời gian hợp đồng trong năm kế hoạch")
def contract_within_year(step: Step) -> str | None:
    """Money of a year is settled by 22 January of the next (T36 article 18.2)."""
    ends_on, last = step.details["ends_on"], dt.date(step.subject.year, 12, 31)
    if ends_on > last:
        return f"Hợp đồng kết thúc ngày {short_date(ends_on)}, sau năm kế hoạch {step.subject.year}."
    return None


@must("Đơn vị nghiệm thu là Sở nơi thực hiện; chương trình quốc gia: Sở hoặc Cục")
def accepting_body_fits(step: Step) -> str | None:
    """Acceptance by the department of the place, of a national file also by the agency (T36 article 21.1)."""
    body: Organisation | None = step.details["accepting_body"]
    project = step.subject.project
    if body is None:
        return None if accepted_by_site(step.subject) else "Hãy chọn một đơn vị nghiệm thu."
    if acceptors(step.subject, step.on).filter(pk=body.pk).exists():
        return None
    national = project.programme == Programme.NATIONAL
    return f"Đơn vị nghiệm thu phải là Sở Công Thương nơi thực hiện{' hoặc Cục' if national else ''}."


@must("Ký phụ lục: năm trước của đề án đã có hợp đồng")
def annex_of_contract(step: Step) -> str | None:
    """A later budget year is contracted by an annex to the contract of an earlier one, or by its own (chain §3.5)."""
    if not step.details.get("by_annex"):
        return None
    if step.action.name != "contract":
        return "Giao nhiệm vụ bằng quyết định, không bằng phụ lục hợp đồng."
    if earlier_contract(step.subject) is not None:
        return None
    return "Các năm trước của đề án chưa có hợp đồng với đơn vị này, nên phần của năm ký hợp đồng riêng."


@must("Hợp đồng đã có hiệu lực")
def contract_begun(step: Step) -> str | None:
    contract = contract_of(step.subject)
    if contract is not None and step.on < contract.starts_on:
        return f"Hợp đồng có hiệu lực từ {short_date(contract.starts_on)}."
    return None


@must("Tháng chưa có báo cáo")
def month_not_reported(step: Step) -> str | None:
    month: dt.date = step.details["month"].replace(day=1)
    if month > step.on:
        return "Tháng báo cáo ở tương lai."
    contract = contract_of(step.subject)
    if contract is not None and month < contract.starts_on.replace(day=1):
        return f"Tháng {month:%m/%Y} trước khi hợp đồng có hiệu lực ({short_date(contract.starts_on)})."
    if standing_reports(step.subject).filter(month=month).exists():
        return f"Tháng {month:%m/%Y} đã có báo cáo tiến độ."
    return None


@must("Báo cáo của tháng đang chờ xác nhận")
def month_awaits_confirmation(step: Step) -> str | None:
    month: dt.date = step.details["month"].replace(day=1)
    if standing_reports(step.subject).filter(month=month, confirmed_on__isnull=True).exists():
        return None
    return f"Tháng {month:%m/%Y} không có báo cáo đang chờ xác nhận."


@must("Khối lượng không giảm, giá trị không quá hợp đồng và đối ứng")
def progress_goes_on(step: Step) -> str | None:
    percent, value = step.details["percent"], step.details["value_done"]
    month = step.details["month"].replace(day=1)
    before = standing_reports(step.subject).filter(month__lt=month).order_by("-month").first()
    found = []
    if before is not None and percent < before.percent:
        found.append(f"Khối lượng {percent}% thấp hơn tháng {before.month:%m/%Y} ({before.percent}%).")
    if before is not None and value < before.value_done:
        found.append(
            f"Giá trị đã thực hiện {dong(value)} thấp hơn tháng {before.month:%m/%Y} ({dong(before.value_done)})."
        )
    total = invested(step.subject)
    if value > total:
        found.append(f"Giá trị đã thực hiện {dong(value)} vượt hợp đồng và đối ứng ({dong(total)}).")
    return " ".join(found) or None


def invested(year: ProjectYear) -> int:
    """What the contract puts into the work, State money and counterpart, in đồng."""
    sums = balance(year.pk)
    return sums.contracted + sums.counterpart_contracted


@must("Khối lượng từ 0 đến 100%")
def progress_is_a_share(step: Step) -> str | None:
    percent, value = step.details["percent"], step.details["value_done"]
    if not 0 <= percent <= 100:
        return "Khối lượng hoàn thành tính bằng phần trăm, từ 0 đến 100."
    return None if value >= 0 else "Giá trị đã thực hiện không được âm."


@must("Kiến nghị có hạn khắc phục, không trước ngày kiểm tra")
def finding_has_deadline(step: Step) -> str | None:
    fix_by: dt.date | None = step.details.get("fix_by")
    if not step.details.get("finding"):
        return None
    if fix_by is None:
        return "Kiến nghị kiểm tra cần hạn khắc phục."
    if fix_by < step.on:
        return (
            f"Hạn khắc phục {short_date(fix_by)} trước ngày kiểm tra {short_date(step.on)}. "
            "Hãy ghi ngày mà đơn vị còn kịp khắc phục."
        )
    return None


@must("Không quá tỷ lệ tạm ứng của loại hoạt động; phần còn lại sau nghiệm thu")
def advance_within_limits(step: Step) -> str | None:
    """First advance by the ratio of the type (T36 article 13), the rest only after acceptance (article 14); part by
    part where the contract says so (16.1)."""
    year, amount = step.subject, step.details["amount"]
    instalment = step.details["instalment"]
    sums = balance(year.pk)
    if instalment == "REMAINDER" or year.project.activity.advance_after_form:
        if year.state != State.ACCEPTED:
            return "Phần còn lại chỉ tạm ứng sau khi nghiệm thu."
        room = min(sums.contracted, sums.accepted) - sums.advanced - sums.paid
        return None if amount <= room else f"Phần còn lại tối đa là {dong(max(room, 0))}."
    if instalment == "PART":
        contract = contract_of(year)
        if contract is None or not contract.part_payments:
            return (
                "Hợp đồng không quy định chuyển tiền theo từng phần đã nghiệm thu: phần còn lại chỉ tạm ứng sau khi "
                "nghiệm thu toàn bộ."
            )
        room = part_room(year, sums)
        return None if amount <= room else f"Theo các phần đã nghiệm thu, số tạm ứng tối đa là {dong(room)}."
    if instalment == "NEXT":
        if not over_years(year.project):
            return "Tạm ứng lần tiếp theo chỉ có ở đề án thực hiện nhiều năm."
        room = next_room(year, sums)
        return (
            None if amount <= room else f"Theo tiến độ đã xác nhận, số tạm ứng tiếp tối đa là {dong(room)}."
        )
    percent = first_advance_percent(year)
    if percent is None:
        return None
    limit = sums.contracted * percent // 100
    if sums.advanced + amount > limit:
        return f"Tạm ứng lần một tối đa {percent}% giá trị hợp đồng: {dong(limit)}, đã tạm ứng {dong(sums.advanced)}."
    return None


@must("Đã thực hiện trên tỷ lệ mà loại hoạt động yêu cầu trước tạm ứng lần một")
def enough_done_for_advance(step: Step) -> str | None:
    """T36 article 13.2c, 13.1: over 70 % of the investment, in clusters over 50 % of the works. The text of 2018 was
    not read, so it asks for a reason and does not refuse."""
    needed: int | None = step.subject.project.activity.first_advance_work_percent
    if needed is None or step.details["instalment"] != "FIRST":
        return None
    report = standing_reports(step.subject).filter(confirmed_on__isnull=False).order_by("-month").first()
    done, total = report.value_done if report is not None else 0, invested(step.subject)
    if done * 100 > total * needed:
        return None
    return (
        f"Giá trị đã thực hiện theo báo cáo được xác nhận gần nhất là {dong(done)}, chưa trên {needed}% của tổng vốn "
        f"{dong(total)}."
    )


def part_room(year: ProjectYear, sums: Balance) -> int:
    """What may still be advanced while some parts are accepted, in đồng: the whole of those, and of the others the
    ratio of the first advance."""
    percent = first_advance_percent(year)
    others = sums.contracted - sums.accepted
    limit = sums.accepted + (others if percent is None else others * percent // 100)
    return max(limit - sums.advanced - sums.paid, 0) if sums.accepted else 0


def next_room(year: ProjectYear, sums: Balance) -> int:
    """What may still be advanced of a project over years before its acceptance, in đồng: the contract of the budget
    year in the proportion of the work that was confirmed (T36 article 15.2b)."""
    report = standing_reports(year).filter(confirmed_on__isnull=False).order_by("-month").first()
    done = report.percent if report is not None else 0
    return max(sums.contracted * done // 100 - sums.advanced - sums.paid, 0)


def first_advance_percent(year: ProjectYear) -> int | None:
    """Ratio of the first advance: the type's, for local files at most the province's; None: decided by authority."""
    percent: int | None = year.project.activity.first_advance_percent
    if year.project.programme == Programme.LOCAL and year.procedure is not None:
        own: int = year.procedure.first_advance_percent
        return own if percent is None else min(percent, own)
    return percent


@must("Không quá số đơn vị đề nghị")
def advance_as_requested(step: Step) -> str | None:
    asked = Event.objects.filter(project_year=step.subject, action="request_advance").order_by("-pk").first()
    if asked is not None and step.details["amount"] > asked.details["amount"]:
        return f"Số tạm ứng lớn hơn số đơn vị đề nghị ({dong(asked.details['amount'])})."
    return None


@must("Mẫu biên bản của đơn vị nghiệm thu")
def form_fits_acceptor(step: Step) -> str | None:
    """5a and 5b are the department's, 5c the agency's (T36 article 21.1)."""
    by_agency = step.by.organisation.kind == OrganisationKind.AGENCY
    if (step.details["form"] == "5c") == by_agency:
        return None
    return "Cục nghiệm thu dùng Mẫu 5c." if by_agency else "Sở Công Thương nghiệm thu dùng Mẫu 5a hoặc 5b."


@must("Sở Công Thương chỉ nghiệm thu phần việc ở tỉnh mình")
def own_sites(step: Step) -> str | None:
    """Where each department accepts its own site (T36 article 21.1): beneficiaries of its province only."""
    contract = contract_of(step.subject)
    if contract is None or contract.accepting_body_id is not None:
        return None
    named = {item["share"] for item in step.details["shares"]}
    own = step.by.organisation.province
    here = {own.pk, *(unit.pk for unit in predecessors_of(own))} if own is not None else set()
    others = [
        share.establishment.name
        for share in shares_of(step.subject)
        if share.pk in named and share.establishment.province_id not in here
    ]
    return f"Không ở tỉnh của Sở, do Sở nơi thực hiện nghiệm thu: {'; '.join(others)}." if others else None


@must(
    "Không quá kinh phí được giao; sau nghiệm thu, không quá số nghiệm thu; sau quyết toán, không quá số quyết toán"
)
def drawn_within_task(step: Step) -> str | None:
    """What a budget unit draws at its Treasury (L26 article 8.2a; G6)."""
    sums = balance(step.subject.pk)
    left, limit, basis = drawable(step.subject, sums)
    if step.details["amount"] <= left:
        return None
    return f"Đã rút {dong(sums.paid)} trên {basis} {dong(limit)}: chỉ rút thêm tối đa {dong(left)}."


def drawable(year: ProjectYear, sums: Balance) -> tuple[int, int, str]:
    """What a budget unit may still draw, in đồng, out of how much altogether, and what that is."""
    limit, basis = payment_limit(year, sums) if sums.accepted else (sums.contracted, "kinh phí được giao")
    return max(limit - sums.paid, 0), limit, basis


@must("Vốn đối ứng được nghiệm thu như cam kết")
def counterpart_as_planned(step: Step) -> str | None:
    year: ProjectYear = step.subject
    planned = {share.pk: (share.establishment.name, share.counterpart) for share in shares_of(year)}
    found = []
    for item in step.details["shares"]:
        name, plan = planned.get(item["share"], ("", year.counterpart))
        if item["counterpart"] != plan:
            less_or_more = "thấp" if item["counterpart"] < plan else "cao"
            found.append(
                f"{f'{name}: v' if name else 'V'}ốn đối ứng được nghiệm thu {dong(item['counterpart'])} "
                f"{less_or_more} hơn cam kết {dong(plan)}."
            )
    return " ".join(found) or None


@must("Kết quả trong khoảng thường gặp")
def outputs_as_usual(step: Step) -> str | None:
    outputs: dict[str, int] = step.details.get("outputs") or {}
    unusual = [code for code, value in outputs.items() if value > UNUSUAL_OUTPUT]
    names = Indicator.objects.filter(code__in=unusual, valid_to__isnull=True).order_by("order", "pk")
    return (
        " ".join(
            f"{indicator.name}: {grouped(outputs[indicator.code])} {indicator.unit} là lớn bất thường."
            for indicator in names
        )
        or None
    )


UNUSUAL_OUTPUT = 10_000
"""More than this of anything (people, machines, booths) in one acceptance is a slip of the hand (house)."""


@must("Phần chưa nghiệm thu, không quá mức được duyệt và giá trị hợp đồng")
def shares_to_accept(step: Step) -> str | None:
    open_shares = {
        share.pk
        for share in BeneficiaryShare.objects.filter(project_year=step.subject).exclude(state="accepted")
    }
    named = [item["share"] for item in step.details["shares"]]
    if not named:
        return "Chưa chọn phần hỗ trợ nào để nghiệm thu."
    if open_shares and not set(named) <= open_shares:
        return "Có phần hỗ trợ đã nghiệm thu hoặc không thuộc hồ sơ này."
    if not open_shares and named != [None]:
        return "Hồ sơ không có cơ sở thụ hưởng nên chỉ nghiệm thu chung một lần."
    if any(item["support"] < 0 or item["counterpart"] < 0 for item in step.details["shares"]):
        return "Kinh phí, vốn đối ứng được nghiệm thu không được âm."
    for share in step.subject.shares.select_related("establishment"):
        accepted = sum(item["support"] for item in step.details["shares"] if item["share"] == share.pk)
        if accepted > share.support:
            return (
                f"{share.establishment.name}: kinh phí nghiệm thu {dong(accepted)} vượt mức hỗ trợ được duyệt "
                f"{dong(share.support)}."
            )
    sums = balance(step.subject.pk)
    total = sum(item["support"] for item in step.details["shares"])
    if sums.accepted + total > sums.contracted:
        return (
            f"Kinh phí nghiệm thu {dong(sums.accepted + total)} vượt giá trị hợp đồng {dong(sums.contracted)}. "
            "Hãy xem lại từng phần."
        )
    return None


def all_shares_accepted(step: Step) -> bool:
    """True when this acceptance is the last one of the file."""
    named = {item["share"] for item in step.details["shares"]}
    left = BeneficiaryShare.objects.filter(project_year=step.subject).exclude(state="accepted")
    return not left.exclude(pk__in=[pk for pk in named if pk is not None]).exists()
