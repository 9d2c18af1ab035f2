"""docker-compose.yml and Dockerfile as a container engine would read them, and their commands run without one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PARTS = ("web", "worker", "beat")
PROGRAM = (*PARTS, "prepare", "manage")
"""Services of our image."""

_VARIABLE = re.compile(r"\$\$|\$\{(\w+)(?::([-?])([^}]*))?\}")


def read(*files: str, **given: str) -> dict[str, Any]:
    """The files, the later ones laid over the first, with the variables of .env put in. Raises KeyError for a variable
    that must be given and is not."""

    def fill(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if name is None:
            return "$"
        return given.get(name) or (rest if kind == "-" else given[name])

    made: dict[str, Any] = {}
    for file in files:
        text = _VARIABLE.sub(fill, (ROOT / file).read_text())
        made = _laid_over(made, yaml.safe_load(text))
    return made


def _laid_over(below: Any, above: Any) -> Any:
    """Mappings by key, lists one after the other: as compose does for what these files hold."""
    if isinstance(below, dict) and isinstance(above, dict):
        return below | {key: _laid_over(below.get(key), value) for key, value in above.items()}
    if isinstance(below, list) and isinstance(above, list):
        return [*below, *(each for each in above if each not in below)]
    return above


def image_environment() -> dict[str, str]:
    """What the image says by ENV."""
    [block] = re.findall(r"^ENV ((?:.*\\\n)*.*)$", DOCKERFILE, re.MULTILINE)
    return dict(pair.split("=", 1) for pair in block.replace("\\\n", " ").split())


def image_words(instruction: str) -> list[str]:
    """ENTRYPOINT or CMD."""
    [found] = re.findall(rf"^{instruction} (\[.*\])$", DOCKERFILE, re.MULTILINE)
    words: list[str] = json.loads(found)
    return words


@dataclass
class Machine:
    """Where containers of our image would run: a folder of secrets, one of data."""

    folder: Path
    services: dict[str, Any]
    secrets: Path
    others: dict[str, str] = field(default_factory=dict)
    """Environment that stands for what the machine's network and image would give."""

    def environment(self, service: str) -> dict[str, str]:
        """Of this container, with the places of the container on this disk."""
        given: dict[str, str] = (
            image_environment() | self.services[service].get("environment", {}) | self.others
        )
        places = {"/run/secrets": str(self.secrets), "/srv/khuyencong": str(self.folder / "state")}
        for inside, here in places.items():
            given = {name: value.replace(inside, here) for name, value in given.items()}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {**given, "PATH": path, "HOME": "/nonexistent"}

    def words(self, service: str) -> list[str]:
        found = self.services[service]
        return [
            *found.get("entrypoint", image_words("ENTRYPOINT")),
            *found.get("command", image_words("CMD")),
        ]

    def run(
        self, service: str, words: list[str] | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """To its end."""
        return subprocess.run(
            words or self.words(service),
            cwd=ROOT,
            env=self.environment(service) | more,
            capture_output=True,
            text=True,
        )

    def start(self, service: str, log: Path) -> subprocess.Popen[bytes]:
        """In a session of its own, as in a container."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.words(service),
                cwd=ROOT,
                env=self.environment(service),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_well(self, service: str, **more: str) -> bool:
        """By the health check of the service."""
        kind, *words = self.services[service]["healthcheck"]["test"]
        if kind == "CMD-SHELL":
            words = ["sh", "-c", *words]
        return self.run(service, words, **more).returncode == 0


def seconds(text: str) -> float:
    """Of 30s or 2m."""
    return float(text[:-1]) * {"s": 1, "m": 60}[text[-1]]
