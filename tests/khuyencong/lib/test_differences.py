"""Word-by-word difference of two versions of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from khuyencong.lib.differences import Piece, words_apart


def test_a_word_in_place_of_another_is_marked_in_both() -> None:
    before, after = words_apart("Hỗ trợ 10 hộ chè tại xã", "Hỗ trợ 12 hộ chè tại xã")
    assert before == (Piece("Hỗ trợ"), Piece(" 10", True), Piece(" hộ chè tại xã"))
    assert after == (Piece("Hỗ trợ"), Piece(" 12", True), Piece(" hộ chè tại xã"))


def test_a_word_that_came_is_marked_where_it_came() -> None:
    before, after = words_apart("mua máy sấy chè", "mua một máy sấy chè")
    assert before == (Piece("mua máy sấy chè"),)
    assert after == (Piece("mua"), Piece(" một", True), Piece(" máy sấy chè"))


def test_another_text_is_not_marked_word_by_word() -> None:
    before, after = words_apart("Nâng cao năng suất", "Mua 01 dây chuyền nghiền đá")
    assert (before, after) == ((Piece("Nâng cao năng suất"),), (Piece("Mua 01 dây chuyền nghiền đá"),))


def test_more_blanks_are_no_difference_and_a_new_line_is_one() -> None:
    assert words_apart("một  hai ba", "một hai ba")[1] == (Piece("một hai ba"),)
    assert words_apart("một hai ba", "một\nhai ba")[1] == (Piece("một"), Piece("\nhai", True), Piece(" ba"))


@given(st.text(max_size=80), st.text(max_size=80))
def test_nothing_of_either_text_is_lost(before: str, after: str) -> None:
    """But blanks behind the last word."""
    old, new = words_apart(before, after)
    assert "".join(piece.text for piece in old).rstrip() == before.rstrip()
    assert "".join(piece.text for piece in new).rstrip() == after.rstrip()
