import pytest

from khuyencong.lib import icons


def test_an_icon_beside_a_text_is_hidden_from_screen_readers() -> None:
    drawn = icons.svg("plus")
    assert 'aria-hidden="true"' in drawn
    assert f'<path d="{icons.PATHS["plus"]}"/>' in drawn


def test_an_icon_alone_says_what_it_means() -> None:
    assert 'role="img" aria-label="Xóa &quot;dòng 1&quot;"' in icons.svg("trash", 'Xóa "dòng 1"')


def test_an_icon_needs_no_style_that_the_policy_would_refuse() -> None:
    assert [name for name in icons.PATHS if "style" in icons.svg(name)] == []


def test_an_unknown_icon_is_a_mistake_of_the_template() -> None:
    with pytest.raises(KeyError):
        icons.svg("unicorn")
