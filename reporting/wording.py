"""How figures are written and called in Vietnamese: the same words on the page and on paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from khuyencong.lib.money import millions
from khuyencong.lib.numbers import decimal_text, grouped, rate_text
from reporting.published import ALL, Published
from reporting.quarterly import Figures, Quarterly, cumulative
from reporting.scopes import NATION, Scope

UNKNOWN = "–"
PUBLISHED, PARTIAL, ESTIMATE = "(a)", "(b)", "(c)"
NOTES = {
    PUBLISHED: "(a) Số liệu đã công bố, chưa có trong sổ kinh phí.",
    PARTIAL: "(b) Tổng chưa đủ: có phần chưa có số liệu hoặc chỉ là số đã công bố; không tính tỷ lệ.",
    ESTIMATE: "(c) Số ước do đơn vị báo cáo nhập, không cộng vào số thực hiện.",
}

PROGRAMMES = {"NATIONAL": "KCQG", "LOCAL": "KCĐP", ALL: "Tổng số"}
PROGRAMME_NAMES = {
    "NATIONAL": "Khuyến công quốc gia",
    "LOCAL": "Khuyến công địa phương",
    ALL: "Cả hai chương trình",
}

FIGURE_NAMES = {
    "registered_support": "Kinh phí đăng ký",
    "planned": "Kế hoạch được phê duyệt cả năm",
    "allocated": "Kinh phí được giao",
    "contracted": "Giá trị hợp đồng, nhiệm vụ đã ký, giao trong kỳ",
    "advanced": "Tạm ứng trong kỳ",
    "advance_outstanding": "Dư tạm ứng đến cuối kỳ",
    "executed": "Thực hiện (nghiệm thu) trong kỳ",
    "disbursed": "Giải ngân trong kỳ",
    "settled": "Quyết toán trong kỳ",
    "refunded": "Hoàn trả trong kỳ",
    "counterpart_planned": "Vốn đối ứng theo kế hoạch cả năm",
    "counterpart": "Vốn đối ứng thực hiện trong kỳ",
}


@dataclass(frozen=True)
class MoneyRow:
    """A line of the money table: how it writes the figures of a column; ``figure`` is what it opens, if anything."""

    label: str
    write: Callable[[Figures], str]
    figure: str | None = None
    to_date: bool = False
    indented: bool = False


def money_rows(report: Quarterly) -> list[MoneyRow]:
    """The money table, line by line; what is cumulative stands apart only when the period is not."""
    shown = [
        _amount("planned"),
        MoneyRow("Tỷ trọng", lambda figures: _share(report, figures), indented=True),
        _rate("So với cùng kỳ năm trước", "planned_year_on_year", change_text),
        _rate("So với thực hiện năm trước", "planned_vs_previous_executed", change_text),
        _amount("allocated"),
        _rate("So với kế hoạch", "allocated_of_planned"),
        _amount("contracted"),
        *_to_date(report, "contracted"),
        _amount("executed"),
        _rate("So với kế hoạch năm", "executed_of_planned"),
        _rate("So với cùng kỳ năm trước", "executed_year_on_year", change_text),
    ]
    if report.parameters.starts_later:
        cumulative_rate = _rate("So với kế hoạch năm", "executed_cumulative_of_planned")
        shown += [*_to_date(report, "executed"), cumulative_rate]
    shown += [
        _amount("disbursed"),
        _rate("So với kinh phí được giao", "disbursed_of_allocated"),
        *_to_date(report, "disbursed"),
        _amount("advance_outstanding"),
        _amount("settled"),
        _amount("counterpart_planned"),
        _amount("counterpart"),
        *_to_date(report, "counterpart"),
        MoneyRow("Vốn đối ứng trên một đồng hỗ trợ (đồng)", _leverage, indented=True),
    ]
    if report.total.estimated is not None:
        shown.append(MoneyRow("Ước thực hiện cả năm", estimate_text))
    return shown


def _amount(name: str) -> MoneyRow:
    return MoneyRow(FIGURE_NAMES[name], lambda figures: amount_text(figures, name), figure=name)


def _to_date(report: Quarterly, name: str) -> list[MoneyRow]:
    """What the figure came to since 1 January, where the period does not begin there."""
    if not report.parameters.starts_later:
        return []
    return [
        MoneyRow(
            figure_name(name, to_date=True),
            lambda figures: amount_text(figures, name, to_date=True),
            figure=name,
            to_date=True,
        )
    ]


def figure_name(name: str, *, to_date: bool = False) -> str:
    """What a money figure is called, of the period or since 1 January."""
    return FIGURE_NAMES[name].replace("trong kỳ", "lũy kế từ đầu năm") if to_date else FIGURE_NAMES[name]


def _rate(label: str, name: str, write: Callable[[Decimal | None], str] | None = None) -> MoneyRow:
    written = write or percent_text
    return MoneyRow(label, lambda figures: written(figures.rates.get(name)), indented=True)


def _share(report: Quarterly, figures: Figures) -> str:
    for programme, name in (("NATIONAL", "share_national"), ("LOCAL", "share_local")):
        if figures is report.by_programme[programme]:
            return percent_text(report.total.rates[name])
    return UNKNOWN if report.total.rates["share_national"] is None else percent_text(Decimal(100))


def _leverage(figures: Figures) -> str:
    ratio = figures.rates.get("counterpart_per_support")
    return UNKNOWN if ratio is None else decimal_text(ratio, 2)


def amount_text(figures: Figures, name: str, *, to_date: bool = False) -> str:
    """An amount in million đồng with its mark; unknown "–"."""
    amount = (figures.to_date if to_date else figures.values).get(name)
    if amount is None:
        return UNKNOWN
    return f"{millions(amount)} {_mark(figures, name, to_date)}".rstrip()


def count_text(figures: Figures, code: str, *, to_date: bool = False) -> str:
    """An output in its unit with its mark; unknown "–"."""
    count = (figures.outputs_to_date if to_date else figures.outputs).get(code)
    if count is None:
        return UNKNOWN
    return f"{grouped(count)} {_mark(figures, code, to_date)}".rstrip()


def _mark(figures: Figures, name: str, to_date: bool) -> str:
    key = cumulative(name) if to_date else name
    return PARTIAL if key in figures.partial else PUBLISHED if key in figures.published else ""


def millions_text(amount: int | None) -> str:
    """An amount in million đồng, unknown "–"."""
    return UNKNOWN if amount is None else millions(amount)


def percent_text(rate: Decimal | None) -> str:
    """A rate in percent: "50,43%"."""
    return UNKNOWN if rate is None else rate_text(rate)


def change_text(rate: Decimal | None) -> str:
    """A change in percent with its sign: "+12,33%"."""
    return UNKNOWN if rate is None else f"{'+' if rate > 0 else ''}{rate_text(rate)}"


def estimate_text(figures: Figures) -> str:
    """What people expect of the year in million đồng, with its mark."""
    return UNKNOWN if figures.estimated is None else f"{millions(figures.estimated)} {ESTIMATE}"


def beside_text(figure: Published) -> str:
    """A published figure that is shown and not counted, with where it is from."""
    value = (
        f"{decimal_text(figure.value)}%"
        if figure.unit == "percent"
        else f"{millions(figure.amount)} triệu đồng"
        if figure.unit == "dong"
        else decimal_text(figure.value)
    )
    return f"{BESIDE.get(figure.indicator, figure.indicator)}: {value} (công bố {published_text(figure.published)})"


def published_text(written: str) -> str:
    """A day of publication as it was written, "2021-12-10" or "2022-07", in Vietnamese order."""
    return "/".join(reversed(written.split("-")))


BESIDE = {
    "allocated_of_planned": "Tỷ lệ kinh phí được giao so với kế hoạch",
    "executed_of_planned": "Tỷ lệ thực hiện so với kế hoạch",
    "disbursed_of_allocated": "Tỷ lệ giải ngân so với kinh phí được giao",
    "planned_year_on_year": "Kế hoạch so với cùng kỳ",
    "executed_year_on_year": "Thực hiện so với cùng kỳ",
    "planned_vs_previous_executed": "Kế hoạch so với thực hiện năm trước",
    "share_national": "Tỷ trọng khuyến công quốc gia",
    "share_local": "Tỷ trọng khuyến công địa phương",
    "counterpart_per_support": "Vốn đối ứng trên một đồng hỗ trợ",
    "total_support_published": "Tổng kinh phí hỗ trợ nêu trong báo cáo (không rõ thành phần)",
    "provinces_registered": "Số tỉnh, thành phố đã đăng ký kế hoạch",
    "products_entered": "Sản phẩm tham gia bình chọn",
    "products_entered_handicraft": "Nhóm thủ công mỹ nghệ",
    "products_entered_food": "Nhóm nông, lâm, thủy sản và thực phẩm",
    "products_entered_machinery": "Nhóm thiết bị, máy móc, dụng cụ, phụ tùng cơ khí",
    "products_entered_other": "Nhóm sản phẩm khác",
    "products_certified": "Sản phẩm được cấp Giấy chứng nhận",
    "products_forwarded": "Sản phẩm được gửi bình chọn cấp trên",
}


def where(scope: Scope) -> str:
    """The scope inside a sentence: "trên địa bàn tỉnh Phú Thọ", "khu vực phía Bắc", "trên cả nước"."""
    if scope.is_province:
        return f"trên địa bàn {scope.name}"
    return f"trên {scope.name}" if scope.slug == NATION else scope.name
