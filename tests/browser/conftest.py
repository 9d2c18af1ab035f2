"""Chromium in front of the program: one browser for the folder, one window for each person.

The program answers in threads of this process, on the test's own database, as the app's login behind the wall. What
a page throws, what the content security policy refuses and what the server fails at fails the test; a failed test
leaves a picture of every open page in its tmp_path.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from django.db import connections
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    expect,
    sync_playwright,
)
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

# The shell has no windows to paint and is several times as quick.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGUMENTS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]
PATIENCE = 20_000
"""Milliseconds until a page that does not come fails; a busy machine needs some."""

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's own Chromium; Playwright's is not downloaded."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert program, f"Không có trình duyệt nào: {', '.join(NAMES)}. Hãy cài, ví dụ: apt-get install chromium"
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    # Beside Playwright's loop this thread has other connections: those of before would outlive their database.
    connections.close_all()
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, beside which Django would refuse every query.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, *as_root])
        yield browser
        browser.close()


@dataclass(frozen=True)
class Look:
    """How a window looks: its size in pixels, and the colours that the system prefers."""

    width: int
    height: int
    colours: Literal["light", "dark"]

    def put_on(self, page: Page) -> None:
        page.set_viewport_size({"width": self.width, "height": self.height})
        page.emulate_media(color_scheme=self.colours)


class Windows:
    """A window of its own for each person, as on a computer of its own; it stays open through the test."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.open: dict[str, BrowserContext] = {}
        self.faults: list[str] = []

    def of(self, account: str) -> Page:
        """The page of ``account``; at the first time it has just signed in and sees what is expected of it today."""
        if account in self.open:
            return self.open[account].pages[-1]
        from tests.browser.pages import sign_in  # not before Django is set up

        page = self._new(account).new_page()
        page.goto("/")
        sign_in(page, account)
        return page

    def _new(self, account: str) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": 1366, "height": 768},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: self.faults.append(f"{account}: {error.error}"))
        context.on("console", lambda said: self._heard(account, said))
        context.on("response", lambda answer: self._answered(account, answer))
        self.open[account] = context
        return context

    def _heard(self, account: str, said: ConsoleMessage) -> None:
        # Chromium says so of refused and late forms, too; _answered tells them from faults.
        if said.type == "error" and "Failed to load resource" not in said.text:
            self.faults.append(f"{account}: {said.text}")

    def _answered(self, account: str, answer: Response) -> None:
        if answer.status in {403, 404} or answer.status >= 500:
            self.faults.append(f"{account}: {answer.status} {answer.url}")

    def picture(self, folder: Path) -> None:
        for account, context in self.open.items():
            for number, page in enumerate(context.pages):
                page.screenshot(path=folder / f"{account}-{number}.png", full_page=True)


@pytest.fixture
def windows(
    request: pytest.FixtureRequest,
    chromium: Browser,
    committed_db: None,
    live_server: LiveServer,
    settings: Settings,
    tmp_path: Path,
) -> Iterator[Windows]:
    """The people's windows onto the running program; uploads go to the test's own folder."""
    settings.MEDIA_ROOT = tmp_path / "files"
    opened = Windows(chromium, live_server.url)
    failed_before = request.session.testsfailed
    yield opened
    if request.session.testsfailed > failed_before:
        opened.picture(tmp_path)
    for context in opened.open.values():
        context.close()
    assert opened.faults == []


@pytest.fixture
def person(windows: Windows) -> Callable[[str], Page]:
    """``person("centre.hai-phong")`` answers that person's page, signed in."""
    return windows.of
