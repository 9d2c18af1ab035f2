"""The chain in words says what the tables say."""

from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from projects.chain_text import HEADER, document, mermaid, table, text
from projects.workflow import LOCAL, NATIONAL, ROUTES


def printed(*options: str) -> str:
    out = StringIO()
    call_command("show_chain", *options, stdout=out)
    return out.getvalue()


def test_the_documentation_is_what_the_command_prints() -> None:
    assert Path(settings.BASE_DIR, "docs", "chain.md").read_text(encoding="utf-8") == printed("--markdown")


def test_the_documentation_holds_each_diagram_and_each_row() -> None:
    written = document()
    for route in ROUTES.values():
        assert mermaid(route) in written
        assert [written.count(f"<br>({row.name})") for row in route.actions] == [
            sum(other.name == row.name for each in ROUTES.values() for other in each.actions)
            for row in route.actions
        ]


def test_a_row_tells_who_acts_from_where_to_where_and_on_which_ground() -> None:
    row = dict(zip(HEADER, table(NATIONAL)[0], strict=True))
    assert row["Việc"] == ("Gửi hồ sơ đến Sở", "(submit)")
    assert row["Từ → đến"] == ("Đang soạn, Trả lại bổ sung", "→ Đã gửi Sở")
    assert row["Ai"] == ("cán bộ hoặc Giám đốc đơn vị thực hiện",)
    assert row["Văn bản"] == ("Công văn",)
    assert row["Căn cứ"] == ("T36 điều 5, 8.1a, 10.1a",)
    assert "Cơ sở đủ điều kiện được hỗ trợ" in row["Phải có"]
    assert "Đợt đăng ký đang mở, nếu không phải ghi lý do" in row["Phải có"]


def test_a_row_of_a_list_act_tells_where_each_verdict_leads() -> None:
    rows = {cells[0][1]: dict(zip(HEADER, cells, strict=True)) for cells in table(LOCAL)}
    assert rows["(approve)"]["Từ → đến"] == (
        "Đã trình phê duyệt",
        "→ Phê duyệt: Đã phê duyệt, chờ kinh phí",
        "→ Phê duyệt mức khác: Đã phê duyệt, chờ kinh phí",
        "→ Không chọn: Không được chọn",
        "→ Để đợt sau: Đã thẩm định cấp cơ sở",
    )
    assert rows["(give_opinion)"]["Từ → đến"][1:] == (
        "→ Thống nhất: giữ nguyên",
        "→ Thống nhất, có ý kiến: giữ nguyên",
        "→ Không thống nhất: giữ nguyên",
    )


def test_the_table_keeps_to_the_width_of_the_terminal() -> None:
    assert max(len(line) for line in text(140).splitlines()) <= 140
    assert printed().startswith("Khuyến công quốc gia, trong một tỉnh (NATIONAL)\n")


def test_the_diagrams_draw_every_change_of_state_and_both_ends() -> None:
    found = printed("--mermaid")
    assert found.count("stateDiagram-v2") == 3
    assert "    [*] --> draft\n" in found
    assert "    in_progress --> accepted: Nghiệm thu cơ sở\n" in found
    assert "    proposed --> not_selected: Phê duyệt kế hoạch (Không chọn)\n" in found
    assert "    closed --> [*]\n" in found
    assert "    contracted --> contracted" not in found
