import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipelines.evaluate.cli import main
from pipelines.report import main as report

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests" / "data" / "eval"
SCHEMA = json.loads((ROOT / "pipelines" / "schema" / "evaluate.schema.json").read_text(encoding="utf-8"))
ROWS = {"graphmem", "bm25", "dense", "hybrid", "no_pagerank", "no_facts", "no_entities", "no_rerank"}
PATHS = {"locomo": "locomo.json", "longmemeval": "longmemeval.jsonl", "multihop": "multihop"}

Evaluated = Callable[..., Mapping[str, Any]]


@pytest.fixture
def evaluated(capsys: pytest.CaptureFixture[str]) -> Evaluated:
    """Run the command and return its last line on stdout."""

    def run(*arguments: object) -> Mapping[str, Any]:
        assert main([str(a) for a in arguments]) == 0
        result = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert isinstance(result, dict)
        return result

    return run


@pytest.mark.parametrize("name", sorted(PATHS))
def test_examples_fit_the_schema(name: str) -> None:
    """The committed example of each benchmark is what the schema says."""
    path = ROOT / "pipelines" / "schema" / "examples" / f"{name}.json"
    example = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(example, SCHEMA)
    assert example["dataset"] == name


@pytest.mark.parametrize(("name", "n"), [("locomo", 5), ("longmemeval", 2), ("multihop", 4)])
def test_the_whole_command(name: str, n: int, evaluated: Evaluated, tmp_path: Path) -> None:
    """Each benchmark's file is remembered and asked: figures on the last line, a line per question, a plot."""
    out, plot = tmp_path / "lines.jsonl", tmp_path / "plot.svg"
    result = evaluated(name, "--data", DATA / PATHS[name], "--out", out, "--plot", plot, "--cache", tmp_path / "cache")
    jsonschema.validate(result, SCHEMA)
    assert result["n"] == n
    assert set(result["systems"]) >= ROWS
    assert result["systems"]["graphmem"]["R@20"] > 90
    assert result["facts"] is (name != "longmemeval")
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == n
    assert all(set(line["systems"]) == set(result["systems"]) for line in lines)
    recomputed = sum(line["systems"]["graphmem"]["R@5"] for line in lines) / n
    assert recomputed == pytest.approx(result["systems"]["graphmem"]["R@5"], abs=0.01)
    assert "<svg" in plot.read_text(encoding="utf-8")


def test_a_second_run_is_the_same_from_the_cache(evaluated: Evaluated, tmp_path: Path) -> None:
    """With a cache, and gzipped under another name, the same questions get the same figures; nothing is drawn anew."""
    packed = tmp_path / "held out.json.gz"
    packed.write_bytes(gzip.compress((DATA / "locomo.json").read_bytes()))
    cache = tmp_path / "cache"
    first = evaluated("locomo", "--data", DATA / "locomo.json", "--cache", cache)
    files = sorted((p, p.stat().st_mtime_ns) for p in (cache / "extractions").rglob("*"))
    second = evaluated("locomo", "--data", packed, "--cache", cache)
    assert (second["systems"], second["categories"]) == (first["systems"], first["categories"])
    assert sorted((p, p.stat().st_mtime_ns) for p in (cache / "extractions").rglob("*")) == files
    assert second["data"] == "held out.json.gz"
    assert (first["warm_cache"], second["warm_cache"]) == (False, True)


def test_limit_and_no_facts(evaluated: Evaluated) -> None:
    """--limit scores the first questions only; --no-facts draws none, and the result says so."""
    result = evaluated("locomo", "--data", DATA / "locomo.json", "--limit", 2, "--no-facts", "--seed", 7)
    assert (result["n"], result["facts"], result["extractor"], result["seed"]) == (2, False, None, 7)
    assert result["systems"]["no_facts"] == result["systems"]["graphmem"]


def test_longmemeval_rows(evaluated: Evaluated) -> None:
    """The three ways of remembering an assistant's chats are rows of their own."""
    result = evaluated("longmemeval", "--data", DATA / "longmemeval.jsonl")
    assert {"graphmem", "graphmem_user_only", "graphmem_both"} <= set(result["systems"])
    assert result["categories"]["graphmem"].keys() == {"multi-session", "all"}
    assert result["dropped"] == {
        "abstention questions": 1,
        "blank turns": 1,
        "questions that no user turn answers": 1,
        "session dates unknown (a day after the one before is taken)": 2,
    }


def test_absent_data_ends_with_2() -> None:
    """As a command: a path that is not there is said on stderr, stdout stays empty, and the exit code is 2."""
    command = [sys.executable, "-m", "pipelines.evaluate", "locomo", "--data", "no/such/file.json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "no data at no/such/file.json" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("name", "text"), [("locomo", "{"), ("locomo", '{"a": 1}'), ("longmemeval", "[]")])
def test_another_file_ends_with_2(name: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A broken file, or one in which nothing can be scored, is refused with its name."""
    path = tmp_path / "other.json"
    path.write_text(text)
    assert main([name, "--data", str(path)]) == 2
    assert "other.json" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--limit", "0"], ["--plot", "x.txt"], ["--seed", "x"]])
def test_wrong_options_end_with_2(wrong: list[str]) -> None:
    """Options that cannot be taken end as usage errors do."""
    with pytest.raises(SystemExit) as ended:
        main(["locomo", "--data", str(DATA / "locomo.json"), *wrong])
    assert ended.value.code == 2


def test_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Results in a folder become a page, and the README's block is rewritten between its marks; nothing else is."""
    for name in PATHS:
        example = ROOT / "pipelines" / "schema" / "examples" / f"{name}.json"
        values = json.loads(example.read_text(encoding="utf-8"))
        (tmp_path / f"{name}.jsonl").write_text("noise\n" + json.dumps(values) + "\n", encoding="utf-8")
    (tmp_path / "scale.jsonl").write_text('{"bench": "scale", "interactions": 10, "recall_p95_ms": 4.25}\n')
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n")
    assert report([str(tmp_path), "--readme", str(readme)]) == 0
    page = capsys.readouterr().out
    assert all(f"| `{row}` |" in page for row in ROWS)
    assert "| recall p95 ms | 4.2 |" in page
    text = readme.read_text()
    assert text.startswith("before\n<!-- figures -->\n| set |")
    assert text.endswith("|\n<!-- /figures -->\nafter\n")
    assert "old" not in text


def test_no_results_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty or absent folder is said to be so, with exit code 2."""
    assert report([str(tmp_path)]) == 2
    assert report([str(tmp_path / "absent")]) == 2
    assert "make bench" in capsys.readouterr().err
