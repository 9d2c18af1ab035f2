import csv
from pathlib import Path

import pytest

from khuyencong.lib.law import in_full
from projects.workflow import ROUTES

DATA = Path(__file__).resolve().parents[3] / "khuyencong" / "data"


@pytest.mark.parametrize(
    ("short", "full"),
    [
        (
            "N45 điều 2.2; T36 điều 8.3",
            "Nghị định 45/2012/NĐ-CP điều 2.2; Thông tư 36/2013/TT-BCT điều 8.3",
        ),
        ("L26 điều 8.1b", "Thông tư liên tịch 26/2014/TTLT-BTC-BCT điều 8.1b"),
        ("quy định của tỉnh (T46 điều 8.3b)", "quy định của tỉnh (Thông tư 46/2012/TT-BCT điều 8.3b)"),
        ("TT 36/2013, điều 10", "Thông tư 36/2013/TT-BCT, điều 10"),
        ("TTLT 26/2014, điều 7.4", "Thông tư liên tịch 26/2014/TTLT-BTC-BCT, điều 7.4"),
        (
            "TT 28/2018 (1,5 lần mức máy móc)",
            "Thông tư 28/2018/TT-BTC (1,5 lần mức máy móc)",
        ),
        ("NĐ 45/2012/NĐ-CP", "Nghị định 45/2012/NĐ-CP"),
    ],
)
def test_a_text_is_called_by_its_name(short: str, full: str) -> None:
    assert in_full(short) == full


@pytest.mark.parametrize(
    "text",
    [
        "T28 – Tư vấn",
        "T10",
        "Thông tư 36/2013/TT-BCT, điều 5",
        "Nghị định 45/2012/NĐ-CP",
        "Công văn 12/TT36",
        "Mã N99",
        "",
    ],
)
def test_all_else_stays_as_it_is(text: str) -> None:
    assert in_full(text) == text


def test_no_short_name_of_the_tables_or_the_data_reaches_the_user() -> None:
    cited = {row.article for route in ROUTES.values() for row in route.actions}
    for name in DATA.glob("*.csv"):
        with name.open(encoding="utf-8") as rows:
            cited |= {row["article"] for row in csv.DictReader(rows) if row.get("article")}
    full = " | ".join(in_full(article) for article in cited)
    for short in (
        "N45",
        "N30",
        "T36",
        "T46",
        "L26",
        "TT 36",
        "TT 46",
        "TT 26",
        "TT 28",
        "TTLT 26",
        "NĐ 45",
        "NĐ 235",
    ):
        assert f"{short} " not in full
        assert f"{short}/" not in full
