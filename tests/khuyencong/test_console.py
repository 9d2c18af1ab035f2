"""manage.py on data of its own, as an administrator runs it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from khuyencong import data, state
from khuyencong.console import NOT_PREPARED
from khuyencong.embedded import Servers

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


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP])
def test_a_command_that_is_asked_to_end_lets_the_servers_go(empty: Path, asked: signal.Signals) -> None:
    command = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-c", "import time; print('up', flush=True); time.sleep(60)"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "KC_STATE": str(empty), "KC_THROWAWAY": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert command.stdout
    while command.stdout.readline() not in ("up\n", ""):
        pass
    command.send_signal(asked)
    _, said = command.communicate()
    assert (command.returncode, said) == (128 + asked, "")
    assert Servers(empty, state.secrets(empty))._postmaster() == 0
