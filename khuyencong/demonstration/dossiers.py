"""What a demonstration file says: title, beneficiaries, estimate, and sentences of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from budgets.models import Programme
from khuyencong.demonstration.establishments import BY_KEY
from khuyencong.demonstration.texts import AMENDED, AMENDED_IN, DECREE, TEXTS
from khuyencong.lib.money import dong
from projects.models import ProjectKind

MILLION = 1_000_000


@dataclass(frozen=True)
class Cost:
    """A line of the estimate: price and support in million đồng; what is not supported the beneficiary pays."""

    item: str
    unit: str
    quantity: Decimal | int
    price: Decimal | float
    support: Decimal | float = 0
    basis: str = "Báo giá của nhà cung cấp"

    @property
    def unit_price(self) -> int:
        return int(Decimal(str(self.price)) * MILLION)

    @property
    def amount(self) -> int:
        return int(Decimal(self.quantity) * self.unit_price)

    @property
    def supported(self) -> int:
        return int(Decimal(str(self.support)) * MILLION)


@dataclass(frozen=True)
class Part:
    """What one establishment gets, in million đồng; it brings the rest of the estimate in the same proportion."""

    key: str
    support: Decimal | float


@dataclass(frozen=True)
class Dossier:
    """A file to be. ``before``, ``goal`` and ``gain`` are its own sentences; product and thing words within them."""

    slug: str
    programme: Programme
    year: int
    activity: str
    title: str
    costs: tuple[Cost, ...]
    parts: tuple[Part, ...] = ()
    product: str = ""
    thing: str = ""
    before: str = ""
    goal: str = ""
    gain: str = ""
    kind: ProjectKind = ProjectKind.PROJECT
    months: tuple[int, int] = (3, 11)

    @property
    def support(self) -> int:
        """State support asked, in đồng."""
        return sum(cost.supported for cost in self.costs)

    @property
    def total(self) -> int:
        return sum(cost.amount for cost in self.costs)

    @property
    def counterpart(self) -> int:
        return self.total - self.support

    @property
    def starts_on(self) -> dt.date:
        return dt.date(self.year, self.months[0], 1)

    @property
    def ends_on(self) -> dt.date:
        return dt.date(self.year, self.months[1], 30)

    def content(self, implementer: str) -> dict[str, Any]:
        """The eight parts as services.files.save_content takes them."""
        made = [BY_KEY[part.key] for part in self.parts]
        words = {
            "law": f"{DECREE}{AMENDED if self.year > AMENDED_IN else ''}.",
            "implementer": implementer,
            "names": "; ".join(one.name for one in made) or "không có",
            "places": "; ".join(place_of(one.key) for one in made) or "Toàn tỉnh, thành phố",
            "count": f"{len(made):02}",
            "employees": sum(one.employees for one in made),
            "total": dong(self.total),
            "support": dong(self.support),
            "counterpart": dong(self.counterpart),
            "product": self.product,
            "thing": self.thing,
            "before": self.before,
            "goal": self.goal,
            "gain": self.gain,
        }
        return {
            **{name: text.format_map(words) for name, text in TEXTS.get(self.activity, {}).items()},
            "partner": "; ".join(
                dict.fromkeys(f"Ủy ban nhân dân {one.commune_kind.label} {one.commune}" for one in made)
            )[:300],
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "counterpart_status": "COMMITTED" if self.kind == ProjectKind.PROJECT else "",
            "no_double_support": True,
        }

    def lines(self) -> list[dict[str, Any]]:
        """The estimate as services.files.save_estimate takes it."""
        source = "national" if self.programme == Programme.NATIONAL else "local"
        return [
            {
                "position": str(number),
                "item": cost.item,
                "unit": cost.unit,
                "quantity": Decimal(cost.quantity),
                "unit_price": cost.unit_price,
                source: cost.supported,
                "counterpart": cost.amount - cost.supported,
                "basis": cost.basis,
            }
            for number, cost in enumerate(self.costs, 1)
        ]

    def shares(self) -> list[tuple[str, int, int]]:
        """Key, support and counterpart (đồng) of each beneficiary; the last takes what rounding leaves."""
        found, left = [], self.counterpart
        for index, part in enumerate(self.parts):
            support = int(Decimal(str(part.support)) * MILLION)
            last = index == len(self.parts) - 1
            counterpart = left if last else self.counterpart * support // self.support // MILLION * MILLION
            left -= counterpart
            found.append((part.key, support, counterpart))
        return found

    def schedule(self) -> list[dict[str, Any]]:
        """Four steps over the time of the file, as services.files.save_schedule takes them."""
        length = (self.ends_on - self.starts_on) // len(STEPS)
        return [
            {
                "position": number,
                "work": work,
                "responsible": who,
                "starts_on": self.starts_on + length * (number - 1),
                "ends_on": min(self.starts_on + length * number - dt.timedelta(days=1), self.ends_on),
            }
            for number, (work, who) in enumerate(STEPS, 1)
        ]


STEPS = (
    ("Lựa chọn nhà cung cấp, ký hợp đồng", "Trung tâm Khuyến công, đơn vị thụ hưởng"),
    ("Triển khai các hạng mục theo dự toán", "Đơn vị thụ hưởng"),
    ("Chạy thử, kiểm tra, đào tạo vận hành", "Đơn vị thụ hưởng, nhà cung cấp"),
    ("Nghiệm thu, thanh quyết toán, tổng kết", "Trung tâm Khuyến công"),
)


def place_of(key: str) -> str:
    """Where an establishment works: "Thôn Đông, xã An Lão"."""
    made = BY_KEY[key]
    return f"{made.address}, {made.commune_kind.label} {made.commune}"
