import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.lib.money import MAX_AMOUNT, dong, in_words, millions, number_in_words, parse_money
from khuyencong.lib.numbers import grouped


def test_an_amount_is_written_with_its_unit() -> None:
    assert (dong(1505000000), dong(0), dong(-1500)) == ("1.505.000.000 đồng", "0 đồng", "-1.500 đồng")


@pytest.mark.parametrize(
    ("amount", "places", "text"),
    [
        (3108129000, None, "3.108,129"),
        (1505000000, None, "1.505"),
        (3108129500, None, "3.108,1295"),
        (1, None, "0,000001"),
        (1505000000, 3, "1.505,000"),
        (500, 3, "0,001"),
        (499, 3, "0,000"),
        (-2500000, 0, "-3"),
    ],
)
def test_million_dong_keep_every_dong_unless_rounded_on_purpose(
    amount: int, places: int | None, text: str
) -> None:
    assert millions(amount, places) == text


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1.505.000.000", 1505000000),
        ("1505000000", 1505000000),
        ("1 505 000 000", 1505000000),
        ("1\u00a0505\u00a0000\u202f000", 1505000000),
        ("1,505,000,000", 1505000000),
        ("1.505.000.000 đồng", 1505000000),
        ("1.505.000.000đ", 1505000000),
        ("1.505.000.000 VNĐ", 1505000000),
        ("1.505.000,00", 1505000),
        ("1.505 triệu", 1505000000),
        ("1.505 TRIỆU ĐỒNG", 1505000000),
        ("1505 triệu", 1505000000),
        ("1,505 triệu", 1505000),
        ("3.108,129 triệu đồng", 3108129000),
        ("75,641 tỷ", 75641000000),
        ("75,641 tỉ đồng", 75641000000),
        ("300tr", 300000000),
        ("300 trđ", 300000000),
        ("500 nghìn", 500000),
        ("500k", 500000),
        ("2 nghìn tỷ", 2000000000000),
        ("1 tỷ 505 triệu", 1505000000),
        ("1 tỷ 505 triệu 250 nghìn đồng", 1505250000),
        ("2 tỷ 0,5 triệu", 2000500000),
        (unicodedata.normalize("NFD", "75,641 tỷ đồng"), 75641000000),
        ("-5.000", -5000),
        ("0", 0),
        ("0,5 triệu", 500000),
    ],
)
def test_an_amount_is_read_as_the_officer_means_it(text: str, amount: int) -> None:
    assert parse_money(text) == amount


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Chưa nhập số tiền."),
        ("1.5 triệu", "dấu chấm chỉ ngăn từng nhóm ba chữ số"),
        ("0.505 tỷ", "dấu chấm chỉ ngăn từng nhóm ba chữ số"),
        ("1.505.00", "dấu chấm chỉ ngăn từng nhóm ba chữ số"),
        ("1,505,000.50", "dấu chấm chỉ ngăn từng nhóm ba chữ số"),
        ("505,000", "hãy nhập 505.000;"),
        ("1,5", "còn lẻ dưới một đồng"),
        ("0,0000001 triệu", "còn lẻ dưới một đồng"),
        ("1 tỷ 5", "Không hiểu số tiền “1 tỷ 5”"),
        ("1tr5", "Không hiểu số tiền"),
        ("1 tỷ 1505 triệu", "Không rõ số tiền"),
        ("505 triệu 1 tỷ", "Không rõ số tiền"),
        ("1,5 tỷ 505 triệu", "Không rõ số tiền"),
        ("12 34", "Không hiểu số tiền"),
        ("năm triệu", "Không hiểu số tiền"),
        ("1e9", "Không hiểu số tiền"),
        ("300 USD", "Không hiểu số tiền"),
        ("٣٠٠", "Không hiểu số tiền"),
        ("triệu", "Không hiểu số tiền"),
        ("-", "Không hiểu số tiền"),
        ("9223372036854775808", "quá lớn"),
        ("9" * 61, "quá dài"),
    ],
)
def test_an_unclear_amount_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_money(text)
    assert sentence in str(refusal.value)


@given(st.integers(-MAX_AMOUNT, MAX_AMOUNT))
def test_every_written_amount_can_be_read_back(amount: int) -> None:
    assert [
        parse_money(text)
        for text in (str(amount), grouped(amount), dong(amount), millions(amount) + " triệu")
    ] == [amount] * 4


@given(st.text(alphabet="0123456789., -trỷiệukđng", max_size=30))
def test_any_text_is_read_or_refused_in_vietnamese(text: str) -> None:
    try:
        assert abs(parse_money(text)) <= MAX_AMOUNT
    except ValueError as refusal:
        assert "ố tiền" in str(refusal)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (10, "mười"),
        (11, "mười một"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (20, "hai mươi"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (25, "hai mươi lăm"),
        (100, "một trăm"),
        (101, "một trăm linh một"),
        (104, "một trăm linh bốn"),
        (105, "một trăm linh năm"),
        (111, "một trăm mười một"),
        (1_005, "một nghìn không trăm linh năm"),
        (1_015, "một nghìn không trăm mười lăm"),
        (1_005_000, "một triệu không trăm linh năm nghìn"),
        (1_000_001, "một triệu không trăm linh một"),
        (986_629_000, "chín trăm tám mươi sáu triệu sáu trăm hai mươi chín nghìn"),
        (1_505_000_000, "một tỷ năm trăm linh năm triệu"),
        (1_000_000_005, "một tỷ không trăm linh năm"),
        (2_005_000_000_000, "hai nghìn không trăm linh năm tỷ"),
        (1_000_000_000_000, "một nghìn tỷ"),
        (3_000_000_000_000_000, "ba triệu tỷ"),
        (10**18, "một tỷ tỷ"),
        (2 * 10**18 + 10**9 + 4, "hai tỷ không trăm linh một tỷ không trăm linh bốn"),
        (-21_000, "âm hai mươi mốt nghìn"),
    ],
)
def test_numbers_are_spelled_by_the_rules_of_administration(number: int, words: str) -> None:
    assert number_in_words(number) == words


def test_an_amount_in_words_starts_with_a_capital_and_ends_with_dong() -> None:
    assert [in_words(amount) for amount in (1505000000, 0, -5000)] == [
        "Một tỷ năm trăm linh năm triệu đồng",
        "Không đồng",
        "Âm năm nghìn đồng",
    ]


DIGITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6}
DIGITS |= {"bảy": 7, "tám": 8, "chín": 9}


def spoken(words: list[str]) -> int:
    """What a listener understands, largest scale first."""
    for name, value in (("tỷ", 10**9), ("triệu", 10**6), ("nghìn", 10**3), ("trăm", 100), ("mươi", 10)):
        if name in words:
            last = len(words) - 1 - words[::-1].index(name)
            return spoken(words[:last]) * value + spoken(words[last + 1 :])
    if "mười" in words:
        return 10 + spoken(words[1:])
    return DIGITS[words[-1]] if words else 0


@given(st.integers(0, 10**24))
def test_a_listener_understands_the_number_that_was_spelled(number: int) -> None:
    assert spoken(number_in_words(number).split()) == number
