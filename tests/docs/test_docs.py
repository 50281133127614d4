"""The documentation runs: every block of Python, every link, every command it names."""

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.main import get_command

from graphmem.cli.app import app
from pipelines.docs import renewed

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
NO_RUN = re.compile(r"python no-run: \S.*")


@dataclass(frozen=True)
class Block:
    """A fenced block: where it starts, its info string and its text."""

    line: int
    info: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        yield Block(text[: found.start()].count("\n") + 1, found["info"].strip(), found["text"])


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def runnable(page: Path) -> bool:
    return any(block.info == "python" for block in blocks(page))


def run(page: Path, found: list[Block]) -> Iterator[tuple[Block, str, str]]:
    """Run the page's Python blocks in one namespace; yield each promised output with what was printed instead."""
    printed, variables = "", {"__name__": "__docs__"}
    for block in found:
        if block.info == "python":
            out = io.StringIO()
            with redirect_stdout(out):
                exec(compile("\n" * block.line + block.text, str(page), "exec"), variables)  # lines as in the page
            printed = out.getvalue()
        elif block.info == "text output":
            yield block, block.text, printed


@pytest.mark.parametrize("page", [page for page in PAGES if runnable(page)], ids=name)
def test_python_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block of Python on the page runs, in order, and prints what the page says that it prints."""
    monkeypatch.chdir(tmp_path)
    for block, promised, printed in run(page, list(blocks(page))):
        assert printed == promised, f"{name(page)}:{block.line} promises another output"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_block_that_does_not_run_says_why(page: Path) -> None:
    """A block of Python either runs, or its info string says why it does not."""
    python = [block for block in blocks(page) if block.info.split(" ")[0] in {"python", "py", "python3", "pycon"}]
    unexplained = [block.line for block in python if block.info != "python" and not NO_RUN.fullmatch(block.info)]
    assert unexplained == []


def slug(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def anchors(page: Path) -> set[str]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link leads to a file that is there, and to a heading that it has."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_make_targets_are_there() -> None:
    """Every `make` target that the documentation names is in the Makefile."""
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        target
        for page in PAGES
        for target in re.findall(r"(?:^|`)make ([a-z0-9]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {"demo", "test"} <= named <= targets


def test_generated_parts_are_up_to_date() -> None:
    """What is generated from the code (signatures, results, errors, the schema) says what the code says now."""
    stale = [name(page) for page in PAGES if "docs" in page.parts and renewed(text := page.read_text("utf-8")) != text]
    assert stale == [], "write them anew: python -m pipelines.docs"


def test_commands_are_there() -> None:
    """Every `graphmem` command that the documentation names is one of the command line's."""
    named = {
        command
        for page in PAGES
        for command in re.findall(r"(?:^|`|bin/)graphmem ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    offered = set(get_command(app).commands)  # type: ignore[attr-defined]  # a group, as there are several commands
    assert named - offered == set()


def test_modules_are_there() -> None:
    """Every file of the repository that the documentation names is in it."""
    missing = [
        f"{name(page)}: {path}"
        for page in PAGES
        for path in re.findall(r"`((?:graphmem|pipelines|tests|tools|docs)/[\w/.-]+)`", page.read_text("utf-8"))
        if not (ROOT / path).exists()
    ]
    assert missing == []
