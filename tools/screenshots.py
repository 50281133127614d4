"""Take the README's pictures of Neo4j Browser: run the Browser's test on Neo4j 5.26 and copy three of its pictures.

Run it from anywhere: `python tools/screenshots.py`. It needs what the test needs (Maven, a JDK, Chromium).
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TAKEN, KEPT = ROOT / "out" / "browser", ROOT / "docs" / "assets"
TEST = ("tests/neo4j/test_browser.py", "-k", "person and 5.26", "--timeout=1500")  # a busy machine, too
#: Names of the test's pictures, and theirs in the documentation.
PICTURES = {
    "path-between.png": "browser-path.png",
    "explain.png": "browser-explain.png",
    "lessons.png": "browser-lessons.png",
}


def main() -> int:
    """Take the pictures and return the exit status."""
    for name in PICTURES:
        (TAKEN / name).unlink(missing_ok=True)
    status = subprocess.run([sys.executable, "-m", "pytest", *TEST], cwd=ROOT, check=False).returncode
    if status or not all((TAKEN / name).exists() for name in PICTURES):
        print("no pictures were taken: see what the test says")
        return status or 1
    KEPT.mkdir(parents=True, exist_ok=True)
    for name, kept in PICTURES.items():
        shutil.copy(TAKEN / name, KEPT / kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())
