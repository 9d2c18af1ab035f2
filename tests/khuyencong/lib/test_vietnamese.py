import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khuyencong.lib.vietnamese import fold, given_name_key, in_a_sentence, nfc, slugify_vi, sort_key

VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằồựỹ AĂĐỨ019", max_size=20)


def test_text_of_macos_becomes_composed() -> None:
    assert nfc(unicodedata.normalize("NFD", "Sở Công Thương")) == "Sở Công Thương"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hòa Bình", "hoa binh"),
        ("Hoà Bình", "hoa binh"),
        ("ĐẮK LẮK", "dak lak"),
        ("  Thừa\u00a0Thiên \n Huế ", "thua thien hue"),
        (unicodedata.normalize("NFD", "Đề án Ư Ơ ỹ"), "de an u o y"),
        ("", ""),
    ],
)
def test_search_text_has_no_marks_no_capitals_and_single_blanks(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(VIETNAMESE)
def test_both_normal_forms_have_the_same_keys(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert (fold(decomposed), sort_key(decomposed)) == (fold(text), sort_key(text))


@given(VIETNAMESE, VIETNAMESE)
def test_the_beginning_of_a_text_never_sorts_behind_the_text(start: str, rest: str) -> None:
    assert sort_key(start) <= sort_key(start + rest)


@pytest.mark.parametrize(
    "ordered",
    [
        list("aăâbcdđeêghiklmnoôơpqrstuưvxy"),
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        ["ba", "Ba", "bà", "bá", "bac"],
        ["Cà Mau", "Cao Bằng", "Cần Thơ"],
        ["Hà Nam", "Hà Nội", "Hai", "Hải Phòng", "Hậu Giang"],
        ["Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai", "Đồng Tháp"],
        ["Bến Tre", "Bình Dương", "Bình Định"],
        ["Quý 1", "Quý 10", "Quý 2", "Quý I"],
    ],
)
def test_words_stand_in_the_order_of_the_dictionary(ordered: list[str]) -> None:
    backwards = ordered[::-1]
    assert sorted(backwards, key=sort_key) == ordered


def test_punctuation_does_not_count_in_the_order() -> None:
    assert sort_key("Bà Rịa-Vũng Tàu") == sort_key("Bà RịaVũng Tàu")


def test_sort_keys_are_ascii_so_that_byte_order_is_their_order() -> None:
    assert sort_key("Nguyễn Đức Ưỡ 12 日本").isascii()


def test_people_are_listed_by_given_name_then_by_family_name() -> None:
    people = ["Trần Văn An", "Nguyễn Thị Ánh", "Lê Anh", "Đỗ Văn Bình", "Nguyễn Bình", "Phạm Thị Yến", "Vừ"]
    expected = ["Trần Văn An", "Lê Anh", "Nguyễn Thị Ánh", "Đỗ Văn Bình", "Nguyễn Bình", "Vừ", "Phạm Thị Yến"]
    assert sorted(people, key=given_name_key) == expected


def test_a_nameless_person_sorts_first() -> None:
    assert given_name_key("") < given_name_key("An")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Bà Rịa - Vũng Tàu", "ba-ria-vung-tau"),
        ("Thừa Thiên Huế", "thua-thien-hue"),
        ("TP. Hồ Chí Minh", "tp-ho-chi-minh"),
        ("Đắk Nông", "dak-nong"),
        ("--", ""),
    ],
)
def test_slugs_are_plain_ascii(text: str, slug: str) -> None:
    assert slugify_vi(text) == slug


def test_within_a_sentence_only_the_first_letter_is_small() -> None:
    assert in_a_sentence("Chứng từ Kho bạc") == "chứng từ Kho bạc"
    assert in_a_sentence("Điều chỉnh") == "điều chỉnh"
    assert in_a_sentence("") == ""
