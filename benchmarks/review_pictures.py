"""The pictures of `docs/gerer-les-doublons.md`: the stewards' page, from invented exports, in Chromium.

python -m benchmarks.review_pictures
"""

import shutil
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import uvicorn
from playwright.sync_api import Page, sync_playwright

from benchmarks.sample import exports, generate
from benchmarks.stages import one_pass
from review.app import make_app
from review.desk import Desk
from review.patterns import patterns

IMAGES = Path(__file__).parent.parent / "docs" / "images"
_WIDTH, _HEIGHT = 1280, 900
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]


def main() -> None:
    """Write every picture anew."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        exports.write(generate(300, 7, 1.5, 0.5, 0.3), root / "raw", root / "truth.csv")
        deque(one_pass(root / "raw", root), maxlen=0)
        warehouse, state = root / "warehouse.duckdb", root / "state"
        with _served(warehouse, state) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
            page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, locale="fr-FR")
            _shoot(page, address, Desk(warehouse, state))
            browser.close()


def _shoot(page: Page, address: str, desk: Desk) -> None:
    page.goto(address)
    page.keyboard.type("st-1")
    page.keyboard.press("Enter")
    page.wait_for_selector(".queue")
    _keep(page, "file")
    queue = desk.waiting()
    doubtful = next(one for one in queue if 0.5 < one.probability < 0.7)
    page.goto(f"{address}/paire?{urlencode({'gauche': doubtful.left, 'droite': doubtful.right})}")
    _keep(page, "paire", whole=True)
    page.goto(f"{address}/ensemble?modele={patterns(queue)[0].name}")
    _keep(page, "ensemble")
    with desk.looking() as con:
        ((company_id,),) = con.execute(
            "SELECT company_id FROM companies ORDER BY n_records DESC, company_id LIMIT 1"
        ).fetchall()
    page.goto(f"{address}/entreprise?id={company_id}")
    _keep(page, "entreprise")


def _keep(page: Page, name: str, *, whole: bool = False) -> None:
    page.screenshot(path=IMAGES / f"page-{name}.png", full_page=whole)


@contextmanager
def _served(warehouse: Path, state: Path) -> Iterator[str]:
    app = make_app(warehouse=warehouse, state=state, key="0" * 64)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


if __name__ == "__main__":
    main()
