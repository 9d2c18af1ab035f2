"""The operator's pages: reference data, people, positions. No file, no money, nothing that has a state.

Only who acts in the position OPERATOR today gets in; superusers are not asked for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts.models import Position, PositionKind
from khuyencong.lib.dates import today
from khuyencong.lib.vietnamese import fold

FAR = dt.date.max
OVERLAP = "Khoảng thời gian trùng với dòng khác. Hãy ghi ngày kết thúc cho dòng trước."

if TYPE_CHECKING:  # generic for the type checker only
    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
    TabularInline = admin.TabularInline[Any, Any]
    InlineFormSet = BaseInlineFormSet[Any, Any, Any]
else:
    ModelAdmin, ModelForm = admin.ModelAdmin, forms.ModelForm
    TabularInline, InlineFormSet = admin.TabularInline, BaseInlineFormSet


def operator_of(request: HttpRequest) -> Position | None:
    """The operator's position in which this request acts, or None."""
    position: Position | None = getattr(request, "acting", None)
    return position if position is not None and position.kind == PositionKind.OPERATOR else None


class OperatorSite(admin.AdminSite):
    site_title = "Quản trị danh mục"
    site_header = "Khuyến công – quản trị danh mục"
    index_title = "Danh mục dùng chung"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        return operator_of(request) is not None

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Signed in but not the operator: nothing here for them (403); the middleware has let in nobody else."""
        if self.has_permission(request):
            return redirect("admin:index")
        raise PermissionDenied("Chỉ người quản trị hệ thống vào được trang này.")

    def logout(  # type: ignore[override]  # the house's own page
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("me")

    def password_change(  # type: ignore[override]  # as above
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("change_password")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:  # type: ignore[override]  # as Django's
        return Suggestions.as_view(admin_site=self)(request)


class Suggestions(AutocompleteJsonView):
    """What a field offers while one types, by the names that the register shows."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        register = self.model_admin
        text = register.label(obj) if isinstance(register, OperatorAdmin) else str(obj)
        return super().serialize_result(obj, to_field_name) | {"text": text}


site = OperatorSite(name="admin")


class _Allowed:
    """Whoever passed the gate of the site may see and change; nothing is deleted, rows are ended by a date."""

    can_delete = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return operator_of(request) is not None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return operator_of(request) is not None

    has_add_permission = has_view_permission
    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OperatorAdmin(_Allowed, ModelAdmin):
    """A register of the operator. ``frozen``: fields that are set once, when the row is made."""

    frozen: Collection[str] = ()
    actions: Sequence[str] | None = None
    list_per_page = 50

    def label(self, row: Any) -> str:
        """What stands for the row where another register offers it."""
        return str(row)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        register = self.admin_site._registry.get(db_field.remote_field.model)
        if isinstance(register, OperatorAdmin):
            field.label_from_instance = register.label  # type: ignore[union-attr, method-assign]
        return field

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        subtitle = {"subtitle": self.label(row)} if row is not None else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **subtitle})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"valid_from": today(), **super().get_changeform_initial_data(request)}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Words in any order, forgiving case and marks. Folds in memory: a register has some hundred rows."""
        words = fold(search_term).split()
        if not words:
            return queryset, False
        found = {
            key
            for key, *texts in queryset.order_by().values_list("pk", *self.get_search_fields(request))
            if all(word in fold(" ".join(str(text or "") for text in texts)) for word in words)
        }
        return queryset.filter(pk__in=found), False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = [str(field) for field in super().get_readonly_fields(request, obj)]
        return fields + [name for name in self.frozen if obj is not None]


def spans_overlap(spans: list[tuple[dt.date, dt.date | None]]) -> bool:
    """Whether two of the spans, ends included and None meaning without end, share a day."""
    ordered = sorted((start, end or FAR) for start, end in spans)
    return any(later[0] <= earlier[1] for earlier, later in pairwise(ordered))


class DatedRows(InlineFormSet):
    """Rows of one parent, of which one at most holds on any day."""

    def clean(self) -> None:
        super().clean()
        rows = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data and form not in self.deleted_forms
        ]
        spans = [(row["valid_from"], row.get("valid_to")) for row in rows if row.get("valid_from")]
        if spans_overlap(spans):
            raise ValidationError(OVERLAP)


class DatedInline(_Allowed, TabularInline):
    formset = DatedRows
    extra = 0
    ordering = ("valid_from",)
