"""`manage.py report` and `manage.py import_figures`, as scripts use them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from budgets.models import PublishedFigure
from khuyencong import data
from khuyencong.lib.money import millions
from reporting.figures_import import COLUMNS, BadFile, import_figures
from tests.khuyencong.lib import printed
from tests.reporting.ledgers import M, book

pytestmark = pytest.mark.django_db

PUBLISHED = data.HERE / "published-figures.csv"
HEAD = ",".join(COLUMNS)
GOOD = "a-1,2021-12-10,2021,m12,nation,NATIONAL,planned,150000000000,dong,"


def run(out: Path, **words: Any) -> bytes:
    asked = {"scope": "nation", "year": "2021", "period": "m12", "format": "json"} | words
    call_command("report", "quarterly", out=out, **asked)
    return out.read_bytes()


@pytest.fixture
def published() -> None:
    import_figures(PUBLISHED.read_bytes())


@pytest.mark.usefixtures("published")
def test_the_published_figures_of_the_nation_come_out_as_they_were_published(tmp_path: Path) -> None:
    year_2021 = json.loads(run(tmp_path / "a"))
    assert year_2021["by_programme"]["NATIONAL"]["allocated_of_planned"] == "50.43"
    assert [year_2021["by_programme"][each]["planned"] for each in ("NATIONAL", "LOCAL")] == [
        150_000 * M,
        188_000 * M,
    ]
    assert year_2021["total"]["planned"] == 338_000 * M
    for programme in ("NATIONAL", "LOCAL"):
        rows = [each for each in year_2021["rows"] if each["programme"] == programme]
        for figure in ("planned", "allocated"):
            assert sum(each[figure] or 0 for each in rows) == year_2021["by_programme"][programme][figure]
    year_2022 = json.loads(run(tmp_path / "b", year="2022", period="m7"))
    assert (year_2022["total"]["share_national"], year_2022["total"]["share_local"]) == ("42.55", "57.45")


@pytest.mark.usefixtures("published")
def test_the_difference_that_nobody_explains_is_never_counterpart(tmp_path: Path) -> None:
    found = json.loads(run(tmp_path / "a", scope="hai-phong"))
    assert found["total"]["planned"] == 1_586_629_000
    assert found["total"]["counterpart"] is None
    assert [each["id"] for each in found["published"]] == ["hp-2021-total", "hp-2021-vote-certified"]


def test_the_keys_of_the_contract_are_there(tmp_path: Path) -> None:
    found = json.loads(run(tmp_path / "a", scope="north", year="2019", period="m4", as_of="2019-05-23"))
    head = {
        name: found[name] for name in ("report", "scope", "year", "period", "boundaries", "as_of", "unit")
    }
    assert head == {
        "report": "quarterly", "scope": "north", "year": 2019, "period": "m4", "boundaries": "then",
        "as_of": "2019-05-23", "unit": "dong",
    }  # fmt: skip
    figures = {
        "planned", "allocated", "executed", "disbursed", "counterpart", "allocated_of_planned", "executed_of_planned",
        "planned_year_on_year", "executed_year_on_year", "outputs",
    }  # fmt: skip
    own = {"share_national", "share_local", "counterpart_per_support", "planned_vs_previous_executed"}
    assert figures <= found["by_programme"]["NATIONAL"].keys()
    assert figures <= found["by_programme"]["LOCAL"].keys()
    assert figures | own <= found["total"].keys()


def test_the_paper_of_a_dissolved_province_is_its_successor_s(tmp_path: Path) -> None:
    words = {"scope": "hoa-binh", "year": "2021", "format": "pdf"}
    today_s = printed.text(run(tmp_path / "a", **words))
    assert "Sở Công Thương tỉnh Phú Thọ (đơn vị kế thừa) báo cáo" in today_s
    assert "trên địa bàn tỉnh Hòa Bình" in today_s
    of_then = printed.text(run(tmp_path / "b", **words, as_of="2022-03-01"))
    assert "Sở Công Thương tỉnh Hòa Bình báo cáo" in of_then


@pytest.mark.usefixtures("published")
def test_the_notes_of_a_table_stand_under_it(tmp_path: Path) -> None:
    text = printed.text(run(tmp_path / "a", format="pdf"))
    note = "(a) Số liệu đã công bố, chưa có trong sổ kinh phí."
    assert text.index(note) < text.index("2. Kinh phí theo nhóm nội dung")
    assert text.count(note) == 3
    assert text.count("(*) Chưa phân rã") == 1


def test_the_pdf_is_the_same_twice_and_shows_the_figures_of_the_json(tmp_path: Path) -> None:
    book(year=2026, planned=986_629_000, executed=300 * M)
    book(year=2026, programme="NATIONAL", executed=41_500_000, counterpart=99 * M)
    words = {"scope": "hai-phong", "year": "2026", "period": "q1"}
    first, second = (run(tmp_path / name, format="pdf", **words) for name in ("a", "b"))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()
    found = json.loads(run(tmp_path / "c", **words))
    text = printed.text(first)
    for figure in ("planned", "allocated", "executed", "counterpart"):
        for part in (*found["by_programme"].values(), found["total"]):
            assert millions(part[figure]) in text
    for rate in (found["total"]["share_national"], found["total"]["executed_of_planned"]):
        assert f"{rate.replace('.', ',')}%" in text
    assert "Đơn vị tính: triệu đồng" in text
    assert "được sửa đổi, bổ sung tại Nghị định số 235/2025/NĐ-CP" in text
    assert "SỞ CÔNG THƯƠNG" in text and "UBND THÀNH PHỐ HẢI PHÒNG" in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"scope": "hoa-binh", "boundaries": "now"}, "Hòa Bình đã sáp nhập vào Phú Thọ"),
        ({"scope": "atlantis"}, "Không có tỉnh, vùng nào"),
        ({"period": "q5"}, "Không có kỳ báo cáo “q5”"),
        ({"year": "hai mươi"}, "Không hiểu năm"),
        ({"year": "2019-2021", "period": "q1"}, "chỉ lấy được với kỳ m12"),
        ({"boundaries": "old"}, "Địa giới là then"),
        ({"as_of": "31/13/2021"}, "Không có ngày"),
        ({"format": "docx"}, "Định dạng là một trong: json, pdf"),
    ],
)
def test_what_cannot_be_answered_ends_with_a_sentence_and_code_2(
    tmp_path: Path, words: dict[str, str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence) as error:
        run(tmp_path / "a", **words)
    assert error.value.returncode == 2


# -- import_figures ---------------------------------------------------------------------------------------


def test_the_file_is_loaded_once_however_often() -> None:
    content = PUBLISHED.read_bytes()
    first, second = import_figures(content), import_figures(content)
    assert (first.added, first.changed, first.unchanged) == (28, 0, 0)
    assert (second.added, second.changed, second.unchanged) == (0, 0, 28)
    assert PublishedFigure.objects.count() == 28


def test_a_known_id_takes_the_values_of_the_file() -> None:
    import_figures(f"{HEAD}\n{GOOD}".encode())
    done = import_figures(f"{HEAD}\n{GOOD.replace('150000000000', '140000000000')}".encode())
    assert (done.added, done.changed) == (0, 1)
    assert PublishedFigure.objects.get().value == 140_000 * M


def test_a_dry_run_writes_nothing() -> None:
    assert import_figures(PUBLISHED.read_bytes(), dry_run=True).added == 28
    assert PublishedFigure.objects.count() == 0


def test_the_day_of_publication_is_the_last_that_it_can_be() -> None:
    written = {"a-1": "2021-12-10", "a-2": "2022", "a-3": "2022-02"}
    rows = [GOOD.replace("a-1", slug).replace("2021-12-10", day) for slug, day in written.items()]
    import_figures("\n".join([HEAD, *rows]).encode())
    days = PublishedFigure.objects.order_by("slug").values_list("published_on", flat=True)
    assert [day.isoformat() for day in days] == ["2021-12-10", "2022-12-31", "2022-02-28"]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (GOOD.replace("a-1", "Bad id"), "id"),
        (GOOD.replace("2021-12-10", "10/12/2021"), "published"),
        (GOOD.replace("m12", "m13"), "period"),
        (GOOD.replace(",2021,", ",21,"), "period"),
        (GOOD.replace("nation", "atlantis"), "scope"),
        (GOOD.replace("NATIONAL", "KCQG"), "programme"),
        (GOOD.replace("planned", "plan"), "indicator"),
        (GOOD.replace("150000000000", "150.000.000.000"), "value"),
        (GOOD.replace("150000000000", "1.5"), "value"),
        (GOOD.replace("150000000000", "-1"), "value"),
        (GOOD.replace("dong", "percent"), "unit"),
        (GOOD.replace("planned", "share_local").replace("150000000000", "42"), "unit"),
        (
            GOOD.replace("planned", "share_local")
            .replace("dong", "percent")
            .replace("150000000000", "10001"),
            "value",
        ),
        (GOOD.replace("150000000000", "1000000000000001"), "value"),
        (GOOD.replace("NATIONAL", "AWARD"), "programme"),
        (GOOD.replace("planned", "counterpart_per_support").replace("150000000000", "4.78"), "unit"),
        (GOOD.replace("2021-12-10", "2999"), "published"),
        (GOOD.replace("planned", "executed").replace("2021-12-10", "2020-12-10"), "published"),
        (GOOD.replace("nation", "nat\x00ion"), "scope"),
        ("a-1,2021,2021", ""),
    ],
)
def test_a_fault_names_line_and_column_and_nothing_is_loaded(line: str, column: str) -> None:
    other = GOOD.replace("a-1", "good")
    with pytest.raises(BadFile) as bad:
        import_figures(f"{HEAD}\n{other}\n{line}".encode())
    assert {(fault.line, fault.column) for fault in bad.value.faults} == {(3, column)}
    assert PublishedFigure.objects.count() == 0


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    open_quote = GOOD.rsplit(",", 1)[0] + ',"never closed'
    with pytest.raises(BadFile, match=r"Dòng 2, cột note: .*dấu nháy kép"):
        import_figures(f"{HEAD}\n{open_quote}\n{GOOD.replace('a-1', 'a-2')}".encode())
    closed_later = GOOD.replace("a-1", "a-2").rsplit(",", 1)[0] + ',closed"'
    with pytest.raises(BadFile, match="dấu nháy kép"):
        import_figures(f"{HEAD}\n{open_quote}\n{closed_later}".encode())
    assert PublishedFigure.objects.count() == 0


def test_a_broken_head_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadFile, match="Dòng 1: Các cột phải là"):
        import_figures(f'"{HEAD}\n{GOOD}'.encode())


@pytest.mark.parametrize(
    ("indicator", "value"),
    [("executed_of_planned", "-1"), ("executed_year_on_year", "-100.01"), ("share_local", "100.01")],
)
def test_a_rate_that_cannot_be_is_refused(indicator: str, value: str) -> None:
    line = GOOD.replace("planned", indicator).replace("150000000000,dong", f"{value},percent")
    with pytest.raises(BadFile, match="cột value: Tỷ"):
        import_figures(f"{HEAD}\n{line}".encode())


def test_one_figure_of_one_day_has_one_id() -> None:
    with pytest.raises(BadFile, match="Dòng 3, cột id: Số liệu này, công bố cùng ngày, đã có dưới mã “a-1”"):
        import_figures(f"{HEAD}\n{GOOD}\n{GOOD.replace('a-1', 'a-2')}".encode())
    import_figures(f"{HEAD}\n{GOOD}".encode())
    with pytest.raises(BadFile, match="đã có dưới mã “a-1”"):
        import_figures(f"{HEAD}\n{GOOD.replace('a-1', 'a-2')}".encode())


def test_a_file_without_figures_is_refused() -> None:
    with pytest.raises(BadFile, match="không có dòng số liệu nào"):
        import_figures(f"{HEAD}\n".encode())


def test_an_id_twice_in_a_file_is_a_fault() -> None:
    with pytest.raises(BadFile, match="Dòng 3, cột id: Mã “a-1” đã có ở dòng 2"):
        import_figures(f"{HEAD}\n{GOOD}\n{GOOD}".encode())


def test_other_columns_or_another_encoding_are_refused() -> None:
    with pytest.raises(BadFile, match="Các cột phải là: id,published"):
        import_figures(b"id,value\n1,2\n")
    with pytest.raises(BadFile, match="không phải là văn bản UTF-8"):
        import_figures(f"{HEAD}\n{GOOD}tỉnh".encode("utf-16"))


def test_the_command_ends_with_the_faults_and_code_1(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(f"{HEAD}\n{GOOD.replace('m12', 'm13')}", encoding="utf-8")
    with pytest.raises(CommandError, match="chưa nạp dòng nào") as error:
        call_command("import_figures", str(file))
    assert error.value.returncode == 1
