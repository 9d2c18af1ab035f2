"""Numbers as Vietnamese administration writes them: dot between thousands, comma before decimals."""

import re
from decimal import ROUND_HALF_UP, Decimal

from khuyencong.lib.vietnamese import nfc

# A group that starts with 0 ("0.505") is somebody's decimal point, hence [1-9].
_PLAIN = r"\d+"
_DOTTED = r"[1-9]\d{0,2}(?:\.\d{3})+"
_SPACED = r"[1-9]\d{0,2}(?: \d{3})+"
NUMBER = rf"(?:{_DOTTED}|{_SPACED}|{_PLAIN})(?:,\d+)?"

_HUNDREDTH = Decimal("0.01")


def whole(text: str, most: int) -> int | None:
    """A number that a page sends back, of at most ``most`` ASCII digits; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= most else None


def year_of(text: str) -> int | None:
    """A year as an address has it, four ASCII digits; None for anything else."""
    return whole(text, 4) if len(text) == 4 else None


def grouped(number: int) -> str:
    """1505000000 as "1.505.000.000"."""
    return f"{number:,}".replace(",", ".")


def decimal_text(number: Decimal, places: int | None = None) -> str:
    """Decimal("1234.50") as "1.234,5", or with exactly `places` decimals, rounded half up."""
    if places is None:
        text = f"{number:,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
    return text.translate(str.maketrans(",.", ".,"))


def read_number(text: str) -> Decimal:
    """The value of a text that matches NUMBER."""
    return Decimal(re.sub(r"[. ]", "", text).replace(",", "."))


def parse_decimal(text: str) -> Decimal:
    """A quantity as typed: "2", "1.250", "1,5", "-0,75".

    Raises ValueError with a Vietnamese sentence, also for "1.5", which may be meant as 1,5 or as 15.
    """
    typed = " ".join(nfc(text).split())
    if not typed:
        raise ValueError("Chưa nhập số.")
    if len(typed) > 40 or not re.fullmatch(f"-?{NUMBER}", typed, re.ASCII):
        raise ValueError(
            f"Không hiểu số “{typed[:40]}”. Dấu chấm ngăn hàng nghìn, dấu phẩy ngăn phần thập phân, "
            "ví dụ 1.250 hoặc 1,5."
        )
    return read_number(typed)


def ratio(part: int, base: int | None) -> Decimal | None:
    """`part` ÷ `base` with two decimals, rounded half up; None when the base is 0 or missing."""
    if not base:
        return None
    # In whole numbers: dividing Decimals would round once to 28 digits and a second time to two.
    sign = -1 if (part < 0) != (base < 0) else 1
    part, base = abs(part), abs(base)
    return Decimal(sign * ((200 * part + base) // (2 * base))) * _HUNDREDTH


def percent(part: int, base: int | None) -> Decimal | None:
    """`part` in percent of `base` with two decimals, rounded half up; None when the base is 0 or missing."""
    return ratio(100 * part, base)


def rate_text(rate: Decimal) -> str:
    """A rate in percent, Decimal("12.33"), as "12,33%"."""
    return decimal_text(rate, 2) + "%"


def split_proportionally(total: int, weights: list[int]) -> list[int]:
    """Whole shares of `total` in proportion to `weights`, by largest remainder; their sum is exactly `total`.

    Of equal remainders the earlier share gets the odd unit. ValueError for a negative total, a negative
    weight, or an amount that nobody can take because all weights are 0.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("total and weights must not be negative")
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError("an amount cannot be split over weights that are all 0")
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -(total * weights[index] % whole))
    for index in by_remainder[: total - sum(shares)]:
        shares[index] += 1
    return shares
