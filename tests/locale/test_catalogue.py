"""Whether all that users can read of the libraries is Vietnamese, and the compiled catalogue fresh."""

import ast
import gettext
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import trans_real

MESSAGES = Path(settings.LOCALE_PATHS[0]) / "vi" / "LC_MESSAGES"
SPEAKERS = [
    "axes",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.core",
    "django.db",
    "django.forms",
    "django.utils",
    "django_filters",
    "rest_framework",
]
CALLS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}
TRANSLATE = re.compile(r"{%\s*trans(?:late)? (?P<quote>['\"])(?P<text>.+?)(?P=quote)")
PLACEHOLDER = re.compile(r"%\(\w+\)[rsd]|%[sd]|\{[^}]*\}")

# msgctxt and msgid, msgid_plural, msgstr
Entry = tuple[str, str | None, str]


def entries() -> Iterator[Entry]:
    """What stands in the .po, except its header."""
    for block in (MESSAGES / "django.po").read_text("utf-8").split("\n\n"):
        fields = dict(re.findall(r'^(msg\w+)(?:\[0\])? (".*")$', block, re.MULTILINE))
        texts = {name: ast.literal_eval(text) for name, text in fields.items()}
        if texts.get("msgid"):
            context = texts["msgctxt"] + "\x04" if "msgctxt" in texts else ""
            yield context + texts["msgid"], texts.get("msgid_plural"), texts["msgstr"]


def spoken_by(package: str) -> set[str]:
    """Every literal that the package hands to gettext, in code and in templates."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent
    calls = (
        node
        for source in folder.rglob("*.py")
        for node in ast.walk(ast.parse(source.read_text("utf-8")))
        if isinstance(node, ast.Call)
    )
    pages = (page.read_text("utf-8") for page in folder.rglob("*.html"))
    return {text for call in calls if (text := message(call))} | {
        tag["text"] for page in pages for tag in TRANSLATE.finditer(page)
    }


def message(call: ast.Call) -> str:
    """The message's key when this is a call of gettext with a literal, otherwise nothing."""
    called = getattr(call.func, "id", getattr(call.func, "attr", ""))
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if called not in CALLS or not texts:
        return ""
    return "\x04".join(texts[:2]) if called.startswith("pgettext") else texts[0]


def translated(text: str) -> bool:
    catalogue = trans_real.translation("vi")._catalog  # type: ignore[attr-defined]
    return bool(catalogue.get(text) or catalogue.get((text, 0)))


@pytest.mark.parametrize("package", SPEAKERS)
def test_everything_a_library_says_has_vietnamese(package: str) -> None:
    spoken = spoken_by(package)
    assert spoken
    assert sorted(text for text in spoken if not translated(text)) == []


def test_the_compiled_catalogue_is_as_fresh_as_its_source() -> None:
    compiled = gettext.GNUTranslations((MESSAGES / "django.mo").open("rb"))._catalog  # type: ignore[attr-defined]
    source = {(key, 0) if plural else key: text for key, plural, text in entries()}
    assert {key: text for key, text in compiled.items() if key} == source, (
        "run msgfmt as django.po's head says"
    )


def test_translations_keep_the_placeholders() -> None:
    broken = [
        key for key, _, text in entries() if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(key))
    ]
    assert broken == []
