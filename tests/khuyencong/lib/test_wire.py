"""What JSON may say: whole numbers are whole, money fits, nothing unknown passes."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from khuyencong.lib.wire import MOST, MoneyField, StrictSerializer, WholeNumber, many


class Item(StrictSerializer):
    amount = MoneyField()
    name = serializers.CharField(required=False)
    told = serializers.CharField(read_only=True)


class Basket(StrictSerializer):
    things = many(Item, 2)


@pytest.mark.parametrize("value", [0, 1, 300_000_000, MOST])
def test_whole_dong_pass(value: int) -> None:
    assert MoneyField().run_validation(value) == value


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("300000000", "whole"),
        ("1.505.000.000", "whole"),
        (3.0, "whole"),
        (True, "whole"),
        ([1], "whole"),
        (float("nan"), "whole"),
        (float("inf"), "whole"),
        (-1, "min_value"),
        (MOST + 1, "max_value"),
        (10**40, "max_value"),
        (None, "null"),
    ],
)
def test_what_is_no_amount_is_refused(value: Any, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        MoneyField().run_validation(value)
    assert [each.code for each in refused.value.detail] == [code]  # type: ignore[union-attr]


def test_other_whole_numbers_may_be_negative() -> None:
    assert WholeNumber().run_validation(-4) == -4


def test_unknown_and_read_only_fields_are_named_together_with_the_other_faults() -> None:
    basket = Basket(data={"things": [{"amount": "5", "nmae": "x", "told": "y"}], "extra": 1})
    assert not basket.is_valid()
    things: Any = basket.errors["things"]
    assert {name: error[0].code for name, error in things[0].items()} == {
        "amount": "whole",
        "nmae": "unknown",
        "told": "unknown",
    }
    assert basket.errors["extra"][0].code == "unknown"


def test_a_list_takes_at_most_so_many() -> None:
    assert Basket(data={"things": [{"amount": 1}] * 2}).is_valid()
    assert not Basket(data={"things": [{"amount": 1}] * 3}).is_valid()
