"""Registers of the operator: organisations and provinces with their dated names, people, positions, days off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from accounts import services
from accounts.admin_site import DatedInline, ModelForm, OperatorAdmin, operator_of, site
from accounts.models import (
    HEADS,
    PROVINCIAL_KINDS,
    UNIT_KINDS,
    BudgetUnit,
    Capacity,
    FactorEvent,
    Holiday,
    Organisation,
    OrganisationName,
    Position,
    PositionKind,
    Province,
    ProvinceName,
    ProvinceRegion,
    Tenant,
    User,
)
from accounts.reference import unit_tenant
from accounts.second_factor.rules import has_factor
from accounts.second_factor.services import reset_factor
from khuyencong.lib.dates import ZONE


class OrganisationNames(DatedInline):
    model = OrganisationName


class BudgetUnits(DatedInline):
    model = BudgetUnit


class OrganisationForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "kind" in cleaned and (cleaned["kind"] in PROVINCIAL_KINDS) != bool(cleaned.get("province")):
            raise ValidationError(
                {"province": "Tổ chức của tỉnh phải có tỉnh; tổ chức trung ương thì không."}
            )
        return cleaned


def _last_name(row: Organisation) -> str:
    """The latest name of an organisation whose names are at hand."""
    names = sorted(row.names.all(), key=lambda name: name.valid_from)
    return names[-1].name if names else row.slug


@admin.register(Organisation, site=site)
class OrganisationAdmin(OperatorAdmin):
    """A new organisation gets the tenant of its province or of the nation (a unit of no province one of its own), and
    its SYSTEM position."""

    form = OrganisationForm
    fields = ("kind", "slug", "province", "superior", "valid_from", "valid_to")
    frozen = ("kind", "slug", "province", "valid_from")
    inlines = [OrganisationNames, BudgetUnits]
    list_display = ("present_name", "kind", "province", "valid_from", "valid_to")
    list_filter = ("kind",)
    list_select_related = ("province",)
    search_fields = ("slug", "names__name")
    ordering = ("kind", "slug", "-valid_from")
    autocomplete_fields = ("province", "superior")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organisation]:
        return super().get_queryset(request).prefetch_related("names")

    @admin.display(description="tên")
    def present_name(self, row: Organisation) -> str:
        return _last_name(row)

    def label(self, row: Organisation) -> str:
        until = f" (đến {row.valid_to:%d/%m/%Y})" if row.valid_to else ""
        return f"{_last_name(row)}{until}"

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        if obj.kind in UNIT_KINDS:
            obj.tenant = unit_tenant(f"{obj.slug} ({obj.valid_from:%d/%m/%Y})")
        else:
            nation = Tenant.objects.filter(kind=Tenant.Kind.NATIONAL)
            obj.tenant = obj.province.tenant if obj.province else nation.get()
        super().save_model(request, obj, form, change)
        Position.objects.create(
            organisation=obj, kind=PositionKind.SYSTEM, title="Hệ thống", valid_from=obj.valid_from
        )


class ProvinceNames(DatedInline):
    model = ProvinceName


class ProvinceRegions(DatedInline):
    model = ProvinceRegion


@admin.register(Province, site=site)
class ProvinceAdmin(OperatorAdmin):
    """Units come and go by a change of organisations (succession/); here stand their names and regions."""

    fields = ("name", "slug", "code", "valid_from", "valid_to", "successor")
    readonly_fields = fields
    inlines = [ProvinceNames, ProvinceRegions]
    list_display = ("name", "slug", "code", "valid_from", "valid_to", "successor")
    list_select_related = ("successor",)
    search_fields = ("name", "slug")
    ordering = ("name_sort", "valid_from")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PersonForm(ModelForm):
    first_password = forms.CharField(
        label="Mật khẩu lần đầu",
        required=False,
        min_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Người dùng phải đổi ngay khi đăng nhập. Với người đã có: chỉ điền khi cấp lại mật khẩu.",
    )

    factor_lost = forms.CharField(
        label="Xóa xác thực hai lớp: lý do",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=(
            "Chỉ điền khi người dùng mất điện thoại, khóa và mã dự phòng, và đã xác minh đúng người. "
            "Họ tự đặt lại khi đăng nhập."
        ),
    )

    class Meta:
        model = User
        fields = ("username", "full_name", "email", "is_active")

    def clean_first_password(self) -> str:
        password: str = self.cleaned_data["first_password"]
        if not password and self.instance.pk is None:
            raise ValidationError("Hãy cấp mật khẩu lần đầu.")
        return password

    def clean_factor_lost(self) -> str:
        reason: str = self.cleaned_data["factor_lost"]
        if reason and (self.instance.pk is None or not has_factor(self.instance)):
            raise ValidationError("Người này chưa đặt xác thực hai lớp nên không có gì để xóa.")
        return reason


class PositionForm(ModelForm):
    class Meta:
        model = Position
        fields = (
            "person",
            "organisation",
            "kind",
            "capacity",
            "title",
            "scope_province",
            "valid_from",
            "valid_to",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            self.fields["kind"].choices = [  # type: ignore[attr-defined]
                choice for choice in PositionKind.choices if choice[0] != PositionKind.SYSTEM
            ]
        if "person" in self.fields:
            self.fields["person"].required = True
        if "capacity" in self.fields:
            self.fields["capacity"].required = False  # silent: appointed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        organisation = cleaned.get("organisation", self.instance.organisation if self.instance.pk else None)
        kind = cleaned.get("kind", self.instance.kind)
        if organisation is not None and kind:
            services.check_position(organisation, kind, cleaned.get("scope_province"))
            if cleaned.get("capacity") == Capacity.ACTING and kind not in HEADS:
                raise ValidationError({"capacity": "Chỉ người đứng đầu cơ quan được ghi “quyền” (Q.)."})
            if person := cleaned.get("person", self.instance.person if self.instance.pk else None):
                services.check_accountant_apart(
                    person,
                    organisation,
                    kind,
                    cleaned.get("valid_from") or self.instance.valid_from,
                    cleaned.get("valid_to"),
                    but=self.instance.pk,
                )
        return cleaned


def _told(event: FactorEvent) -> str:
    return f" ({event.by.person}: {event.reason})" if event.by is not None else ""


@admin.register(User, site=site)
class PersonAdmin(OperatorAdmin):
    form = PersonForm
    fields = ("username", "full_name", "email", "is_active", "first_password", "factor_lost", "factor_events")
    readonly_fields = ("factor_events",)
    frozen = ("username",)
    list_display = ("full_name", "username", "is_active", "must_change_password", "last_login")
    list_filter = ("is_active",)
    search_fields = ("full_name", "username")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        operator = operator_of(request)
        assert operator is not None  # the site lets nobody else in
        password = form.cleaned_data["first_password"]
        if change:
            super().save_model(request, obj, form, change)
            if password:
                services.reset_password(obj, password=password, by=operator)
            if reason := form.cleaned_data["factor_lost"]:
                reset_factor(obj, reason=reason, by=operator)
            return
        created = services.create_person(
            obj.username, full_name=obj.full_name, password=password, email=obj.email, by=operator
        )
        obj.pk, obj._state.adding = created.pk, False

    @admin.display(description="xác thực hai lớp")
    def factor_events(self, row: User) -> str:
        """What happened to the person's second factor, the last first; what it is the operator does not see."""
        events = FactorEvent.objects.filter(person_id=row.pk).select_related("by__person")[:20]
        lines = [
            (f"{event.at.astimezone(ZONE):%H:%M %d/%m/%Y}", event.get_kind_display(), _told(event))
            for event in events
        ]
        return format_html_join(mark_safe("<br>"), "{}: {}{}", lines) or "chưa đặt"


