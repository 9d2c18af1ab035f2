"""Registers of the operator: who signs for whom, and who was authorised, each with the paper on which it rests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from accounts.admin_site import ModelForm, OperatorAdmin, site
from accounts.models import HEAD_OF, HEADS, OrganisationKind, Position, PositionKind, valid_on
from khuyencong.lib.dates import today
from projects.models import Authorisation, EndorsementRule, OrderedAct, PaperKind, SigningRule
from projects.slip_holding import PREPARERS
from projects.workflow import ROUTES, label_of

DEPUTIES_ONLY = "KT. chỉ phân công cho cấp phó (Phó Giám đốc, Phó Chủ tịch, Phó Cục trưởng, Thứ trưởng)."
UNITS_ONLY = (
    "TL. chỉ phân công cho Trưởng phòng, hoặc cho người đứng đầu cơ quan cấp dưới thừa lệnh cơ quan cấp trên trực "
    "tiếp."
)
ROUTINE_ONLY = (
    "TL. chỉ ký loại văn bản có trong “Việc, văn bản được ký thừa lệnh” ({}); hãy chọn ít nhất một loại đó."
)


def _signed_acts() -> list[tuple[str, str]]:
    """Acts that the table gives to the head of one body, by the label of their button."""
    return sorted(
        {
            row.name: row.label
            for route in ROUTES.values()
            for row in route.actions
            if any(
                who.organisation in OrganisationKind.values and not who.positions.isdisjoint(HEADS)
                for who in row.who
            )
        }.items(),
        key=lambda each: each[1],
    )


def _endorsers() -> list[tuple[str, str]]:
    """Offices whose holders endorse what others sign."""
    return [
        (kind.value, str(kind.label)) for kind in PositionKind if kind in PREPARERS - {PositionKind.OFFICER}
    ]


class SigningRuleForm(ModelForm):
    papers = forms.MultipleChoiceField(
        label="Loại văn bản",
        choices=PaperKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn loại nào: mọi văn bản và việc không kèm văn bản (chỉ với KT.).",
    )

    class Meta:
        model = SigningRule
        fields = (
            "manner",
            "position",
            "in_name_of",
            "programme",
            "activity_group",
            "papers",
            "number",
            "dated",
            "valid_from",
            "valid_to",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk is not None or "position" not in cleaned or "manner" not in cleaned:
            return cleaned
        position: Position = cleaned["position"]
        above, kind = cleaned.get("in_name_of"), PositionKind(position.kind)
        if cleaned["manner"] == SigningRule.Manner.DEPUTY:
            if kind not in HEAD_OF:
                raise ValidationError({"position": DEPUTIES_ONLY})
            if above is not None:
                raise ValidationError(
                    {"in_name_of": "Chỉ TL. mới ghi cơ quan cấp trên; ký thay (KT.) để trống."}
                )
            return cleaned
        unit = kind == PositionKind.DIVISION_HEAD and above is None
        body = kind in HEADS and above is not None and above == position.organisation.superior
        if not (unit or body):
            raise ValidationError({"position": UNITS_ONLY})
        _require_ordered(cleaned, above=body)
        return cleaned


@admin.register(SigningRule, site=site)
class SigningRuleAdmin(OperatorAdmin):
    """What was signed rests on the rule of its day: a rule is ended by its date, a changed one is a new row."""

    form = SigningRuleForm
    frozen = (
        "manner",
        "position",
        "in_name_of",
        "programme",
        "activity_group",
        "paper_types",
        "number",
        "dated",
        "valid_from",
    )
    list_display = (
        "position",
        "manner",
        "programme",
        "activity_group",
        "number",
        "dated",
        "valid_from",
        "valid_to",
    )
    list_filter = ("manner",)
    list_select_related = ("position__person", "activity_group")
    search_fields = ("position__person__full_name", "position__title", "number")
    autocomplete_fields = ("position", "in_name_of")

    def get_fields(self, request: Any, obj: SigningRule | None = None) -> list[Any]:
        fields = [str(field) for field in super().get_fields(request, obj) if field != "paper_types"]
        return ["paper_types" if obj and name == "papers" else name for name in fields]

    @admin.display(description="loại văn bản")
    def paper_types(self, row: SigningRule) -> str:
        return ", ".join(str(PaperKind(kind).label) for kind in row.papers) or "mọi loại"


def _require_ordered(cleaned: dict[str, Any], *, above: bool) -> None:
    """Raise ValidationError for papers that nobody signs by order on the day from which the rule holds."""
    given = OrderedAct.objects.filter(valid_on(cleaned.get("valid_from") or today()), above=above)
    kinds = set(given.values_list("paper", flat=True))
    if not cleaned.get("papers") or not set(cleaned["papers"]) <= kinds:
        names = ", ".join(str(kind.label) for kind in PaperKind if kind in kinds) or "chưa có loại nào"
        raise ValidationError({"papers": ROUTINE_ONLY.format(names)})


def _acts() -> list[tuple[str, str]]:
    """Acts of the chain by the label of their button."""
    return [
        ("", "Mọi việc"),
        *sorted(
            {row.name: row.label for route in ROUTES.values() for row in route.actions}.items(),
            key=lambda each: each[1],
        ),
    ]


class OrderedActForm(ModelForm):
    action = forms.ChoiceField(label="Việc", choices=_acts, required=False)

    class Meta:
        model = OrderedAct
        fields = ("action", "state", "paper", "above", "article", "certainty", "valid_from", "valid_to")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk is None and not cleaned.get("above") and not cleaned.get("action"):
            raise ValidationError({"action": "Đơn vị trong cơ quan ký thừa lệnh từng việc: hãy chọn việc."})
        return cleaned


@admin.register(OrderedAct, site=site)
class OrderedActAdmin(OperatorAdmin):
    """What may be signed TL. at all; ended by its date, never rewritten."""

    form = OrderedActForm
    frozen = ("act", "state", "paper", "above", "valid_from")
    list_display = ("act", "state", "paper", "above", "valid_from", "valid_to", "certainty")
    list_filter = ("above",)

    def get_fields(self, request: Any, obj: OrderedAct | None = None) -> list[Any]:
        fields = [str(field) for field in super().get_fields(request, obj) if field != "act"]
        return ["act" if obj and name == "action" else name for name in fields]

    @admin.display(description="việc")
    def act(self, row: OrderedAct) -> str:
        return label_of(row.action) if row.action else "Mọi việc"


class EndorsementRuleForm(ModelForm):
    endorser = forms.ChoiceField(label="Chức danh ký nháy", choices=_endorsers)
    papers = forms.MultipleChoiceField(
        label="Loại văn bản",
        choices=PaperKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Không chọn loại nào: mọi văn bản trình ký.",
    )

    class Meta:
        model = EndorsementRule
        fields = (
            "organisation",
            "endorser",
            "order",
            "programme",
            "papers",
            "number",
            "dated",
            "valid_from",
            "valid_to",
        )


@admin.register(EndorsementRule, site=site)
class EndorsementRuleAdmin(OperatorAdmin):
    """Who endorses before the signature, by the body's own rule; ended by its date, never rewritten."""

    form = EndorsementRuleForm
    frozen = ("organisation", "who", "order", "programme", "paper_types", "number", "dated", "valid_from")
    list_display = ("organisation", "who", "order", "programme", "number", "dated", "valid_from", "valid_to")
    list_select_related = ("organisation",)
    search_fields = ("organisation__slug", "number")
    autocomplete_fields = ("organisation",)

    def get_fields(self, request: Any, obj: EndorsementRule | None = None) -> list[Any]:
        shown = {"papers": "paper_types", "endorser": "who"}
        fields = [str(field) for field in super().get_fields(request, obj) if field not in shown.values()]
        return [shown.get(name, name) if obj else name for name in fields]

    @admin.display(description="chức danh ký nháy")
    def who(self, row: EndorsementRule) -> str:
        return str(row.get_endorser_display())

    @admin.display(description="loại văn bản")
    def paper_types(self, row: EndorsementRule) -> str:
        return ", ".join(str(PaperKind(kind).label) for kind in row.papers) or "mọi loại"


