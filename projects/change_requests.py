"""What a change of an approved file may touch, who decides it, and how the file would look (T36 article 11).

A type opens a part of the file; what is typed there is laid over the file as it is (projects/snapshots.py) and the
whole is kept with the request, before and after. Amounts in đồng.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from budgets.models import Programme
from budgets.queries import balance
from khuyencong.lib.dates import short_date, today
from khuyencong.lib.money import dong
from khuyencong.lib.workflow import Refused
from projects.changes import changes_between
from projects.eligibility import ineligible
from projects.estimates import line_amount
from projects.groups import named_by_plan
from projects.models import (
    ENDS,
    ChangeOutcome,
    ChangeRequest,
    ChangeType,
    Decider,
    Establishment,
    Nature,
    Project,
    ProjectYear,
    ShareState,
)
from projects.norms import norm_blocks
from projects.queries import contract_item, working_year
from projects.snapshots import ESTIMATE_FIELDS, beneficiary_row, snapshot
from projects.years import YEAR_FIELDS, over_years

T = ChangeType

UP, DOWN, SAME = "up", "down", "same"


@dataclass(frozen=True)
class Opened:
    """What a type opens: ``fields`` of the project, the ``estimate``, fields of each beneficiary's ``shares``, or one
    beneficiary for another (``replaces``), the parts of coming ``years``. ``total``: how the support may move."""

    fields: tuple[str, ...] = ()
    estimate: bool = False
    shares: tuple[str, ...] = ()
    replaces: bool = False
    years: bool = False
    total: str = SAME


_MONEY = ("support", "counterpart")

OPENED: Mapping[str, Opened] = {
    T.INCREASE_SUPPORT: Opened(estimate=True, shares=_MONEY, total=UP),
    T.DECREASE_SUPPORT: Opened(estimate=True, shares=_MONEY, total=DOWN),
    T.SAME_TOTAL: Opened(estimate=True, shares=_MONEY),
    T.CHANGE_CONTENT: Opened(
        ("title", "objectives", "scale", "content", "organisation_of_work", "effects"), True, _MONEY
    ),
    T.PLACE: Opened(("place",), shares=("place",)),
    T.BENEFICIARY: Opened(("place",), replaces=True),
    T.PARTNER: Opened(("partner",)),
    T.TIME_WITHIN_YEAR: Opened(("starts_on", "ends_on")),
    T.EXTEND_NEXT_YEAR: Opened(("ends_on",)),
    T.YEARS: Opened(years=True),
    T.OTHER: Opened(("scale", "organisation_of_work", "effects")),
    T.STOP: Opened(),
}
"""What may be asked by request. Adding a project to the plan is no change of a file: it goes through a supplementary
round; ending one for a violation is not asked by its unit."""

_NOT_OF_GROUPS = frozenset({T.PLACE, T.BENEFICIARY, T.PARTNER})
"""Of a group project its plan of implementation says so (T36 article 10.1a), and shares change one by one
(projects/services/shares.py)."""


def types_of(project: Project) -> list[ChangeType]:
    """The types that may be asked of a file of ``project``."""
    group = project.nature == Nature.GROUP
    return [
        T(kind)
        for kind in OPENED
        if not (group and kind in _NOT_OF_GROUPS) and (kind != T.YEARS or over_years(project))
    ]


MINISTER_DECIDES = frozenset({T.INCREASE_SUPPORT, T.CHANGE_CONTENT, T.EXTEND_NEXT_YEAR, T.STOP, T.TERMINATE})
"""T36 article 11.2a, 11.3; the agency decides the others (11.2b)."""

UNDER_CONTRACT_BY_ANNEX = frozenset(
    {
        T.DECREASE_SUPPORT,
        T.SAME_TOTAL,
        T.CHANGE_CONTENT,
        T.PLACE,
        T.BENEFICIARY,
        T.PARTNER,
        T.TIME_WITHIN_YEAR,
        T.EXTEND_NEXT_YEAR,
    }
)
"""Changes of what the contract says: once signed it follows by an annex. More money comes with its own annex when it
is allocated."""


@dataclass(frozen=True)
class Authority:
    """Who decides a change, and whether the department confirms it first."""

    decides: str
    confirms: bool


def authority_of(year: ProjectYear, change_type: str) -> Authority:
    """National: the minister or the agency; the department confirms what lies in its province alone (T36 article 11.1,
    11.2). Local: who approved, on the department's word; what the province's procedure names the department decides
    itself (T46 article 8.3b)."""
    if year.project.programme == Programme.NATIONAL:
        decides = Decider.MINISTRY if change_type in MINISTER_DECIDES else Decider.AGENCY
        in_one = year.project.province_id is not None
        return Authority(decides, confirms=in_one and change_type != T.TERMINATE)
    named = year.procedure.department_decides.split() if year.procedure is not None else []
    if change_type in named:
        return Authority(Decider.DEPARTMENT, confirms=False)
    return Authority(Decider.PEOPLES_COMMITTEE, confirms=change_type != T.TERMINATE)


# -- the file before and after -----------------------------------------------------------------------


def standing_file(year: ProjectYear) -> dict[str, Any]:
    """The file as it is in force, with its support and counterpart. Of a project over years a year that is not the
    last ends by itself: with its contract, before that with the year."""
    found = {**snapshot(year), "support": year.support, "counterpart": year.counterpart}
    if ends_before_project(year):
        found["file"] = {**found["file"], "ends_on": end_of_year(year).isoformat()}
    return found


def ends_before_project(year: ProjectYear) -> bool:
    """Whether other budget years of the project come after this one."""
    return over_years(year.project) and year.year < year.project.last_year


def end_of_year(year: ProjectYear) -> dt.date:
    """When the work of a budget year of a project over years ends."""
    item = contract_item(year)
    if item is None:
        return dt.date(year.year, 12, 31)
    return item.ends_on or item.contract.ends_on


def own_source(year: ProjectYear) -> str:
    """The column of the estimate that holds the State money of the file's programme."""
    return "national" if year.project.programme == Programme.NATIONAL else "local"


