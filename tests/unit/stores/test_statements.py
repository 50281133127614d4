"""Statement files: what is declared is what is used, and the error names the file and the statement."""

from pathlib import Path

import pytest

from graphmem.errors import StatementError
from graphmem.stores.sqlite.database import shipped_statements
from graphmem.stores.statements import CYPHER, SQL, load_statements, parse_statements

GOOD = """-- A file of its own.

-- name: one
-- mode: read
-- params: ids, namespace
-- What it is: a lookup.
SELECT ';', "a:b", ':none' -- :neither
FROM x WHERE y = :namespace /* ; :nor */ AND z IN (:ids);

-- name: two
-- mode: write
-- params:
DELETE FROM x
"""


def test_a_good_file_is_read_whole() -> None:
    """Names, modes, parameters in the order declared, prose, and the text without its last semicolon."""
    one, two = parse_statements(GOOD, file="x.sql", language=SQL)
    assert (one.name, one.mode, one.params, one.about) == ("one", "read", ("ids", "namespace"), "What it is: a lookup.")
    assert one.text.startswith("SELECT ';'")
    assert one.text.endswith("(:ids)")
    assert (two.name, two.mode, two.params, two.text) == ("two", "write", (), "DELETE FROM x")
    assert str(two) == "two (x.sql)"


def test_cypher_is_read_by_its_own_rules() -> None:
    """In Cypher the comment is //, a parameter starts with a dollar sign, and labels are none."""
    text = (
        "// name: about\n// mode: read\n// params: ns, ids\n"
        "MATCH (e:Entity {namespace: $ns}) WHERE e.x = '\\'$no;' AND e.id IN $ids RETURN e.id AS `a;$b`"
    )
    (found,) = parse_statements(text, file="x.cypher", language=CYPHER)
    assert found.params == ("ns", "ids")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT 1", "before the first"),
        ("-- name: a\n-- mode: read\n-- params:\nSELECT :x", "undeclared parameters x"),
        ("-- name: a\n-- mode: read\n-- params: x, y\nSELECT :x", "unused parameters y"),
        ("-- name: a\n-- mode: read\n-- params: x\nSELECT ':x'", "unused parameters x"),
        ("-- name: a\n-- mode: read\n-- params: x, x\nSELECT :x", "parameter x is there twice"),
        ("-- name: a\n-- mode: read\n-- params:\nSELECT 1;\nSELECT 2;", "more than one statement"),
        ("-- name: a\n-- mode: read\n-- params:\nDELETE FROM x", "starts like a write"),
        ("-- name: a\n-- mode: read\n-- params:\n-- nothing", "no statement"),
        ("-- name: a\n-- params:\nSELECT 1", "mode: read|write"),
        ("-- name: a\n-- mode: maybe\n-- params:\nSELECT 1", "mode: read|write"),
        ("-- name: a\n-- mode: read\nSELECT 1", "params"),
        ("-- name: a b\n-- mode: read\n-- params:\nSELECT 1", "starts with its name"),
        ("-- name: a\n-- mode: read\n-- params:\nSELECT 1\n-- name: a\n-- mode: read\n-- params:\nSELECT 2", "twice"),
    ],
)
def test_a_broken_declaration_is_refused(text: str, said: str) -> None:
    """Whatever breaks the declaration is refused with the file's name and what is wrong."""
    with pytest.raises(StatementError, match=said.replace("|", r"\|")) as caught:
        parse_statements(text, file="broken.sql", language=SQL)
    assert "broken.sql" in str(caught.value)


def test_a_name_in_two_files_is_refused(tmp_path: Path) -> None:
    """Two statements of one name in a folder are refused, naming both files; other files are left alone."""
    (tmp_path / "a.sql").write_text(GOOD, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a statement", encoding="utf-8")
    assert sorted(load_statements(tmp_path, language=SQL)) == ["one", "two"]
    (tmp_path / "b.sql").write_text(GOOD, encoding="utf-8")
    with pytest.raises(StatementError, match=r"b\.sql.*a\.sql"):
        load_statements(tmp_path, language=SQL)


def test_the_shipped_statements_are_all_used() -> None:
    """No statement is shipped that no module names: what nobody runs is not kept."""
    folder = Path(__file__).parents[3] / "graphmem" / "stores" / "sqlite"
    code = "\n".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    unused = [name for name in shipped_statements() if f'"{name}"' not in code and not name.startswith("check_")]
    assert set(unused) <= {"pending_vectors", "pending_facts"}  # named after their stage
