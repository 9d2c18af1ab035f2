"""Money: whole đồng as `int`, formatted last, read as officers type it, and spelled out."""

import re
from decimal import Decimal

from khuyencong.lib.numbers import NUMBER, decimal_text, grouped, read_number
from khuyencong.lib.vietnamese import fold, nfc

MAX_AMOUNT = 2**63 - 1  # bigint

_MULTIPLIERS = {
    "nghin ty": 10**12,
    "ngan ty": 10**12,
    "ty": 10**9,
    "ti": 10**9,
    "trieu": 10**6,
    "tr": 10**6,
    "nghin": 10**3,
    "ngan": 10**3,
    "k": 10**3,
}
_UNIT = "|".join(_MULTIPLIERS)
_CURRENCY = r"(?: ?(?:dong|vnd|d))?"
_ENGLISH = r"[1-9]\d{0,2}(?:,\d{3}){2,}"
_BARE = re.compile(rf"({NUMBER}|{_ENGLISH}){_CURRENCY}", re.ASCII)
_TERM = re.compile(rf"({NUMBER}) ?({_UNIT})", re.ASCII)
_TERMS = re.compile(rf"((?:{NUMBER} ?(?:{_UNIT}) ?)+){_CURRENCY}", re.ASCII)
_EXAMPLES = "ví dụ 1.505.000.000, 1.505 triệu hoặc 75,641 tỷ"

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_BILLION = 10**9


def dong(amount: int) -> str:
    """1505000000 as "1.505.000.000 đồng"."""
    return grouped(amount) + " đồng"


def millions(amount: int, places: int | None = None) -> str:
    """An amount in đồng in million đồng, without the unit: 3108129000 as "3.108,129".

    As many decimals as the amount has, or exactly `places`, rounded half up.
    """
    return decimal_text(Decimal(amount).scaleb(-6), places)


def parse_money(text: str) -> int:
    """An amount in đồng as officers type it.

    "1.505.000.000", "1505000000 đ", "1.505 triệu" (1505 million), "75,641 tỷ", "300tr", "1 tỷ 505 triệu".
    Raises ValueError with a Vietnamese sentence when the text is no amount, could mean two amounts
    ("1.5 triệu", "505,000"), or is not whole đồng.
    """
    shown = " ".join(nfc(text).split())
    typed = fold(text)
    if not typed:
        raise ValueError("Chưa nhập số tiền.")
    if len(typed) > 60:
        raise ValueError(f"Số tiền quá dài. Hãy nhập số đồng, {_EXAMPLES}.")
    sign, typed = (-1, typed[1:].lstrip()) if typed[0] in "-−" else (1, typed)
    if bare := _BARE.fullmatch(typed):
        amount = _read_bare(bare[1], shown)
    elif terms := _TERMS.fullmatch(typed):
        amount = _read_terms(terms[1], shown)
    elif re.search(r"\d\.\d", typed):
        raise ValueError(
            f"Không rõ số tiền “{shown}”: dấu chấm chỉ ngăn từng nhóm ba chữ số, "
            f"phần thập phân ghi sau dấu phẩy, {_EXAMPLES}."
        )
    else:
        raise ValueError(f"Không hiểu số tiền “{shown}”. Hãy nhập số đồng, {_EXAMPLES}.")
    if amount != int(amount):
        raise ValueError(f"Số tiền “{shown}” còn lẻ dưới một đồng. Hãy nhập số tròn đồng.")
    if amount > MAX_AMOUNT:
        raise ValueError(f"Số tiền “{shown}” quá lớn.")
    return sign * int(amount)


def in_words(amount: int) -> str:
    """1505000000 as "Một tỷ năm trăm linh năm triệu đồng"."""
    words = number_in_words(amount)
    return words[0].upper() + words[1:] + " đồng"


def number_in_words(number: int) -> str:
    """105 as "một trăm linh năm"; above tỷ the names repeat (nghìn tỷ, triệu tỷ, tỷ tỷ)."""
    if number < 0:
        return "âm " + number_in_words(-number)
    if number < _BILLION:
        return _below_a_billion(number, leading=True) or "không"
    billions, rest = divmod(number, _BILLION)
    return " ".join(filter(None, [number_in_words(billions), "tỷ", _below_a_billion(rest, leading=False)]))


def _read_bare(number: str, shown: str) -> Decimal:
    if re.fullmatch(_ENGLISH, number):
        return Decimal(number.replace(",", ""))
    if re.fullmatch(r"\d+,\d{3}", number):
        raise ValueError(
            f"Không rõ số tiền “{shown}”: nếu dấu phẩy ngăn hàng nghìn, hãy nhập {number.replace(',', '.')}; "
            "nếu là phần thập phân, hãy ghi thêm đơn vị (triệu, tỷ)."
        )
    return read_number(number)


def _read_terms(terms: str, shown: str) -> Decimal:
    """The sum of terms such as "1 ty 505 trieu", each smaller than one unit of the term before it."""
    amount, room = Decimal(0), Decimal("Infinity")
    for number, unit in _TERM.findall(terms):
        multiplier = _MULTIPLIERS[unit]
        value = read_number(number) * multiplier
        if value >= room or amount % room:
            raise ValueError(f"Không rõ số tiền “{shown}”. Hãy nhập bằng một đơn vị, {_EXAMPLES}.")
        amount, room = amount + value, Decimal(multiplier)
    return amount


def _below_a_billion(number: int, *, leading: bool) -> str:
    words: list[str] = []
    for scale, name in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group = number // scale % 1000
        if group:
            words += _group_in_words(group, full=bool(words) or not leading)
            words += [name] if name else []
    return " ".join(words)


def _group_in_words(group: int, *, full: bool) -> list[str]:
    """Words of 1–999; `full` says the hundred even when it is 0, as in every group but the first."""
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0:
        return words + (["linh"] if words and units else []) + ([_DIGITS[units]] if units else [])
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if units:
        after_tens = {5: "lăm"} if tens == 1 else {1: "mốt", 4: "tư", 5: "lăm"}
        words.append(after_tens.get(units, _DIGITS[units]))
    return words
