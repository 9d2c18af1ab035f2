import re

import pytest

from khuyencong import data
from tests.projects.views.browsers import browser

pytestmark = pytest.mark.django_db

WORDS = "/thuat-ngu/"


def test_words_stand_in_vietnamese_order_with_their_law_by_name() -> None:
    page = browser("viewer.nation").get(WORDS).content.decode()
    shown = re.findall(r"<dt>(.*?)</dt>", page)
    assert sorted(shown) == sorted(row["term"] for row in data.rows("terms"))
    assert shown.index("Danh mục đăng ký") < shown.index("Dư tạm ứng") < shown.index("Đề án khuyến công")
    assert "Thông tư 36/2013/TT-BCT điều 13, 14" in page
    assert not re.search(r"\b(T36|N45|L26|T46)\b", page)


def test_every_page_leads_to_the_words_and_each_word_has_an_address() -> None:
    reader = browser("centre.hai-phong")
    assert f'href="{WORDS}"' in reader.get("/de-an/").content.decode()
    anchors = re.findall(r'<div id="([a-z0-9-]+)">', reader.get(WORDS).content.decode())
    assert "du-tam-ung" in anchors
    assert len(set(anchors)) == len(anchors) == len(data.rows("terms"))
