"""Where the snapshots of an index are kept."""

from pathlib import Path

import pytest

from graphmem.opening import _cache_folder, _snapshots
from tests.conftest import Opener

HOME = Path("/home/ada")


def folder(uri: str, platform: str = "linux") -> Path:
    return _cache_folder(uri, home=HOME, platform=platform)


def test_one_server_has_one_folder() -> None:
    """However somebody logs in, a server's database has one folder; another database or port has another."""
    place = folder("neo4j://db.example.org:7687/mem")
    assert folder("neo4j+s://ada:secret@DB.example.org:7687/mem/") == place
    others = {folder("neo4j://db.example.org:7687"), folder("neo4j://db.example.org:7688/mem"), place}
    assert len(others) == 3


@pytest.mark.parametrize(
    ("platform", "caches"), [("linux", ".cache"), ("darwin", "Library/Caches"), ("win32", "AppData/Local")]
)
def test_the_folder_is_in_the_users_cache(platform: str, caches: str) -> None:
    """It lies where this platform keeps caches, and names neither the host nor a password."""
    place = folder("neo4j://ada:secret@db.example.org", platform)
    assert place.is_relative_to(HOME / caches / "graphmem")
    assert "secret" not in str(place)
    assert "example" not in str(place)


def test_a_files_snapshots_lie_beside_it(tmp_path: Path) -> None:
    """A file's snapshots lie beside it, and a memory that lives in this process only has none."""
    assert _snapshots(tmp_path / "memory.db") == tmp_path / "memory.db.index"
    assert _snapshots(":memory:") is None


def test_another_folder_may_be_told(opened: Opener, tmp_path: Path) -> None:
    """What makes the next open fast is kept in the folder one names, and nowhere else."""
    with opened(snapshots=tmp_path / "fast", extractor=None) as memory:
        memory.remember([f"Note {n} is on the shelf." for n in range(501)], speaker="Ada")
        assert memory.recall("shelf").hits
    assert list((tmp_path / "fast").iterdir())
    assert not (tmp_path / "memory.db.index").exists()
