from decimal import Decimal
from typing import Any

from projects.estimates import with_sums


def line(position: str, amount: int = 0, national: int = 0) -> dict[str, Any]:
    numbers = {
        "quantity": Decimal(bool(amount)),
        "unit_price": amount,
        "amount": amount,
        "national": national,
    }
    return {"position": position, **numbers, "local": 0, "counterpart": amount - national, "other": 0}


def shown(*lines: dict[str, Any]) -> list[tuple[str, bool, int, int]]:
    return [(row["position"], row["heading"], row["amount"], row["national"]) for row in with_sums(lines)]


def test_a_line_without_a_number_heads_those_below_it_and_has_their_sums() -> None:
    assert shown(line("I"), line("1", 10, 4), line("2", 20), line("II"), line("3", 5, 5)) == [
        ("I", True, 30, 4),
        ("1", False, 10, 4),
        ("2", False, 20, 0),
        ("II", True, 5, 5),
        ("3", False, 5, 5),
    ]


def test_lines_before_the_first_heading_belong_to_none() -> None:
    assert shown(line("1", 10), line("I"), line("2", 5))[1] == ("I", True, 5, 0)


def test_a_line_whose_numbers_are_missing_heads_nothing() -> None:
    assert shown(line("1", 10), line("2")) == [("1", False, 10, 0), ("2", False, 0, 0)]
    assert shown(line("I"), line("II"), line("1", 10)) == [
        ("I", False, 0, 0),
        ("II", True, 10, 0),
        ("1", False, 10, 0),
    ]
