"""The examples in docstrings run, and say what comes out."""

import doctest
import importlib
import importlib.util
import pkgutil
from pathlib import Path

import pytest

import graphmem


def _source(module: str) -> str:
    spec = importlib.util.find_spec(module)
    return Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""


MODULES = sorted(
    found.name for found in pkgutil.walk_packages(graphmem.__path__, "graphmem.") if ">>>" in (_source(found.name))
)


def test_some_modules_have_examples() -> None:
    """The search for examples finds some, so that an empty run cannot pass unseen."""
    assert {"graphmem.identity", "graphmem.memory"} <= set(MODULES)


@pytest.mark.parametrize("module", ["graphmem", *MODULES])
def test_examples_run(module: str) -> None:
    """Every `>>>` line of a module does what it promises."""
    outcome = doctest.testmod(importlib.import_module(module))
    assert outcome.attempted > 0
    assert outcome.failed == 0
