"""What the documents name exists: files, pictures, headings, commands, settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands

from khuyencong.demonstration.people import PROVINCES, accounts

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
GUIDES = (ROOT / "README.md", ROOT / "docs" / "van-hanh.md")
SETTINGS = ("settings.py", "environment.py", "state.py")
FOR_TESTS_ONLY = {"KC_THROWAWAY"}

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


def anchors(document: Path) -> set[str]:
    """Anchors of the headings, as GitHub and GitLab make them."""
    text = FENCED.sub("", document.read_text())
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in HEADING.findall(text)
    }


def links(document: Path) -> Iterator[tuple[str, str]]:
    """(path, anchor) of each link of the document that stays in the repository."""
    for target in LINK.findall(FENCED.sub("", document.read_text())):
        if not re.match(r"[a-z]+:", target):
            path, _, anchor = target.partition("#")
            yield path, anchor


def broken(document: Path) -> list[str]:
    found = []
    for path, anchor in links(document):
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(f"{path}#{anchor}" if anchor else path)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_picture_and_heading_of_a_document_exists(document: Path) -> None:
    assert broken(document) == []


def test_a_link_to_a_heading_that_is_not_there_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Hồ sơ bị trả lại\n[a](#hồ-sơ-bị-trả-lại) [b](#không-có) ![c](missing.png) [d](https://e.vn/x)\n"
    )
    assert broken(page) == ["#không-có", "missing.png"]


def test_every_picture_is_shown_by_some_document() -> None:
    shown = {(document.parent / path).resolve() for document in DOCUMENTS for path, _ in links(document)}
    assert [
        name_of(picture) for picture in sorted((ROOT / "docs" / "anh").iterdir()) if picture not in shown
    ] == []


def test_every_guide_of_a_role_is_in_the_index() -> None:
    index = ROOT / "docs" / "huong-dan.md"
    listed = {(index.parent / path).resolve() for path, _ in links(index)}
    assert [
        name_of(guide) for guide in sorted((ROOT / "docs" / "huong-dan").iterdir()) if guide not in listed
    ] == []


def test_the_table_of_demonstration_accounts_names_each_account_once() -> None:
    guide = (ROOT / "docs" / "huong-dan.md").read_text().partition("## Thử với dữ liệu minh họa")[2]
    names = [
        name
        for row in re.findall(r"^\|[^|]*\|( `[^|]*)\|", guide, re.MULTILINE)
        for name in re.findall(r"`(.+?)`", row)
    ]
    found = [name.replace("*", slug) for name in names for slug in (PROVINCES if "*" in name else [""])]
    assert sorted(found) == sorted(accounts())
    assert [slug in guide for slug in PROVINCES] == [True] * len(PROVINCES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    text = document.read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"[`«\n ]make ([a-z]+)", text)) - targets
    named |= set(re.findall(r"manage\.py ([a-z_]+)", text)) - set(get_commands())
    assert named == set()


def variables_read() -> set[str]:
    """Names that the settings read from the environment, and the demonstration's password."""
    code = "".join((ROOT / "khuyencong" / name).read_text() for name in SETTINGS)
    code += (ROOT / "khuyencong" / "management" / "commands" / "demo.py").read_text()
    readers = r"environ\.get|text|flag|integer|words|database|redis|secret_key|mail_server|sender|public_url"
    calls = rf'(?:{readers})\(\s*"([A-Z][A-Z_]+)"'
    return set(re.findall(calls, code)) - FOR_TESTS_ONLY


@pytest.mark.parametrize("document", GUIDES, ids=name_of)
def test_the_table_of_settings_names_what_the_code_reads_and_nothing_else(document: Path) -> None:
    rows = [line.split("|")[1] for line in document.read_text().splitlines() if re.match(r"\| `[A-Z]", line)]
    assert set(re.findall(r"`([A-Z_]+)`", " ".join(rows))) == variables_read()
