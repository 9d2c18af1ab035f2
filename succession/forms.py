"""What the operator types: the paper and the units, then each part of the plan in a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils.text import slugify

from accounts.models import Organisation, OrganisationKind, PositionKind, Province, Region, UnitType
from accounts.queries import names_on, provinces_on
from accounts.services import GIVEN_AT
from khuyencong.lib.dates import today
from khuyencong.lib.forms import DateField
from succession.models import Kind
from succession.plans import FIRST, Body, Named, Plan, Seat, Target, named_target

NEW = "new"
NATIONAL_KINDS = (OrganisationKind.AGENCY, OrganisationKind.MINISTRY, OrganisationKind.AUDIT)


class StartForm(forms.Form):
    """Which units, from which day, on what paper."""

    provinces = forms.TypedMultipleChoiceField(
        label="Đơn vị", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    organisations = forms.TypedMultipleChoiceField(
        label="Cơ quan trung ương", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    name = forms.CharField(
        label="Tên đơn vị sau khi nhập",
        max_length=60,
        help_text="Chỉ tên riêng, ví dụ Phú Thọ.",
        required=False,
    )
    parts = forms.CharField(
        label="Tên các đơn vị sau khi chia, tách",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Mỗi dòng một tên riêng. Đơn vị ở dòng đầu kế thừa phần không phân công cụ thể.",
    )
    unit_type = forms.ChoiceField(label="Loại đơn vị mới", choices=UnitType.choices, required=False)
    stands = forms.ChoiceField(
        label="Đơn vị sau thay đổi",
        required=False,
        help_text="Đơn vị tiếp tục tồn tại giữ nguyên tổ chức, hồ sơ và chức vụ; các đơn vị kia nhập vào.",
    )
    keeps = forms.ChoiceField(
        label="Lấy tổ chức của đơn vị nào làm nòng cốt",
        required=False,
        help_text="Người đứng đầu các tổ chức của đơn vị này được đề xuất đứng đầu tổ chức mới.",
    )
    day = DateField(label="Ngày có hiệu lực")
    paper_title = forms.CharField(
        label="Tên văn bản", max_length=300, initial="Nghị quyết về việc sắp xếp đơn vị hành chính cấp tỉnh"
    )
    paper_number = forms.CharField(label="Số, ký hiệu", max_length=60)
    paper_date = DateField(label="Ngày văn bản")
    paper_issuer = forms.CharField(label="Cơ quan ban hành", max_length=160, initial="Quốc hội")

    NEEDED = {
        Kind.MERGE: {"provinces", "name", "unit_type", "stands", "keeps"},
        Kind.SPLIT: {"provinces", "parts", "unit_type", "stands"},
        Kind.RENAME: {"provinces", "organisations"},
        Kind.REGION: {"provinces"},
    }

    def __init__(self, kind: Kind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in {"provinces", "organisations", "name", "parts", "unit_type", "stands", "keeps"}:
            if name not in self.NEEDED[kind]:
                del self.fields[name]
        self.units = {unit.pk: unit for unit in provinces_on(today()).filter(valid_to=None)}
        units = [(pk, unit.name) for pk, unit in self.units.items()]
        self._choose("provinces", units)
        if "organisations" in self.fields:
            self.bodies = {
                body.pk: body for body in Organisation.objects.filter(kind__in=NATIONAL_KINDS, valid_to=None)
            }
            names = names_on(today(), self.bodies)
            self._choose("organisations", [(pk, names[pk].name) for pk in self.bodies if pk in names])
        stand = [(str(pk), f"{name} tiếp tục tồn tại") for pk, name in units]
        if kind == Kind.SPLIT:
            self._choose(
                "stands", [("", "Tất cả là đơn vị mới"), ("yes", "Đơn vị ở dòng đầu là đơn vị cũ, tiếp tục")]
            )
        else:
            self._choose("stands", [("", "Đơn vị mới"), *stand])
        self._choose("keeps", [("", "Không có"), *((str(pk), name) for pk, name in units)])

    def _choose(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        if name in self.fields:
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        chosen = values.get("provinces") or []
        if not chosen and not values.get("organisations"):
            self.add_error("provinces", "Hãy chọn đơn vị.")
        if self.kind == Kind.MERGE:
            if len(chosen) == 1:
                self.add_error("provinces", "Nhập cần ít nhất hai đơn vị.")
            if not values.get("stands") and not values.get("name"):
                self.add_error("name", "Hãy ghi tên đơn vị sau khi nhập.")
            for name in ("stands", "keeps"):
                if values.get(name) and int(values[name]) not in chosen:
                    self.add_error(name, "Hãy chọn một trong các đơn vị được nhập.")
        if self.kind == Kind.SPLIT and "provinces" not in self.errors:
            if len(chosen) != 1:
                self.add_error("provinces", "Chọn đúng một đơn vị được chia, tách.")
            if len(self._parts(values)) < 2:
                self.add_error("parts", "Ghi ít nhất hai đơn vị, mỗi dòng một tên.")
        signed, day = values.get("paper_date"), values.get("day")
        if signed and signed > today():
            self.add_error("paper_date", "Ngày văn bản ở tương lai. Hãy ghi ngày đã ký.")
        if signed and day and signed > day:
            self.add_error("day", "Ngày có hiệu lực trước ngày văn bản. Hãy kiểm tra lại.")
        return values

    @staticmethod
    def _parts(values: dict[str, Any]) -> list[str]:
        return [line.strip() for line in (values.get("parts") or "").splitlines() if line.strip()]

    def details(self) -> dict[str, Any]:
        """Keywords of ``services.prepare`` out of cleaned data."""
        data = self.cleaned_data
        names = ("day", "paper_number", "paper_date", "paper_title", "paper_issuer")
        found: dict[str, Any] = {name: data[name] for name in names}
        found["provinces"] = [self.units[pk] for pk in data["provinces"]]
        if data.get("organisations"):
            found["organisations"] = [self.bodies[pk] for pk in data["organisations"]]
        if self.kind == Kind.MERGE:
            standing = self.units.get(int(data["stands"])) if data["stands"] else None
            found["targets"] = [
                standing_target(FIRST, standing, data["day"])
                if standing
                else self._new(FIRST, data["name"], data["unit_type"])
            ]
            found["keeps"] = self.units.get(int(data["keeps"])) if data["keeps"] else None
        elif self.kind == Kind.SPLIT:
            parts = self._parts(data)
            old = found["provinces"][0]
            found["targets"] = [self._new(str(at), name, data["unit_type"]) for at, name in enumerate(parts)]
            if data["stands"]:
                found["targets"][0] = standing_target(FIRST, old, data["day"])
            else:
                found["keeps"] = old
        return found

    @staticmethod
    def _new(key: str, name: str, unit_type: str) -> Target:
        return named_target(Target(key=key), name=name.strip(), city=unit_type == UnitType.CITY)


def standing_target(key: str, unit: Province, day: dt.date) -> Target:
    """A unit that stands on, as it is called on the eve of ``day``."""
    name = unit.names.filter(valid_from__lt=day).order_by("valid_from").last()
    region = unit.regions.filter(valid_from__lt=day).order_by("valid_from").last()
    return Target(
        key=key,
        province=unit.pk,
        slug=unit.slug,
        code=unit.code,
        name=unit.name,
        full_name=name.full_name if name else unit.name,
        unit_type=name.unit_type if name else UnitType.PROVINCE,
        region=region.region if region else "",
    )


class TargetForm(forms.Form):
    name = forms.CharField(label="Tên", max_length=60)
    full_name = forms.CharField(label="Tên đầy đủ", max_length=80)
    slug = forms.SlugField(label="Định danh", max_length=40)
    code = forms.RegexField(r"^\d{2}$", label="Mã", error_messages={"invalid": "Mã gồm hai chữ số."})
    unit_type = forms.ChoiceField(label="Loại", choices=UnitType.choices)
    region = forms.ChoiceField(label="Vùng khuyến công", choices=Region.choices)

    def __init__(self, data: QueryDict | None, *, target: Target) -> None:
        super().__init__(data, initial={**target.__dict__}, prefix=f"target-{target.key}")
        self.target = target
        if target.province is not None:  # a unit keeps what it is called among all units of all times
            for name in ("name", "slug", "code"):
                self.fields[name].disabled = True

    def changed(self) -> Target:
        return replace(self.target, **self.cleaned_data)


class BodyForm(forms.Form):
    name = forms.CharField(label="Tên trên văn bản", max_length=160)
    symbol = forms.CharField(label="Ký hiệu", max_length=20)
    place = forms.CharField(label="Địa danh", max_length=60)

    def __init__(self, data: QueryDict | None, *, body: Body) -> None:
        super().__init__(data, initial={**body.__dict__}, prefix=f"body-{body.key}")
        self.body = body

    def changed(self) -> Body:
        return replace(self.body, **self.cleaned_data)


class SeatForm(forms.Form):
    body = forms.ChoiceField(label="Tổ chức", required=False)
    kind = forms.ChoiceField(label="Chức danh")
    title = forms.CharField(label="Chức vụ ghi trên văn bản", max_length=120)

    def __init__(self, data: QueryDict | None, *, seat: Seat, bodies: Sequence[Body]) -> None:
        super().__init__(data, initial={**seat.__dict__}, prefix=f"seat-{seat.position}")
        self.seat, self.bodies = seat, {body.key: body for body in bodies}
        self.fields["body"].choices = [  # type: ignore[attr-defined]
            ("", "Chưa bố trí"),
            *((body.key, body.name) for body in bodies),
        ]
        kinds = set().union(*(GIVEN_AT[body.kind] for body in bodies)) if bodies else set()
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label) for kind in PositionKind if kind in kinds
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        body = self.bodies.get(values.get("body", ""))
        if body is not None and values.get("kind") and values["kind"] not in GIVEN_AT[body.kind]:
            self.add_error("kind", "Loại tổ chức này không có chức danh đó.")
        return values

    def changed(self) -> Seat:
        return replace(self.seat, **self.cleaned_data)


class NamedForm(forms.Form):
    name = forms.CharField(label="Tên mới", max_length=160)
    unit_type = forms.ChoiceField(label="Loại", choices=UnitType.choices, required=False)
    symbol = forms.CharField(label="Ký hiệu", max_length=20)
    place = forms.CharField(label="Địa danh", max_length=60)

    def __init__(self, data: QueryDict | None, *, named: Named, is_unit: bool) -> None:
        kind = "unit" if is_unit else "body"
        super().__init__(data, initial={**named.__dict__}, prefix=f"{kind}-{named.pk}")
        self.named = named
        for name in ("symbol", "place") if is_unit else ("unit_type",):
            del self.fields[name]
        if is_unit:
            self.fields["name"].validators.append(MaxLengthValidator(80))

    def changed(self) -> Named:
        return replace(self.named, **self.cleaned_data)


class RegionForm(forms.Form):
    region = forms.ChoiceField(label="Vùng từ ngày có hiệu lực", choices=Region.choices)

    def __init__(self, data: QueryDict | None, *, province: int, region: str) -> None:
        super().__init__(data, initial={"region": region}, prefix=f"region-{province}")
        self.province = province


class PartsForm(forms.Form):
    """Communes that go to each part but the first, and for each file and establishment its part."""

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        for target in plan.targets[1:]:
            self.fields[f"communes-{target.key}"] = forms.CharField(
                label=f"Xã, phường về {target.name}",
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text="Cách nhau bằng dấu chấm phẩy hoặc xuống dòng. Hồ sơ, cơ sở ở đó được xếp sẵn.",
            )

    def communes(self) -> dict[str, str]:
        """Folded commune → key of its part."""
        found: dict[str, str] = {}
        for target in self.plan.targets[1:]:
            typed = self.cleaned_data.get(f"communes-{target.key}", "").replace("\n", ";")
            found |= {slugify_commune(name): target.key for name in typed.split(";") if name.strip()}
        return found


def slugify_commune(name: str) -> str:
    """A commune's name without its kind, marks and case."""
    bare = slugify(name.replace("Đ", "D").replace("đ", "d"))
    for kind in ("xa-", "phuong-", "thi-tran-", "dac-khu-"):
        bare = bare.removeprefix(kind)
    return bare
