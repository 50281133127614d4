"""Neo4j Browser in a headless Chromium: log in, run what a person would type, look at what is drawn.

It needs selenium and, on the path, Chromium with its driver: on Debian, `apt-get install chromium chromium-driver`.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

__all__ = ["BrowserPage", "Drawn", "Frame", "NoBrowser", "chromium"]

T = TypeVar("T")

_INSTALL = "on Debian: `apt-get install chromium chromium-driver` (tools/ensure_browser.sh does it)"
_SECONDS = 60.0
_FRAME = "[data-testid=frame]"


class NoBrowser(Exception):
    """There is no Chromium to test with; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A node or an arrow as it is drawn: its caption, its colour (of nodes only) and its radius (of nodes only)."""

    caption: str
    colour: str = ""
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The newest result: its text, and the nodes and arrows it draws."""

    text: str
    nodes: tuple[Drawn, ...]
    arrows: tuple[Drawn, ...]


@contextmanager
def chromium(*, width: int = 1600, height: int = 1000) -> Iterator["Chrome"]:
    """Yield a headless Chromium.

    Raises: NoBrowser: selenium, Chromium or its driver is missing.
    """
    try:
        from selenium.webdriver import Chrome, ChromeOptions, ChromeService
    except ImportError as err:
        raise NoBrowser("selenium is missing: it comes with the `dev` extra") from err
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if browser is None or driver is None:
        raise NoBrowser(f"Chromium or its driver is missing; {_INSTALL}")
    options = ChromeOptions()
    options.binary_location = browser
    for argument in (
        "--headless=new",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        f"--window-size={width},{height}",
    ):
        options.add_argument(argument)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium's sandbox does not start for root
    page = Chrome(options=options, service=ChromeService(driver))
    try:
        yield page
    finally:
        page.quit()


class BrowserPage:
    """Neo4j Browser in a Chromium, logged in."""

    def __init__(self, page: "Chrome", address: str, *, uri: str, auth: tuple[str, str]) -> None:
        self._page = page
        page.get(address)
        self._log_in(uri, auth)

    def run(self, text: str, *, shows: Callable[[Frame], bool]) -> Frame:
        """Type a command or statement, run it, and return its frame once it shows what is awaited.

        Raises: AssertionError: it does not within a minute; the frame's text is in the message.
        """
        before = self._newest()
        editor = self._await(lambda: self._one("[data-testid=activeEditor] textarea"), "the editor")
        self._keys(editor, "a", control=True)
        self._page.execute_cdp_cmd("Input.insertText", {"text": text})
        self._keys(editor, "ESCAPE")
        self._keys(editor, "ENTER", control=True)
        self._await(lambda: self._newest() not in (None, before), f"a frame for {text[:60]!r}")
        return self._awaited(shows)

    def frame(self) -> Frame:
        """Return the newest frame as it is now."""
        told: dict[str, Any] = self._page.execute_script(_READ)
        nodes = tuple(
            Drawn(" ".join(node["caption"].split()), node["fill"], float(node["r"] or 0)) for node in told["nodes"]
        )
        return Frame(told["text"], nodes, tuple(Drawn(caption) for caption in told["arrows"]))

    def drop(self, name: str, content: bytes) -> None:
        """Drop an archive of favourites on the window; it is taken without a question."""
        self._page.execute_script(_DROP, name, list(content))

    def favourites(self, *, folder: str) -> tuple[str, ...]:
        """Open the drawer of favourites and a folder in it, and return the titles it holds, sorted."""
        titles = "return [...document.querySelectorAll(\"[data-testid^='scriptTitle-']\")].map(e => e.innerText.trim())"
        self._await(lambda: self._click("[data-testid=navigationFavorites]"), "the drawer of favourites")
        self._await(lambda: self._click(f"[data-testid='expandFolder-{folder}']"), f"the folder {folder}")
        found: list[str] = self._await(lambda: self._page.execute_script(titles), "the favourites")
        return tuple(sorted(found))

    def picture(self, path: Path, *, whole: bool = True) -> None:
        """Write what is to be seen as PNG; `whole` lets the newest frame fill the window, fitted, while it is taken."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if whole:
            self._click(f"{_FRAME} button[title=Fullscreen]")
            time.sleep(3)  # the drawing comes to rest
            self._click(f"{_FRAME} [aria-label=zoom-to-fit]")
            time.sleep(2)
        self._page.save_screenshot(str(path))
        if whole:
            self._click(f"{_FRAME} button[title*='ullscreen']")

    def _log_in(self, uri: str, auth: tuple[str, str]) -> None:
        from selenium.webdriver.common.keys import Keys

        for field, value in (("boltaddress", uri.split("://", 1)[1]), ("username", auth[0]), ("password", auth[1])):
            box = self._await(lambda f=field: self._one(f"input[data-testid={f}]"), f"the field {field}")  # type: ignore[misc]
            box.send_keys(Keys.CONTROL, "a")
            box.send_keys(value)
        self._click("[data-testid=connect]")
        said = "return document.body.innerText"
        self._await(lambda: "You are connected as user" in str(self._page.execute_script(said)), "the log-in")

    def _awaited(self, shows: Callable[[Frame], bool]) -> Frame:
        try:
            self._await(lambda: shows(self.frame()), "what the frame is to show")
        except AssertionError as err:
            raise AssertionError(f"{err}; it shows: {self.frame().text[:1_000]}") from err
        return self.frame()

    def _await(self, look: Callable[[], T | None], what: str) -> T:
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.2)
        raise AssertionError(f"{what} did not come within {_SECONDS:.0f} s")

    def _one(self, selector: str) -> "WebElement | None":
        found: list[WebElement] = self._page.find_elements("css selector", selector)
        return found[0] if found else None

    def _newest(self) -> "WebElement | None":
        return self._one(_FRAME)

    def _click(self, selector: str) -> bool:
        script = "const e = document.querySelector(arguments[0]); if (e) e.click(); return e !== null"
        return bool(self._page.execute_script(script, selector))

    def _keys(self, element: "WebElement", key: str, *, control: bool = False) -> None:
        from selenium.webdriver.common.keys import Keys

        told = getattr(Keys, key) if len(key) > 1 else key
        element.send_keys(*((Keys.CONTROL, told) if control else (told,)))


#: What the newest frame draws.
_READ = """
const frame = document.querySelector('[data-testid=frame]');
if (!frame) return {text: '', nodes: [], arrows: []};
const all = (selector) => [...frame.querySelectorAll(selector)];
return {
  text: frame.innerText,
  nodes: all('g.node').map(g => {
    const circle = g.querySelector('circle.b-outline');
    return {caption: [...g.querySelectorAll('text')].map(t => t.textContent).join(' ').trim(),
            fill: circle ? circle.getAttribute('fill') : '', r: circle ? circle.getAttribute('r') : 0};
  }),
  arrows: all('g.relationship').map(g => [...g.querySelectorAll('text')].map(t => t.textContent).join('').trim()),
};
"""
#: Dropping a file, as a person's mouse would.
_DROP = """
const data = new DataTransfer();
data.items.add(new File([new Uint8Array(arguments[1])], arguments[0]));
const place = document.querySelector('.filedrop') || document.body;
for (const kind of ['dragenter', 'dragover', 'drop'])
  place.dispatchEvent(new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: data}));
"""
