"""The page in a real browser without a network: nothing asked for, nothing broken, nothing beyond an edge."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from transforms.reporting import contents
from transforms.reporting.html import html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


@dataclass
class Opened:
    """A page, what it asked for, and what it complained of."""

    page: Page
    report: contents.Report
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=["warehouse", "hostile", "empty"])
def opened(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    report = contents.report_of(request.getfixturevalue(request.param))
    file = tmp_path / "rapport.html"
    file.write_text(html(report), encoding="utf-8")
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    found = Opened(context.new_page(), report)
    found.page.on("request", lambda asked: found.requests.append(asked.url))
    found.page.on("console", lambda told: found.complaints.append(told.text))
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.goto(file.as_uri())
    yield found
    context.close()


def test_it_asks_for_nothing_and_complains_of_nothing(opened: Opened) -> None:
    assert [url.rpartition("/")[2] for url in opened.requests] == ["rapport.html"]
    assert opened.complaints == []
    assert opened.page.title().startswith("Rapport de fusion")


def test_every_picture_and_table_is_seen(opened: Opened) -> None:
    sizes = opened.page.evaluate(
        "[...document.querySelectorAll('figure svg, table')].map(one => one.getBoundingClientRect())"
        ".map(box => [box.width, box.height])"
    )
    assert len(sizes) >= len(opened.report.pictures)
    assert all(width > 200 and height > 20 for width, height in sizes)


# 640 points wide is what 1280 become at a zoom of 200 %.
@pytest.mark.parametrize("width", [1280, 640, 400])
def test_nothing_goes_beyond_the_edge(width: int, opened: Opened) -> None:
    opened.page.set_viewport_size({"width": width, "height": 900})
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_words_of_a_picture_stay_in_it_and_apart(opened: Opened) -> None:
    """No text of a picture is wider than it, and no two texts lie on each other."""
    problems = opened.page.evaluate(
        """
        [...document.querySelectorAll('figure svg')].flatMap(svg => {
            const frame = svg.getBoundingClientRect();
            const texts = [...svg.querySelectorAll('text')]
                .map(one => [one.textContent, one.getBoundingClientRect()]);
            const out = texts.filter(([_, box]) => box.left < frame.left - 4 || box.right > frame.right + 4);
            const shrunk = box => [box.left + 1.5, box.right - 1.5, box.top + 3, box.bottom - 3];
            const over = texts.flatMap(([one, a], place) => texts.slice(place + 1).filter(([_, b]) => {
                const [l, r, t, u] = shrunk(a), [ll, rr, tt, uu] = shrunk(b);
                return l < rr && ll < r && t < uu && tt < u;
            }).map(([other]) => one + ' / ' + other));
            return [...out.map(([words]) => words), ...over];
        })
        """
    )
    assert problems == []


def test_it_prints_every_section(opened: Opened, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / "print.pdf").write_bytes(opened.page.pdf(prefer_css_page_size=True))
    command = ["pdftotext", "-layout", "print.pdf", "-"]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    words = " ".join(told.split())
    assert [section.title for section in opened.report.sections if section.title not in words] == []
