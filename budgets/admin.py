"""Registers of the operator: types of activity, support norms, budget years. Nothing with an amount of a file."""

from __future__ import annotations

from django.contrib import admin

from accounts.admin_site import OperatorAdmin, site
from budgets.models import Activity, ActivityGroup, BudgetYear, SupportNorm
from khuyencong.lib.numbers import grouped


@admin.register(ActivityGroup, site=site)
class ActivityGroupAdmin(OperatorAdmin):
    frozen = ("number",)
    list_display = ("number", "name", "article", "certainty")
    list_display_links = ("name",)
    search_fields = ("name",)


@admin.register(Activity, site=site)
class ActivityAdmin(OperatorAdmin):
    frozen = ("code",)
    list_display = ("code", "name", "group", "selection", "first_advance_percent", "certainty")
    list_select_related = ("group",)
    list_filter = ("group", "selection")
    search_fields = ("code", "name")


@admin.register(SupportNorm, site=site)
class SupportNormAdmin(OperatorAdmin):
    """A new value is a new row from its day on; the old row gets its last day."""

    fields = (
        "activity",
        "programme",
        "province",
        "item",
        "share_percent",
        "ceiling",
        "unit",
        "priority_percent",
        "valid_from",
        "valid_to",
        "article",
        "certainty",
        "confirmed",
    )
    list_display = (
        "code",
        "item",
        "province",
        "share_percent",
        "ceiling_in_dong",
        "valid_from",
        "valid_to",
        "certainty",
        "confirmed",
    )
    list_display_links = ("item",)
    list_select_related = ("activity", "province")
    list_filter = ("confirmed", "certainty", "programme")
    search_fields = ("item", "activity__code", "activity__name")
    autocomplete_fields = ("activity", "province")
    ordering = ("activity_id", "item", "valid_from")

    @admin.display(description="loại", ordering="activity_id")
    def code(self, row: SupportNorm) -> str:
        return row.activity.code

    @admin.display(description="mức tối đa (đồng)", ordering="ceiling")
    def ceiling_in_dong(self, row: SupportNorm) -> str:
        return grouped(row.ceiling) if row.ceiling is not None else "–"


@admin.register(BudgetYear, site=site)
class BudgetYearAdmin(OperatorAdmin):
    frozen = ("year",)
    list_display = ("year", "ledger_complete")
