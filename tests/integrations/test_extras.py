"""What an integration costs where it is not used, and what it says where its packages are missing."""

import subprocess
import sys

import pytest

#: Keeps the packages of these names from being imported, as if they were not installed.
BLOCK = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in {names}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
"""
LANGCHAIN = {"langchain", "langchain_core", "langgraph"}


def ran(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


@pytest.mark.parametrize(
    ("missing", "statement", "extra"),
    [
        (LANGCHAIN, "from graphmem.integrations.langgraph import GraphMemStore", "langgraph"),
        ({"langchain"}, "from graphmem.integrations.langgraph import GraphMemMiddleware", "langgraph"),
        (LANGCHAIN, "from graphmem.integrations.langchain import GraphMemRetriever", "langchain"),
        (LANGCHAIN, "from graphmem.integrations.langchain import item_tools", "langchain"),
    ],
)
def test_a_missing_package_is_named_with_its_command(missing: set[str], statement: str, extra: str) -> None:
    """Using a face whose packages are missing says exactly what installs them."""
    tried = f"try:\n    {statement}\nexcept ImportError as err:\n    print(type(err).__name__, err)"
    told = ran(f"{BLOCK.format(names=sorted(missing))}\n{tried}")
    assert told.startswith("MissingExtra this needs a package (")
    assert told.endswith(f"): pip install 'graphmem[{extra}]'")


def test_nothing_is_imported_until_it_is_used() -> None:
    """Importing graphmem, its async face and the integrations themselves imports nothing of LangChain's."""
    code = (
        "import sys, graphmem, graphmem.aio, graphmem.integrations.langchain, graphmem.integrations.langgraph\n"
        "print(sorted(n for n in sys.modules if n.partition('.')[0] in ('langchain', 'langchain_core', 'langgraph')))"
    )
    assert ran(code) == "[]"


def test_the_tools_need_no_langgraph() -> None:
    """The retriever, tools, history and documents work with langchain-core alone."""
    code = BLOCK.format(names=sorted({"langchain", "langgraph"})) + (
        "from graphmem import Memory\n"
        "from graphmem.integrations.langchain import item_tools, GraphMemRetriever, GraphMemChatMessageHistory\n"
        "with Memory.open(':memory:', extractor=None) as memory:\n"
        "    print(item_tools(memory)[0].invoke({'content': 'Ada drinks tea'})[:14])"
    )
    assert ran(code) == "created memory"


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that is not there is told as Python tells it."""
    import graphmem.integrations.langchain
    import graphmem.integrations.langgraph

    for module in (graphmem.integrations.langchain, graphmem.integrations.langgraph):
        with pytest.raises(AttributeError, match="Nothing"):
            _ = module.Nothing
