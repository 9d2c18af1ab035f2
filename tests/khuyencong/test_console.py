"""manage.py on data of its own, as an administrator runs it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from khuyencong import data
from khuyencong.console import NOT_PREPARED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def empty() -> Iterator[Path]:
    """A state directory where the program has not run yet."""
    folder = Path(mkdtemp(dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def _manage(folder: Path, *words: str) -> tuple[int, str, str]:
    ended = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "KC_STATE": str(folder), "KC_THROWAWAY": "1"},
        capture_output=True,
        text=True,
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["demo"],
        ["demo", "--reset"],
        ["import_figures", str(data.HERE / "published-figures.csv")],
        ["create_operator", "nguyenvanan", "Nguyễn Văn An"],
        ["report", "quarterly", "--scope=nation", "--year=2026", "--period=q3", "--format=json"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_a_command_on_data_that_was_never_prepared_says_what_to_run_first(
    empty: Path, words: list[str]
) -> None:
    assert _manage(empty, *words) == (1, "", f"{NOT_PREPARED}\n")
