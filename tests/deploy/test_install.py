"""deploy/install on a machine whose package manager, Python and account are made up."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
FAKES = {
    "dpkg-query": 'grep -qx "${!#}" installed && echo -n installed',
    "apt-get": 'echo "$@" >> asked; [ -e "$1 works" ] || exit 100\n'
    'if [ "$1" = install ]; then printf "%s\\n" "$@" >> installed; fi',
    "sudo": "[ -e 'sudo works' ] && shift && \"$@\"",
    "id": "cat account",
    "python3.14": "exit 0",
}


class Machine:
    """A checkout whose .venv is there, on a machine that has none of the system packages."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.fakes = folder / "kho mã", folder / "bin"
        (self.folder / "deploy").mkdir(parents=True)
        (self.folder / ".venv" / "bin").mkdir(parents=True)
        self.fakes.mkdir()
        shutil.copy(ROOT / "deploy" / "install", self.folder / "deploy")
        for name in ("requirements.lock", "installed", "asked"):
            (self.folder / name).touch()
        self.is_root(True)
        for name, does in FAKES.items():
            _program(self.fakes / name, does)
        _program(self.folder / ".venv" / "bin" / "python", "exit 0")

    def is_root(self, it_is: bool) -> None:
        (self.folder / "account").write_text("0" if it_is else "1000")

    def works(self, *commands: str) -> None:
        for command in commands:
            (self.folder / f"{command} works").touch()

    def installs(self) -> tuple[int, str]:
        ended = subprocess.run(
            [self.folder / "deploy" / "install", "run"],
            env={"PATH": f"{self.fakes}:{os.defpath}"},
            capture_output=True,
            text=True,
        )
        return ended.returncode, ended.stderr

    def is_done(self) -> bool:
        return any((self.folder / ".venv").glob("installed-*"))

    def asked(self) -> list[str]:
        return [line.split()[0] for line in (self.folder / "asked").read_text().splitlines()]


def _program(file: Path, does: str) -> None:
    file.write_text(f"#!/usr/bin/env bash\n{does}\n")
    file.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def _lacking(sudo: str = "") -> tuple[int, str]:
    return 1, (
        f"Thiếu gói hệ thống: {PANGO}. Hãy chạy dòng sau rồi chạy lại lệnh vừa rồi:\n"
        f"    {sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends {PANGO}\n"
    )


@pytest.mark.parametrize("works", [(), ("update",)])
def test_packages_that_did_not_come_are_named_and_the_next_run_asks_again(
    machine: Machine, works: tuple[str, ...]
) -> None:
    machine.works(*works)
    assert machine.installs() == _lacking()
    assert not machine.is_done()
    machine.works("update", "install")
    assert machine.installs() == (0, "")
    assert machine.is_done()
    assert machine.asked() == ["update", "install"] * 2


def test_lists_that_cannot_be_renewed_do_not_hinder_when_the_packages_come(machine: Machine) -> None:
    machine.works("install")
    assert machine.installs() == (0, "")
    assert machine.is_done()


def test_what_is_installed_costs_nothing_the_second_time(machine: Machine) -> None:
    machine.works("update", "install")
    machine.installs()
    assert machine.installs() == (0, "")
    assert machine.asked() == ["update", "install"]


def test_an_account_that_may_not_install_is_told_the_line_for_one_who_may(machine: Machine) -> None:
    machine.is_root(False)
    assert machine.installs() == _lacking("sudo ")
    assert machine.asked() == []
    machine.works("sudo", "update", "install")
    assert machine.installs() == (0, "")
    assert machine.is_done()
