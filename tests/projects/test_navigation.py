import pytest
from django.test import RequestFactory

from projects.navigation import navigation
from tests.cast import position

pytestmark = pytest.mark.django_db


def shown(account: str, path: str = "/") -> list[tuple[str, bool]]:
    request = RequestFactory().get(path)
    request.acting = position(account)  # type: ignore[attr-defined]
    return [(label, active) for label, _, _, active, _ in navigation(request)["navigation"]]


@pytest.mark.parametrize(
    ("account", "labels"),
    [
        ("centre.hai-phong", "Hôm nay|Đề án|Trình ký|Cơ sở CNNT|Đợt đăng ký|Kinh phí|Báo cáo"),
        (
            "dept.hai-phong",
            "Hôm nay|Đề án|Danh mục, tờ trình|Trình ký|Cơ sở CNNT|Đợt đăng ký|Kinh phí|Báo cáo",
        ),
        ("finance.hai-phong", "Hôm nay|Đề án|Danh mục, tờ trình|Trình ký|Kinh phí|Báo cáo"),
        ("ministry.leader", "Hôm nay|Đề án|Danh mục, tờ trình|Trình ký|Đợt đăng ký|Kinh phí|Báo cáo"),
        ("viewer.nation", "Hôm nay|Đề án|Đợt đăng ký|Kinh phí|Báo cáo"),
        ("operator", "Danh mục dùng chung|Sắp xếp tổ chức"),
    ],
)
def test_everybody_is_led_to_what_he_has_to_do_with(account: str, labels: str) -> None:
    assert "|".join(label for label, _ in shown(account)) == labels


def test_the_place_where_one_stands_is_marked() -> None:
    assert [label for label, active in shown("dept.hai-phong", "/de-an/KCQG-2027-0001/") if active] == [
        "Đề án"
    ]
    assert [label for label, active in shown("dept.hai-phong", "/") if active] == ["Hôm nay"]


def test_who_acts_for_nobody_is_led_nowhere() -> None:
    assert navigation(RequestFactory().get("/")) == {"navigation": []}