@admin.register(Position, site=site)
class PositionAdmin(OperatorAdmin):
    """Who held what and since when is history: a mistake is ended by its date, not rewritten."""

    form = PositionForm
    fields = (
        "person",
        "organisation",
        "kind",
        "capacity",
        "title",
        "scope_province",
        "valid_from",
        "valid_to",
    )
    frozen = ("person", "organisation_name", "kind", "capacity", "valid_from")
    list_display = ("person", "title", "organisation_name", "valid_from", "valid_to")
    list_filter = ("kind",)
    list_select_related = ("person", "organisation")
    search_fields = (
        "person__full_name",
        "person__username",
        "organisation__slug",
        "organisation__names__name",
    )
    autocomplete_fields = ("person", "organisation", "scope_province")

    def get_fields(self, request: HttpRequest, obj: Position | None = None) -> list[Any]:
        fields = [str(field) for field in super().get_fields(request, obj)]
        return ["organisation_name" if obj and name == "organisation" else name for name in fields]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Position]:
        held = super().get_queryset(request).exclude(kind=PositionKind.SYSTEM)
        return held.prefetch_related("organisation__names")

    def label(self, row: Position) -> str:
        return f"{row}, {_last_name(row.organisation)}"

    @admin.display(description="tổ chức")
    def organisation_name(self, row: Position) -> str:
        return _last_name(row.organisation)


@admin.register(Holiday, site=site)
class HolidayAdmin(OperatorAdmin):
    list_display = ("day", "name", "is_working", "source")
    date_hierarchy = "day"
    ordering = ("-day",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return operator_of(request) is not None
