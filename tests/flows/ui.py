"""Prefect's web interface in a real browser, used as staff use it: by what they see, never by an address."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Error, Locator, Page, expect, sync_playwright
from served import RUN_SECONDS, Served, until

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PICTURES = os.environ.get("UI_PICTURES")
"""The folder that gets a picture of every step, if there is one."""

_WIDTH, _HEIGHT = 1280, 800
_SECONDS = 30
# The picture of a run is drawn anew sixty times a second, by the processor where there is no graphics card.
_SLOW_SCREEN = """
window.requestAnimationFrame = draw => setTimeout(() => draw(performance.now()), 500)
window.cancelAnimationFrame = clearTimeout
"""
# Prefect's picture of a run, which goes on drawing for a moment when its page is left.
_DRAWING = "flow-run-graph", "vendor-pixi"
_WITHOUT_NOTES = "[data-sonner-toaster] { display: none }"
# What Prefect's interface asks the maker of its statistics, on every page; the server forbids it.
_FORBIDDEN = "amplitude.com"


@dataclass
class Ui:
    """The interface in one window, what its pages asked for, and what went wrong."""

    page: Page
    served: Served
    hosts: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """From now on keep what the pages ask for and complain of."""
        self.page.on("request", lambda asked: self._ask(asked.url))
        self.page.on("websocket", lambda asked: self._ask(asked.url))
        self.page.on("requestfailed", lambda asked: self._note(f"{asked.failure} {asked.url}"))
        self.page.on("pageerror", self._raised)
        self.page.on("console", lambda told: self._note(told.text if "Content Security" in told.text else ""))

    def _ask(self, url: str) -> None:
        # Pictures and fonts of a page may lie in the page itself.
        if urlsplit(url).scheme not in ("data", "blob"):
            self.hosts.add(urlsplit(url).netloc)

    def _raised(self, error: Error) -> None:
        if not any(drawing in (error.stack or "") for drawing in _DRAWING):
            self._note(error.stack or str(error))

    def _note(self, problem: str) -> None:
        # A page that is left asks no more: that is no problem.
        if problem and _FORBIDDEN not in problem and "ERR_ABORTED" not in problem:
            self.problems.append(problem)

    def log_in(self, asked: str) -> None:
        """Open the interface and give what it asks for."""
        self.page.goto(self.served.address)
        self.page.get_by_role("textbox").fill(asked)
        self.page.get_by_role("button", name="Login").click()
        self.link("Deployments").wait_for()

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True).first

    def deployments(self) -> None:
        self.link("Deployments").click()
        expect(self.page.get_by_text("Items per page")).to_be_visible()

    def deployment(self, name: str) -> None:
        """Find a deployment and open it."""
        self.deployments()
        self.link(name).click()
        expect(self.page.get_by_role("tab", name="Description")).to_be_visible()

    def form(self, name: str) -> None:
        """Open the form of a deployment."""
        self.deployment(name)
        self.page.get_by_role("button", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Custom run").click()
        expect(self.page.get_by_role("button", name="Submit")).to_be_visible()

    def submit(self) -> str:
        """Start what the form says and follow it; the id of the run."""
        self.page.get_by_role("button", name="Submit").click()
        return self._followed()

    def start(self, name: str) -> str:
        """Start a deployment as it is and follow it; the id of the run."""
        self.deployment(name)
        self.page.get_by_role("button", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Quick run").click()
        self.page.get_by_role("dialog").get_by_role("button", name="Run", exact=True).click()
        return self._followed()

    def _followed(self) -> str:
        self.page.get_by_role("link", name="View run").click()
        self.page.wait_for_url(re.compile("/flow-run/"))
        # The notice stays a while, and has a link to the run, too.
        self.page.reload()
        return urlsplit(self.page.url).path.rpartition("/")[2]

    def ends(self, state: str) -> None:
        """Wait until the page of the run shows the state in which it has ended."""
        shown = self.page.get_by_role("main").get_by_text(state, exact=True).first
        expect(shown).to_be_visible(timeout=RUN_SECONDS * 1000)

    def tells(self, run: str, line: str) -> None:
        """The log of the run that is looked at has a line that begins so."""
        until(lambda: any(one.startswith(line) for one in self.served.log(run)), _SECONDS, line)
        # The page of a run that has ended asks no more for lines that come after its end.
        self.page.reload()
        expect(self.tab("Logs")).to_contain_text(line)

    def tab(self, name: str) -> Locator:
        """Open a tab of the page of a run; what it shows."""
        self.page.get_by_role("tab", name=name, exact=True).click()
        return self.page.get_by_role("tabpanel", name=name, exact=True)

    def report(self, key: str, run: str) -> Locator:
        """From the page of the run `run`, open its report; what it shows."""
        self.tab("Artifacts").get_by_role("heading", name=key).click()
        its_run = self.page.locator(f"a[href$='/flow-run/{run}']")
        its_run.wait_for()
        report = self.page.locator("a[href*='/artifacts/artifact/']")
        self.page.locator("div").filter(has=its_run).filter(has=report).last.locator(report).click()
        return self.page.get_by_role("tabpanel", name="Artifact", exact=True)

    def picture(self, name: str) -> None:
        """Keep a picture of what is seen now, if pictures are wanted: of few colours, so that it is small."""
        if PICTURES is None:
            return
        self.page.reload()
        self.page.wait_for_timeout(5000)  # until what moves has come to rest
        seen = Image.open(BytesIO(self.page.screenshot(style=_WITHOUT_NOTES)))
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        seen.convert("RGB").quantize(64, dither=Image.Dither.NONE).save(
            folder / f"interface-{name}.png", optimize=True
        )


@contextmanager
def opened(served: Served) -> Iterator[Ui]:
    """A browser of its own; without Chromium the test is skipped."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, locale="fr-FR")
        if PICTURES is None:
            page.add_init_script(_SLOW_SCREEN)
        page.set_default_timeout(_SECONDS * 1000)
        expect.set_options(timeout=_SECONDS * 1000)
        ui = Ui(page, served)
        ui.listen()
        yield ui
        browser.close()
