"""The page in a real browser, by keyboard."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
_MOST_TABS = 300

# Who types at once has the keyboard already where the page would put it.
_IDLE = "Autofocus processing was blocked"


@dataclass
class Steward:
    """Somebody at the keyboard: what the page asked for elsewhere, and what it complained of."""

    page: Page
    address: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        """Press keys, each followed by a new page."""
        for key in keys:
            with self.page.expect_navigation():
                self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Write into the field that has the focus."""
        self.page.keyboard.type(text)

    def tab_to(self, selector: str) -> None:
        """Go on with Tab until something that fits has the focus."""
        for _ in range(_MOST_TABS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(f"document.activeElement.matches({selector!r})"):
                return
        raise AssertionError(f"no {selector} can be reached by keyboard")

    def goto(self, path: str) -> None:
        """Open a page."""
        self.page.goto(self.address + path)

    def enter(self, steward: str = "st-1") -> None:
        """Say who judges; the field has the focus."""
        self.goto("/")
        self.type(steward)
        self.press("Enter")

    def text(self, selector: str = "main") -> str:
        """What a part of the page says."""
        return " ".join(self.page.inner_text(selector).split())

    def width(self) -> int:
        """How wide the page is."""
        found: int = self.page.evaluate("document.documentElement.scrollWidth")
        return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the machine."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield opened
        opened.close()


@contextmanager
def at(browser: Browser, address: str, width: int = 1280) -> Iterator[Steward]:
    """A session of its own on the page at `address`."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR")
    found = Steward(context.new_page(), address)
    found.page.on("request", lambda one: one.url.startswith(address) or found.elsewhere.append(one.url))
    found.page.on("console", lambda told: _IDLE in told.text or found.complaints.append(told.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on("dialog", lambda dialog: (found.complaints.append(dialog.message), dialog.dismiss()))
    yield found
    context.close()