def asked_file(
    year: ProjectYear, change_type: str, changes: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """``before`` with ``changes`` laid over it: names of the project's fields, ``estimate`` (all lines), and
    ``beneficiaries`` (rows with ``establishment`` and what changes), ``replaces`` and ``beneficiary`` (ids in the
    register). Raises Refused for what the type does not open."""
    opened = OPENED[change_type]
    allowed = {
        *opened.fields,
        *(["estimate"] if opened.estimate else []),
        *(["beneficiaries"] if opened.shares else []),
        *(["replaces", "beneficiary"] if opened.replaces else []),
        *(["years"] if opened.years else []),
    }
    if closed := sorted(set(changes) - allowed):
        raise Refused(
            f"Loại “{T(change_type).label}” không sửa được: {', '.join(closed)}. Hãy chọn loại điều chỉnh khác."
        )
    file = {name: _text(changes[name]) for name in opened.fields if name in changes}
    after = {**before, "file": {**before["file"], **file}}
    if "estimate" in changes:
        after["estimate"] = [_line(order, line) for order, line in enumerate(changes["estimate"], start=1)]
        if _sources(after["estimate"]) != _sources(before["estimate"]):
            after["support"] = sum(line[own_source(year)] for line in after["estimate"])
            after["counterpart"] = sum(line["counterpart"] for line in after["estimate"])
    after["beneficiaries"] = _shares(year, opened, changes, before, after)
    if opened.replaces:
        after["beneficiaries"] = _replaced(year, changes, before)
    if opened.years:
        after["years"] = _parts_of_years(changes, before)
    elif "years" in before and after["support"] != before["support"]:  # the part of the year follows
        after["years"] = [
            row | {"support": after["support"]} if row["year"] == year.year else row
            for row in before["years"]
        ]
    return after


def _parts_of_years(changes: Mapping[str, Any], before: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parts of the years with what was said of them."""
    said = {row["year"]: row for row in changes.get("years", ())}
    rows = before.get("years", [])
    if unknown := set(said) - {row["year"] for row in rows}:
        raise Refused(f"Đề án không thực hiện trong năm {', '.join(map(str, sorted(unknown)))}.")
    return [
        row | {name: given[name] for name in YEAR_FIELDS[1:] if name in given}
        for row in rows
        for given in (said.get(row["year"], {}),)
    ]


def _text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _sources(lines: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(line[name] for name in ("national", "local", "counterpart", "other")) for line in lines]


def _line(order: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """A line as a snapshot holds it; its amount is computed."""
    given: dict[str, Any] = {
        name: values[name] for name in ESTIMATE_FIELDS if values.get(name) not in (None, "")
    }
    line: dict[str, Any] = {
        "position": str(order), "line_kind": "COST", "item": "", "unit": "", "quantity": Decimal(1), "unit_price": 0,
        "national": 0, "local": 0, "counterpart": 0, "other": 0, "basis": "", "note": "", "vat_included": True,
    } | given  # fmt: skip
    quantity = Decimal(line["quantity"]).quantize(Decimal("0.001"))
    amount = line_amount(quantity, line["unit_price"])
    return {name: line.get(name) for name in ESTIMATE_FIELDS} | {"quantity": str(quantity), "amount": amount}


def _shares(
    year: ProjectYear,
    opened: Opened,
    changes: Mapping[str, Any],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """The beneficiaries with what was said of them; one alone has all that the file has, unless a plan of
    implementation says what it has."""
    said = {row["establishment"]: row for row in changes.get("beneficiaries", ())}
    rows = [dict(row) for row in before["beneficiaries"]]
    if unknown := set(said) - {row["establishment"] for row in rows}:
        raise Refused(f"Cơ sở số {', '.join(map(str, sorted(unknown)))} không thụ hưởng hồ sơ này.")
    for row in rows:
        given = said.get(row["establishment"], {})
        row |= {name: given[name] for name in opened.shares if name in given}
    if opened.estimate and len(rows) == 1 and not named_by_plan(year.project, today()):
        rows[0] |= {name: after[name] for name in _MONEY}
    return rows


def _replaced(
    year: ProjectYear, changes: Mapping[str, Any], before: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The beneficiaries with the new one in the place, and with the money, of the old one."""
    new = _establishment(year, changes.get("beneficiary"))
    old = changes.get("replaces")
    rows = [dict(row) for row in before["beneficiaries"]]
    if old is None and len(rows) == 1:
        old = rows[0]["establishment"]
    if old not in {row["establishment"] for row in rows}:
        raise Refused("Hãy chọn cơ sở được thay, trong các cơ sở thụ hưởng của hồ sơ.")
    return [
        row | beneficiary_row(new) | {"place": new.address} if row["establishment"] == old else row
        for row in rows
    ]


def _establishment(year: ProjectYear, key: Any) -> Establishment:
    found = (
        Establishment.objects.select_related("province").filter(pk=key, tenant_id=year.tenant_id).first()
        if isinstance(key, int)
        else None
    )
    if found is None:
        raise Refused("Hãy chọn cơ sở thụ hưởng mới trong danh bạ của tỉnh.")
    return found


# -- what must hold ----------------------------------------------------------------------------------


def faults(
    year: ProjectYear, change_type: str, before: Mapping[str, Any], after: Mapping[str, Any], day: dt.date
) -> list[str]:
    """Sentences on what stands against the change on ``day``, when it is asked and again when it is decided."""
    if change_type in ENDS:
        return []
    found = [
        *_nothing_changed(before, after),
        *_total(year, change_type, before["support"], after["support"]),
        *_estimate(year, before, after),
        *_parts(before, after, within=named_by_plan(year.project, day)),
        *_accepted_kept(year, before, after),
        *_period(year, change_type, after["file"]),
        *_new_beneficiary(before, after, day),
        *_years(year, change_type, before, after),
    ]
    if after["support"] > before["support"]:
        found += norm_blocks(year, day, after["support"])
    return found


def _nothing_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [] if changes_between(before, after) else ["Chưa có gì thay đổi so với hồ sơ đang có hiệu lực."]


def _total(year: ProjectYear, change_type: str, old: int, new: int) -> list[str]:
    total = OPENED[change_type].total
    if total == SAME and new != old:
        return [f"Loại điều chỉnh này giữ nguyên kinh phí hỗ trợ {dong(old)}; dự toán mới là {dong(new)}."]
    if total == UP and new <= old:
        return [f"Kinh phí hỗ trợ trong dự toán mới {dong(new)} không tăng so với {dong(old)}."]
    if total != DOWN:
        return []
    if not 0 < new < old:
        return [f"Kinh phí hỗ trợ trong dự toán mới {dong(new)} phải giảm so với {dong(old)} và lớn hơn 0."]
    sums = balance(year.pk)
    if new < (spent := max(sums.advanced + sums.paid, sums.accepted)):
        return [
            f"Đã tạm ứng, thanh toán hoặc nghiệm thu {dong(spent)}: kinh phí hỗ trợ không giảm dưới mức đó."
        ]
    return []


def _estimate(year: ProjectYear, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    lines = after["estimate"]
    if lines == before["estimate"]:
        return []
    found = []
    numbers = [line["position"] for line in lines]
    if len(set(numbers)) < len(numbers):
        found.append("Dự toán có nhiều dòng cùng số thứ tự.")
    for line in lines:
        name = f"Dự toán dòng {line['position']}"
        if not line["item"]:
            found.append(f"{name}: chưa ghi nội dung chi.")
        if line["national"] and line["local"]:
            found.append(f"{name}: một dòng chỉ nhận một nguồn khuyến công (TTLT 26/2014, điều 7.4).")
        sources = line["national"] + line["local"] + line["counterpart"] + line["other"]
        if sources != line["amount"]:
            found.append(
                f"{name}: các nguồn cộng lại {dong(sources)}, khác thành tiền {dong(line['amount'])}."
            )
    asked = sum(line[own_source(year)] for line in lines)
    if asked != after["support"]:
        found.append(
            f"Dự toán ghi {dong(asked)} kinh phí khuyến công, khác mức hỗ trợ {dong(after['support'])}."
        )
    return found


def _parts(before: Mapping[str, Any], after: Mapping[str, Any], *, within: bool) -> list[str]:
    """G9: the shares make up the support; a counterpart that moves is that of the shares. ``within``: a plan of
    implementation names them, and may name less."""
    rows = after["beneficiaries"]
    if not rows:
        return []
    found = []
    for name, label in (("support", "hỗ trợ"), ("counterpart", "đối ứng")):
        total = sum(row[name] for row in rows)
        if within and total <= after[name]:
            continue
        if total != after[name] and (after[name] != before[name] or rows != before["beneficiaries"]):
            found.append(
                f"Các cơ sở thụ hưởng cộng lại {label} {dong(total)}, khác của hồ sơ {dong(after[name])}."
            )
        if any(row[name] < 0 for row in rows):
            found.append(f"Phần {label} của cơ sở thụ hưởng không được âm.")
    return found


def _accepted_kept(year: ProjectYear, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What was accepted of a beneficiary is not changed any more."""
    accepted = dict(
        year.shares.filter(state=ShareState.ACCEPTED).values_list("establishment_id", "establishment__name")
    )
    old = {row["establishment"]: row for row in before["beneficiaries"]}
    new = {row["establishment"]: row for row in after["beneficiaries"]}
    return [
        f"{name}: đã nghiệm thu nên không điều chỉnh được phần này."
        for key, name in accepted.items()
        if old.get(key) != new.get(key)
    ]


def _period(year: ProjectYear, change_type: str, file: Mapping[str, Any]) -> list[str]:
    if change_type not in {T.TIME_WITHIN_YEAR, T.EXTEND_NEXT_YEAR}:
        return []
    starts_on, ends_on = (
        dt.date.fromisoformat(file[name]) if file[name] else None for name in ("starts_on", "ends_on")
    )
    if starts_on is None or ends_on is None or ends_on < starts_on:
        return ["Ngày kết thúc phải sau ngày bắt đầu."]
    last = working_year(year)
    if change_type == T.TIME_WITHIN_YEAR and ends_on.year > last:
        return [
            f"Ngày kết thúc {short_date(ends_on)} sau năm {last}: hãy chọn loại “{T.EXTEND_NEXT_YEAR.label}”."
        ]
    if change_type == T.EXTEND_NEXT_YEAR and ends_on.year != last + 1:
        return [f"Gia hạn sang năm sau thì ngày kết thúc phải trong năm {last + 1}."]
    return []


def _years(
    year: ProjectYear, change_type: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[str]:
    """The total that was approved as one stays; years that have their own file change with it (T36 article 11.2)."""
    if change_type != T.YEARS:
        return []
    old, new = before.get("years", []), after.get("years", [])
    begun = set(ProjectYear.objects.filter(project=year.project_id).values_list("year", flat=True))
    found = [
        f"Phần kinh phí năm {now['year']} đã lập hồ sơ riêng nên không điều chỉnh ở phân kỳ."
        for was, now in zip(old, new, strict=True)
        if was != now and now["year"] in begun
    ]
    total, asked = (sum(row["support"] for row in rows) for rows in (old, new))
    if total != asked:
        found.append(f"Phân kỳ mới cộng lại {dong(asked)}, khác tổng kinh phí hỗ trợ đã duyệt {dong(total)}.")
    for row in new:
        if row["support"] < 0 or row["counterpart"] < 0:
            found.append(f"Năm {row['year']}: số tiền không được âm.")
        if not row["stages"].strip() or not row["results"].strip():
            found.append(f"Năm {row['year']}: hãy ghi nội dung, giai đoạn và kết quả dự kiến.")
    return found


def _new_beneficiary(before: Mapping[str, Any], after: Mapping[str, Any], day: dt.date) -> list[str]:
    keys = [row["establishment"] for row in after["beneficiaries"]]
    known = {row["establishment"] for row in before["beneficiaries"]}
    if len(set(keys)) < len(keys):
        return ["Cơ sở này đã thụ hưởng hồ sơ."]
    new = Establishment.objects.select_related("province").filter(pk__in=set(keys) - known)
    return [f"{row.name}: {reason}" for row in new for reason in ineligible(row, day)]


# -- reads -------------------------------------------------------------------------------------------


def waiting_change(year: ProjectYear) -> ChangeRequest | None:
    """The request that waits for an answer; a file has one at most."""
    return (
        year.changes.filter(outcome=ChangeOutcome.WAITING).select_related("requested", "beneficiary").first()
    )
