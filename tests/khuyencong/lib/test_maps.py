import csv
import gzip
from xml.etree import ElementTree

import pytest

from khuyencong.lib import maps
from khuyencong.lib.drawing import MISSING
from khuyencong.lib.maps import Boundaries

SVG = "{http://www.w3.org/2000/svg}"


def slugs(boundaries: Boundaries) -> set[str]:
    file = maps.DATA / ("provinces-34.csv" if boundaries == "now" else "provinces-63.csv")
    return {row["slug"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())}


def drawn(boundaries: Boundaries = "now", **values: int) -> ElementTree.Element:
    known = {slug.replace("_", "-"): value for slug, value in values.items()}
    picture = maps.choropleth(known, title="Kinh phí", unit="triệu đồng", boundaries=boundaries)
    return ElementTree.fromstring(picture)  # noqa: S314 -- drawn one line above


def colours(picture: ElementTree.Element) -> dict[str, str]:
    """Colour of each province by what its tip says."""
    return {
        str(group.findtext(f"{SVG}title")): group.findall(f"{SVG}path")[0].attrib["fill"]
        for group in picture.iter(f"{SVG}g")
        if group.find(f"{SVG}title") is not None
    }


@pytest.mark.parametrize(("boundaries", "count"), [("now", 34), ("then", 63)])
def test_every_province_of_the_register_is_on_the_map(boundaries: Boundaries, count: int) -> None:
    names = {slug: slug for slug in slugs(boundaries)}
    picture = maps.choropleth(
        dict.fromkeys(names, 1), title="T", unit="u", boundaries=boundaries, links=names
    )
    links = [link.attrib["href"] for link in ElementTree.fromstring(picture).iter(f"{SVG}a")]  # noqa: S314
    assert len(links) == count
    assert set(links) == slugs(boundaries)


@pytest.mark.parametrize("boundaries", ["now", "then"])
def test_every_map_shows_both_archipelagos_with_their_provinces(boundaries: Boundaries) -> None:
    texts = [text.text for text in drawn(boundaries).iter(f"{SVG}text")]
    assert [text for text in texts if "Sa" in str(text) or "(" in str(text)] == [
        "Quần đảo Hoàng Sa",
        "(TP. Đà Nẵng)",
        "Quần đảo Trường Sa",
        "(tỉnh Khánh Hòa)",
    ]


def test_the_islands_have_the_colour_of_their_province_and_lie_in_their_frame() -> None:
    picture = drawn(da_nang=5, khanh_hoa=9)
    islands = list(picture.iter(f"{SVG}circle"))
    frames = [rect.attrib for rect in picture.iter(f"{SVG}rect") if rect.attrib["fill"] == "#f7fafd"]
    for colour, frame in zip((maps.RAMP[0], maps.RAMP[-1]), frames, strict=True):
        x, y, width, height = (float(frame[name]) for name in ("x", "y", "width", "height"))
        own = [island.attrib for island in islands if island.attrib["fill"] == colour]
        assert len(own) >= 10
        assert all(x < float(one["cx"]) < x + width and y < float(one["cy"]) < y + height for one in own)


def test_the_credit_that_the_licence_asks_for_stands_under_the_map() -> None:
    assert "Ranh giới tỉnh: Open Development Mekong, CC BY-SA 4.0, đã giản lược" in [
        text.text for text in drawn().iter(f"{SVG}text")
    ]


def test_a_higher_value_is_darker_and_none_is_grey_and_not_zero() -> None:
    shades = colours(drawn(ha_noi=0, hai_phong=10, hue=20, can_tho=30, son_la=40))
    assert [
        shades[tip]
        for tip in (
            "Hà Nội: 0 triệu đồng",
            "Hải Phòng: 10 triệu đồng",
            "Huế: 20 triệu đồng",
            "Cần Thơ: 30 triệu đồng",
            "Sơn La: 40 triệu đồng",
            "Lào Cai: chưa có số liệu",
        )
    ] == [*maps.RAMP, MISSING]


def test_equal_values_share_one_class() -> None:
    picture = drawn(ha_noi=7, hai_phong=7, hue=7)
    labels = [text.text for text in picture.iter(f"{SVG}text")]
    assert colours(picture)["Huế: 7 triệu đồng"] == maps.RAMP[-1]
    assert [label for label in labels if label in ("7", "7 – 7", "chưa có số liệu")] == [
        "7",
        "chưa có số liệu",
    ]


def test_a_map_without_any_figure_says_so() -> None:
    assert set(colours(drawn()).values()) == {MISSING}


def test_a_province_of_other_boundaries_is_a_mistake_and_not_left_out() -> None:
    with pytest.raises(KeyError, match="hoa-binh"):
        maps.choropleth({"hoa-binh": 1}, title="T", unit="u", boundaries="now")


@pytest.mark.parametrize("boundaries", ["now", "then"])
def test_a_map_with_links_fits_into_thirty_kilobytes(boundaries: Boundaries) -> None:
    every = slugs(boundaries)
    picture = maps.choropleth(
        {slug: 1_000_003 * index for index, slug in enumerate(sorted(every))},
        title="Kinh phí hỗ trợ",
        unit="triệu đồng",
        boundaries=boundaries,
        links={slug: f"/de-an?tinh={slug}" for slug in every},
    )
    assert len(gzip.compress(picture.encode())) <= 30_000


def test_a_map_stands_under_the_strict_policy() -> None:
    attributes = {name for element in drawn().iter() for name in element.attrib}
    assert attributes & {"style", "class", "id"} == set()
