"""The integrity check: SQLite's own, and the rules of the graph that no constraint can state."""

from collections import Counter

from graphmem.errors import StoreCorrupt
from graphmem.stores.sqlite.database import Database, shipped_statements

__all__ = ["check"]


def check(db: Database) -> list[str]:
    """Return what is wrong, in words; rules of the graph are tried only where SQLite finds the file sound."""
    try:
        with db.reading():
            wrong = [str(row[0]) for row in db.read("integrity") if row[0] != "ok"]
            dangling = Counter((row[0], row[2]) for row in db.read("foreign_keys"))
            wrong += [f"{n} rows of {child} refer to a missing {parent}" for (child, parent), n in dangling.items()]
            return wrong or _broken_rules(db)
    except StoreCorrupt as err:
        return [str(err)]


def _broken_rules(db: Database) -> list[str]:
    rules = [s for s in shipped_statements().values() if s.name.startswith("check_")]
    counted = [(db.value(rule.name), rule.about) for rule in rules]
    return [f"{count} {about}" for count, about in counted if count]