class AuthorisationForm(ModelForm):
    actions = forms.MultipleChoiceField(
        label="Việc được ủy quyền", choices=_signed_acts, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Authorisation
        fields = (
            "authoriser",
            "authorised",
            "actions",
            "programme",
            "number",
            "dated",
            "valid_from",
            "valid_to",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_to"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = self.instance if self.instance.pk is not None else None
        above = given.authoriser if given else cleaned.get("authoriser")
        below = given.authorised if given else cleaned.get("authorised")
        actions = given.actions if given else cleaned.get("actions")
        first = given.valid_from if given else cleaned.get("valid_from")
        last = cleaned.get("valid_to")
        if above is None or below is None or not actions or first is None or last is None:
            return cleaned
        if below.superior_id != above.pk:
            raise ValidationError(
                "Chỉ ủy quyền cho người đứng đầu cơ quan cấp dưới trực tiếp. Hãy chọn lại cơ quan được ủy quyền."
            )
        others = Authorisation.objects.exclude(pk=self.instance.pk).filter(
            valid_from__lte=last, valid_to__gte=first
        )
        chain = [*others.filter(authorised=above), *others.filter(authoriser=below)]
        if any(set(other.actions) & set(actions) for other in chain):
            raise ValidationError(
                "Việc này cơ quan ủy quyền chỉ làm theo ủy quyền của cấp trên, hoặc cơ quan được ủy quyền đã ủy quyền "
                "tiếp: người được ủy quyền không được ủy quyền lại (Nghị định 30/2020/NĐ-CP, Điều 13)."
            )
        return cleaned


@admin.register(Authorisation, site=site)
class AuthorisationAdmin(OperatorAdmin):
    """Limited in content and time; ended early by its date, never rewritten."""

    form = AuthorisationForm
    frozen = ("authoriser", "authorised", "acts", "programme", "number", "dated", "valid_from")
    list_display = ("number", "dated", "authoriser", "authorised", "acts", "valid_from", "valid_to")
    list_select_related = ("authoriser", "authorised")
    search_fields = ("number", "authoriser__slug", "authorised__slug")
    autocomplete_fields = ("authoriser", "authorised")

    def get_fields(self, request: Any, obj: Authorisation | None = None) -> list[Any]:
        fields = [str(field) for field in super().get_fields(request, obj) if field != "acts"]
        return ["acts" if obj and name == "actions" else name for name in fields]

    @admin.display(description="việc được ủy quyền")
    def acts(self, row: Authorisation) -> str:
        labels = dict(_signed_acts())
        return ", ".join(labels.get(name, name) for name in row.actions)
