"""Registers of the operator: papers that files carry, indicators, procedures of the provinces. No file."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError

from accounts.admin_site import OVERLAP, ModelForm, OperatorAdmin, site, spans_overlap
from projects.admin_signing import (
    AuthorisationAdmin,
    EndorsementRuleAdmin,
    OrderedActAdmin,
    SigningRuleAdmin,
)
from projects.models import (
    ActivityPaper,
    ChangeType,
    FlagshipRule,
    GroupType,
    Indicator,
    LocalProcedure,
    RequiredPaper,
)

__all__ = ["AuthorisationAdmin", "EndorsementRuleAdmin", "OrderedActAdmin", "SigningRuleAdmin"]
"""Registered with the other registers."""


@admin.register(RequiredPaper, site=site)
class RequiredPaperAdmin(OperatorAdmin):
    frozen = ("code",)
    list_display = ("code", "name", "stage", "province", "blocks", "valid_from", "valid_to", "certainty")
    list_display_links = ("name",)
    list_select_related = ("province",)
    list_filter = ("stage", "blocks")
    search_fields = ("code", "name")
    autocomplete_fields = ("province",)


@admin.register(ActivityPaper, site=site)
class ActivityPaperAdmin(OperatorAdmin):
    frozen = ("activity", "code")
    list_display = ("code", "name", "activity", "province", "stage", "blocks", "certainty")
    list_display_links = ("name",)
    list_select_related = ("activity", "province")
    list_filter = ("blocks",)
    search_fields = ("code", "name", "activity__name", "province__name")
    autocomplete_fields = ("activity", "province")


@admin.register(GroupType, site=site)
class GroupTypeAdmin(OperatorAdmin):
    frozen = ("activity",)
    list_display = ("name", "activity", "named", "valid_from", "valid_to", "certainty")
    list_select_related = ("activity",)
    search_fields = ("name", "activity__name")
    autocomplete_fields = ("activity",)


@admin.register(FlagshipRule, site=site)
class FlagshipRuleAdmin(OperatorAdmin):
    list_display = (
        "text", "least_activities", "least_beneficiaries", "least_years", "most_years", "valid_from", "valid_to",
        "certainty",
    )  # fmt: skip
    search_fields = ("text", "article")


@admin.register(Indicator, site=site)
class IndicatorAdmin(OperatorAdmin):
    frozen = ("code",)
    list_display = ("name", "code", "unit", "group", "of_which", "valid_from", "valid_to")
    list_select_related = ("group", "of_which")
    list_filter = ("group",)
    search_fields = ("code", "name")
    autocomplete_fields = ("activities", "of_which")


class LocalProcedureForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if unknown := set(cleaned.get("department_decides", "").split()) - set(ChangeType.values):
            known = ", ".join(f"{value} ({label})" for value, label in ChangeType.choices)
            raise ValidationError(
                {"department_decides": f"Không có loại {', '.join(sorted(unknown))}. Các loại: {known}."}
            )
        province = cleaned.get("province", self.instance.province if self.instance.pk else None)
        start = cleaned.get("valid_from", self.instance.valid_from if self.instance.pk else None)
        if province is not None and start is not None:
            others = LocalProcedure.objects.filter(province=province).exclude(pk=self.instance.pk)
            spans = list(others.values_list("valid_from", "valid_to"))
            if spans_overlap([*spans, (start, cleaned.get("valid_to"))]):
                raise ValidationError(OVERLAP)
        return cleaned


@admin.register(LocalProcedure, site=site)
class LocalProcedureAdmin(OperatorAdmin):
    """Files keep the version in force when they were submitted, so a version is not rewritten: it is ended, and a
    new one begins."""

    form = LocalProcedureForm
    frozen = (
        "province",
        "valid_from",
        "opinion_required",
        "allocation_appraisal_required",
        "first_advance_percent",
        "department_decides",
        "decision_line",
    )
    list_display = (
        "province",
        "valid_from",
        "valid_to",
        "opinion_required",
        "allocation_appraisal_required",
        "first_advance_percent",
        "certainty",
    )
    list_select_related = ("province",)
    search_fields = ("province__name",)
    autocomplete_fields = ("province",)
    ordering = ("province__name_sort", "-valid_from")
