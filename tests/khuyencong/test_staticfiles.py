from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from pytest_django import Settings

from accounts.admin_site import site
from accounts.models import User
from khuyencong import staticfiles


@pytest.fixture
def source(settings: Settings, tmp_path: Path) -> Path:
    """A folder of files to collect, into another."""
    (tmp_path / "source").mkdir()
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "khuyencong.staticfiles.StaticStorage"}
    }
    return tmp_path / "source"


def _collected(source: Path) -> list[str]:
    return sorted(path.name for path in (source.parent / "collected").iterdir())


def test_a_style_sheet_gets_a_name_by_its_content_and_its_source_map_is_not_served(source: Path) -> None:
    (source / "kc.css").write_text("a { color: red }\n/*# sourceMappingURL=kc.css.map */\n")
    (source / "kc.css.map").write_text("{}")
    staticfiles.collect()
    assert staticfiles_storage.url("kc.css") == "/static/kc.4f7c2b8e3ac1.css"
    assert _collected(source) == ["collected", "kc.4f7c2b8e3ac1.css", "staticfiles.json"]


def test_the_operators_pages_find_all_that_they_load(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "khuyencong.staticfiles.StaticStorage"}
    }
    staticfiles.collect()
    loaded = str(site._registry[User].media)  # a file that was not collected is an error here
    assert "admin/js/vendor/jquery/jquery.min." in loaded


def test_files_are_collected_again_only_when_one_has_changed(source: Path) -> None:
    (source / "a.txt").write_text("a")
    staticfiles.collect()
    first = _collected(source)
    (source.parent / "collected" / first[0]).unlink()
    staticfiles.collect()
    assert _collected(source) == first[1:]
    (source / "a.txt").write_text("b")
    staticfiles.collect()
    assert len(_collected(source)) == len(first)
