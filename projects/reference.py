"""Loads required papers, indicators, provinces' procedures (creates what is missing, never overwrites)."""

from __future__ import annotations

from accounts.models import FIRST_DAY, Province
from budgets.models import Activity, ActivityGroup, Certainty
from khuyencong import data
from projects.models import (
    ActivityPaper,
    FlagshipRule,
    GroupType,
    Indicator,
    LocalProcedure,
    OrderedAct,
    RequiredPaper,
)


def load_required_papers() -> int:
    """D01–D23; those whose code is known are left alone."""
    known = set(RequiredPaper.objects.values_list("code", flat=True))
    return len(
        RequiredPaper.objects.bulk_create(
            RequiredPaper(
                code=row["code"],
                name=row["name"],
                stage=row["stage"],
                programme=row["programme"],
                owner=row["owner"],
                copy=row["copy"],
                made_here=bool(row["made_here"]),
                named_only=bool(row["named_only"]),
                blocks=bool(row["blocks"]),
                article=row["article"],
                certainty=row["certainty"],
                valid_from=FIRST_DAY,
            )
            for row in data.rows("required-papers")
            if row["code"] not in known
        )
    )


def load_activity_papers() -> int:
    """What the types add at registration, for types that have no paper yet."""
    known = set(ActivityPaper.objects.values_list("activity__code", flat=True))
    activities = Activity.objects.in_bulk(field_name="code")
    return len(
        ActivityPaper.objects.bulk_create(
            ActivityPaper(
                activity=activities[row["activity"]],
                code=row["code"],
                name=row["name"],
                stage=row["stage"],
                blocks=bool(row["blocks"]),
                article=row["article"],
                certainty=row["certainty"],
                valid_from=FIRST_DAY,
            )
            for row in data.rows("activity-papers")
            if row["activity"] not in known
        )
    )


def load_group_types() -> int:
    """Types of activity that may be written for a group, for those that have no row yet."""
    known = set(GroupType.objects.values_list("activity__code", flat=True))
    activities = Activity.objects.in_bulk(field_name="code")
    return len(
        GroupType.objects.bulk_create(
            GroupType(
                activity=activities[row["activity"]],
                name=row["name"],
                named=bool(row["named"]),
                valid_from=row["valid_from"],
                article=row["article"],
                certainty=row["certainty"],
            )
            for row in data.rows("group-types")
            if row["activity"] not in known
        )
    )


def load_flagship_rules() -> int:
    """What a flagship project must have, from which day on, while no rule is there."""
    if FlagshipRule.objects.exists():
        return 0
    return len(
        FlagshipRule.objects.bulk_create(
            FlagshipRule(
                valid_from=row["valid_from"],
                valid_to=data.day(row["valid_to"]),
                least_activities=int(row["least_activities"]),
                least_beneficiaries=int(row["least_beneficiaries"]),
                least_years=int(row["least_years"]),
                most_years=int(row["most_years"]) if row["most_years"] else None,
                text=row["text"],
                article=row["article"],
                certainty=row["certainty"],
            )
            for row in data.rows("flagship-rules")
        )
    )


def load_indicators() -> int:
    """Counted outputs with the types that suggest them; a part names the row it is a part of."""
    known = set(Indicator.objects.values_list("code", flat=True))
    wanted = [row for row in data.rows("indicators") if row["code"] not in known]
    groups = ActivityGroup.objects.in_bulk(field_name="number")
    activities = Activity.objects.in_bulk(field_name="code")
    indicators = {indicator.code: indicator for indicator in Indicator.objects.order_by("valid_from")}
    for parts in (False, True):
        created = Indicator.objects.bulk_create(
            Indicator(
                code=row["code"],
                name=row["name"],
                unit=row["unit"],
                group=groups[int(row["group"])],
                order=int(row["order"]),
                of_which=indicators[row["of_which"]] if parts else None,
                valid_from=data.day(row["valid_from"]) or FIRST_DAY,
                article=row["article"],
                certainty=row["certainty"],
            )
            for row in wanted
            if bool(row["of_which"]) == parts
        )
        indicators |= {indicator.code: indicator for indicator in created}
    suggestion = Indicator.activities.through
    suggestion.objects.bulk_create(
        suggestion(indicator=indicators[row["code"]], activity=activities[code])
        for row in wanted
        for code in row["activities"].split()
    )
    return len(wanted)


def load_procedures() -> int:
    """The default procedure for every province of now and of before the merger that has none, for as long as the
    province is there, until its committee's own is entered: a file without one would wait for an opinion that nobody
    may give."""
    provinces = Province.objects.filter(procedures=None)
    return len(
        LocalProcedure.objects.bulk_create(
            LocalProcedure(
                province=province,
                valid_from=province.valid_from,
                valid_to=province.valid_to,
                article="Mặc định, chờ quy định của tỉnh",
                certainty=Certainty.INFERRED,
            )
            for province in provinces
        )
    )


def load_ordered_acts() -> int:
    """What may be signed by order (TL.), for acts and kinds of papers that have no row yet."""
    known = set(OrderedAct.objects.values_list("action", "paper", "above"))
    return len(
        OrderedAct.objects.bulk_create(
            OrderedAct(
                action=row["action"],
                state=row["state"],
                paper=row["paper"],
                above=bool(row["above"]),
                article=row["article"],
                certainty=row["certainty"],
                valid_from=FIRST_DAY,
            )
            for row in data.rows("ordered-acts")
            if (row["action"], row["paper"], bool(row["above"])) not in known
        )
    )


LOADERS = {
    "giấy tờ bắt buộc": load_required_papers,
    "giấy tờ theo loại hoạt động": load_activity_papers,
    "dạng đề án nhóm": load_group_types,
    "việc ký thừa lệnh": load_ordered_acts,
    "quy định về đề án điểm": load_flagship_rules,
    "chỉ tiêu": load_indicators,
    "quy định của tỉnh": load_procedures,
}
