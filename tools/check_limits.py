"""Our own limits, which no linter knows: sizes, import direction, no statement text in Python, names of test files.

Run it from anywhere: `python tools/check_limits.py`. It prints each breach as `file:line: what` and exits with 1.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("graphmem", "pipelines", "tools")
LONGEST_FUNCTION, LONGEST_MODULE = 60, 400

#: Layers of DESIGN section 8, lowest first: a module imports its own layer and lower ones only.
LAYERS: tuple[tuple[str, ...], ...] = (
    (
        "graphmem.errors",
        "graphmem.arguments",
        "graphmem.embedding",
        "graphmem.identity",
        "graphmem.model",
        "graphmem.rows",
        "graphmem.ports",
        "graphmem.token_ports",
        "graphmem.chat",
    ),
    ("graphmem.text", "graphmem.graph"),
    ("graphmem.write", "graphmem.read", "graphmem.learn"),
    ("graphmem.upkeep", "graphmem.opening", "graphmem.memory", "graphmem"),
    (
        "graphmem.settings",
        "graphmem.explorer",
        "graphmem.cli",
        "graphmem.integrations",
        "graphmem.testing",
        "pipelines",
    ),
)
#: Adapters import the two lowest layers; only the composition root and faces import adapters.
ADAPTERS = ("graphmem.stores", "graphmem.models", "graphmem.formats")
ADAPTER_USERS = ("graphmem.opening", *LAYERS[-1])

STATEMENT = re.compile(
    r"^\s*(SELECT\s.+\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX|UNIQUE)"
    r"|MATCH\s*\(|MERGE\s*\(|UNWIND\s+\$)",
    re.IGNORECASE | re.DOTALL,
)


def main() -> int:
    """Check every module and return the exit status."""
    breaches = [breach for path in sorted(_modules()) for breach in _breaches(path)]
    breaches += _namesakes((ROOT / "tests").rglob("test_*.py"))
    print("\n".join(breaches) if breaches else "limits: all kept")
    return 1 if breaches else 0


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def _namesakes(paths: Iterable[Path]) -> list[str]:
    """Return test files of one name: folders of tests are no packages, so pytest would take one for the other."""
    named: dict[str, Path] = {}
    return [
        f"{path.relative_to(ROOT)}:1: {first.relative_to(ROOT)} has this name, too: test files need names of their own"
        for path in sorted(paths)
        if (first := named.setdefault(path.name, path)) != path
    ]


def _breaches(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    where, tree = path.relative_to(ROOT), ast.parse(text)
    lines = text.count("\n")
    if lines > LONGEST_MODULE:
        yield f"{where}:1: {lines} lines, at most {LONGEST_MODULE}"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{where}:{node.lineno}: {node.name} has {length} lines, at most {LONGEST_FUNCTION}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            yield f"{where}:{node.lineno}: a statement's text in Python; statements live in cypher/ and the SQL folder"
    module = ".".join(where.with_suffix("").parts).removesuffix(".__init__")
    for line, imported in _imports(tree):
        if not _allowed(module, imported):
            yield f"{where}:{line}: {module} must not import {imported} (DESIGN section 8)"


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, module) of every import that runs; what is under TYPE_CHECKING is no dependency."""
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in hidden:
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)


def _allowed(module: str, imported: str) -> bool:
    if not _within(imported, ("graphmem", "pipelines")):
        return True
    if _within(module, ADAPTERS):
        return any(_within(imported, names) for names in LAYERS[:2]) or _same_adapter(module, imported)
    if _within(imported, ADAPTERS):
        return _within(module, ADAPTER_USERS)
    own, other = _layer(module), _layer(imported)
    return own is None or other is None or other <= own


def _same_adapter(module: str, imported: str) -> bool:
    """Adapters of one folder may share code: `graphmem.stores.sqlite` with `graphmem.stores.statements`."""
    return module.split(".")[:2] == imported.split(".")[:2]


def _layer(module: str) -> int | None:
    return next((n for n, names in enumerate(LAYERS) if _within(module, names)), None)


def _within(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or (name != "graphmem" and module.startswith(name + ".")) for name in names)


if __name__ == "__main__":
    sys.exit(main())
