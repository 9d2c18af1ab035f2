from datetime import date, timedelta

import pytest

from projects.papers.grounds import GROUNDS, Certainty, PaperType, grounds

DECREE = "Căn cứ Nghị định số 45/2012/NĐ-CP ngày 21 tháng 5 năm 2012 của Chính phủ về khuyến công"
AMENDED = (
    f"{DECREE}, được sửa đổi, bổ sung tại Nghị định số 235/2025/NĐ-CP ngày 27 tháng 8 năm 2025 của Chính phủ"
)


@pytest.mark.parametrize(
    ("day", "cited"),
    [(date(2025, 10, 14), DECREE), (date(2025, 10, 15), AMENDED), (date(2026, 11, 22), AMENDED)],
)
def test_decree_235_is_cited_from_the_day_it_took_effect(day: date, cited: str) -> None:
    assert grounds(PaperType.REPORT, "LOCAL", on=day, year=2025)[0] == cited


def test_the_ministers_decision_rests_on_decrees_circulars_and_the_programme() -> None:
    cited = grounds(PaperType.DECISION, "NATIONAL", on=date(2026, 12, 1), year=2027)
    numbers = [text.partition(" số ")[2].partition(" ")[0] for text in cited]
    assert numbers == [
        "45/2012/NĐ-CP",
        "40/2025/NĐ-CP",
        "46/2012/TT-BCT",
        "36/2013/TT-BCT",
        "28/2018/TT-BTC",
        "2646/QĐ-BCT",
    ]


def test_the_provinces_decision_rests_on_the_laws_of_its_day_and_no_national_procedure() -> None:
    cited = grounds(PaperType.DECISION, "LOCAL", on=date(2026, 2, 5), year=2026)
    numbers = [text.partition(" số ")[2].partition(" ")[0] for text in cited]
    assert numbers == ["72/2025/QH15", "89/2025/QH15", "45/2012/NĐ-CP", "46/2012/TT-BCT", "28/2018/TT-BTC"]


@pytest.mark.parametrize(
    ("year", "programme"),
    [
        (2019, "1288/QĐ-TTg"),
        (2021, "1881/QĐ-TTg"),
        (2025, "1881/QĐ-TTg"),
        (2026, "2646/QĐ-BCT"),
        (2031, None),
    ],
)
def test_a_national_paper_cites_the_programme_of_its_plan_year(year: int, programme: str | None) -> None:
    cited = grounds(PaperType.PROJECT, "NATIONAL", on=date(2026, 6, 1), year=year)
    assert [text for text in cited if "Chương trình" in text] == [
        text for text in cited if programme and programme in text
    ]
    assert sum("Chương trình" in text for text in cited) == (programme is not None)


@pytest.mark.parametrize("paper", PaperType)
@pytest.mark.parametrize("programme", ["NATIONAL", "LOCAL"])
def test_every_text_is_cited_once_on_every_day(paper: PaperType, programme: str) -> None:
    day, once = date(2019, 1, 1), {"45/2012/NĐ-CP", "46/2012/TT-BCT"}
    once |= {"36/2013/TT-BCT"} if programme == "NATIONAL" else set()
    once |= {"28/2018/TT-BTC"} if paper is not PaperType.REPORT else set()
    while day < date(2027, 1, 1):
        cited = grounds(paper, programme, on=day, year=day.year)
        opened = [text.partition(" số ")[2].partition(" ")[0] for text in cited]
        assert {number: opened.count(number) for number in once} == dict.fromkeys(once, 1), day
        assert len(cited) == len(set(cited)), day
        day += timedelta(days=1)


def test_grounds_carry_no_closing_mark_and_say_how_sure_they_are() -> None:
    assert all(ground.text.startswith("Căn cứ ") and ground.text[-1] not in ";." for ground in GROUNDS)
    assert {ground.text for ground in GROUNDS if ground.certainty is Certainty.READ} == {
        DECREE,
        *(
            ground.text
            for ground in GROUNDS
            if ground.text.endswith(("về khuyến công", "khuyến công quốc gia"))
        ),
    }
