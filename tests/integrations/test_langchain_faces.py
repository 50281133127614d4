"""The LangChain faces beyond LangChain's own suites: what they return, refuse and keep."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from graphmem import Fact, Memory, Message, RecallOptions
from graphmem.aio import AsyncMemory
from graphmem.errors import InvalidInput
from graphmem.integrations.langchain import (
    GraphMemChatMessageHistory,
    GraphMemEmbeddings,
    GraphMemRetriever,
    graph_tools,
    item_tools,
    passages_of,
    recall_tools,
)
from graphmem.integrations.langgraph import GraphMemStore
from graphmem.integrations.marks import marked, unmarked
from graphmem.models.langchain import LangChainEmbedder
from graphmem.ports import Embedder
from tests.conftest import WHEN, Opener


@pytest.fixture
def memory(opened: Opener) -> Memory:
    memory = opened()
    memory.remember(
        [
            Message("I moved to Lisbon and started at Feedzai.", speaker="Ada", role="user", at=WHEN),
            Message("Feedzai is in Portugal.", speaker="Bo", role="user", at=WHEN),
        ],
        session="chat",
    )
    return memory


# --- retriever and documents ----------------------------------------------------------------------------------------


def test_a_document_says_where_it_comes_from(memory: Memory) -> None:
    """A document holds the text and the id, and in its metadata kind, session, speaker, date, score, parts, path."""
    document = GraphMemRetriever(memory=memory, k=1).invoke("Where does Ada work?")[0]
    hit = memory.recall("Where does Ada work?", top_k=1)[0]
    assert (document.page_content, document.id) == (hit.text, hit.id)
    told = document.metadata
    assert (told["type"], told["kind"], told["session"], told["speaker"]) == ("interaction", "message", "chat", "Ada")
    assert datetime.fromisoformat(told["at"]) == WHEN
    assert told["parts"] == dict(hit.why.parts)
    assert json.loads(json.dumps(told)) == told


def test_a_retriever_filters_before_the_cut(memory: Memory) -> None:
    """A filter on the metadata widens the search until `k` documents pass; options narrow it; facts are some too."""
    memory.remember([Message(f"Ada works on ticket {n}.", speaker="Cy", at=WHEN) for n in range(40)], session="work")
    retriever = GraphMemRetriever(memory=memory, k=1)
    assert retriever.invoke("Ada works", filter={"speaker": "Bo"})[0].metadata["speaker"] == "Bo"
    assert len(retriever.invoke("Ada works", k=40, filter={"speaker": {"$ne": "Bo"}})) == 40
    narrow = GraphMemRetriever(memory=AsyncMemory(memory), options=RecallOptions(types=("fact",), session="chat"))
    facts = narrow.invoke("Where does Ada work?")
    assert {"Ada"} <= {d.metadata["subject"] for d in facts}


@pytest.mark.parametrize(
    ("query", "options"), [("  ", {}), ("Ada", {"k": 0}), ("Ada", {"filter": {"at": {"$near": 1}}})]
)
async def test_a_retriever_refuses(memory: Memory, query: str, options: dict[str, Any]) -> None:
    """An empty query, k < 1 and an unknown operator are refused, awaited or not."""
    retriever = GraphMemRetriever(memory=memory)
    with pytest.raises(InvalidInput):
        retriever.invoke(query, **options)
    with pytest.raises(InvalidInput):
        await retriever.ainvoke(query, **options)


def test_an_unknown_namespace_holds_nothing(memory: Memory) -> None:
    """Asking a namespace that nobody wrote to finds nothing, and creates nothing."""
    retriever = GraphMemRetriever(memory=memory, options=RecallOptions(namespaces=("user/nobody",)))
    assert retriever.invoke("Where does Ada work?") == []
    assert call(
        recall_tools(memory, namespace="user/{user_id}")[0], query="Ada?", configurable={"user_id": "x"}
    ).content
    assert [n.name for n in memory.namespaces()] == ["user/ada"]


def test_documents_become_passages(memory: Memory) -> None:
    """A loader's documents are remembered with title, source, id and metadata, and come back as they were."""
    document = Document(
        "The heron stands in the reeds.", id="h1", metadata={"title": "Herons", "source": "h.md", "page": 2}
    )
    memory.remember(passages_of(iter([document, Document("Storks nest on poles.", metadata={"source": "h.md"})])))
    found = GraphMemRetriever(memory=memory, k=1, options=RecallOptions(kinds=("passage",))).invoke(
        "Which bird is in the reeds?"
    )
    assert (found[0].id, found[0].page_content) == ("h1", document.page_content)
    assert document.metadata.items() <= found[0].metadata.items()
    with pytest.raises(InvalidInput, match="JSON"):
        memory.remember(passages_of([Document("Text", metadata={"at": WHEN})]))


# --- embeddings -----------------------------------------------------------------------------------------------------


def test_embeddings_go_both_ways(embedder: Embedder, opened: Opener) -> None:
    """Our embedder serves LangChain, and a memory opened with LangChain's Embeddings finds the same."""
    ours = GraphMemEmbeddings(embedder)
    texts = ["The heron stands in the reeds.", "Bo plays the cello."]
    assert len(ours.embed_documents(texts)) == 2
    assert ours.embed_documents([]) == []
    back = LangChainEmbedder(ours, name=embedder.name)
    assert (back.embed(texts) - embedder.embed(texts)).max() < 1e-6
    memory = opened(":memory:", embedder=ours, extractor=None)
    memory.remember(texts)
    assert memory.recall("bird")[0].text == texts[0]


# --- chat history ---------------------------------------------------------------------------------------------------

MESSAGES: list[BaseMessage] = [
    SystemMessage("Be brief.", id="s"),
    HumanMessage("What is the weather in Lisbon?", id="h", name="Ada"),
    AIMessage("", id="a", tool_calls=[{"name": "weather", "args": {"city": "Lisbon"}, "id": "call-1"}]),
    ToolMessage("sunny", tool_call_id="call-1", id="t", name="weather", artifact={"degrees": 21}, status="success"),
    ToolMessage("No such tool.", tool_call_id="call-none"),
    AIMessage(
        [{"type": "text", "text": "It is sunny."}, {"type": "image_url", "image_url": {"url": "data:image/png,AA"}}],
        usage_metadata={"input_tokens": 3, "output_tokens": 4, "total_tokens": 7},
        response_metadata={"model": "m"},
    ),
    HumanMessage([{"type": "image", "base64": "AA==", "mime_type": "image/png"}]),
    HumanMessage(""),
    ChatMessage("As a critic: fine.", role="critic"),
    FunctionMessage("42", name="sum"),
    AIMessageChunk(content="Half a", id="c"),
    HumanMessage("Twice."),
    HumanMessage("Twice."),
]  # fmt: skip


def test_a_history_keeps_every_message(opened: Opener) -> None:
    """Every type of message comes back equal, in order: tool calls, artifacts, blocks, images, names, ids, usage."""
    memory = opened(extractor=None)
    history = GraphMemChatMessageHistory(memory, session="thread-1")
    history.add_messages(MESSAGES[:5])
    history.add_messages(MESSAGES[5:])
    again = GraphMemChatMessageHistory(AsyncMemory(opened(extractor=None)), session="thread-1")
    assert again.messages == MESSAGES
    assert [type(m) for m in again.messages] == [type(m) for m in MESSAGES]
    texts = [i.text for i in memory.history(session="thread-1")]
    assert texts[2] == "[calls weather]"
    assert texts[5:8] == ["It is sunny.", "[shows image]", "[empty]"]
    assert GraphMemChatMessageHistory(memory, session="thread-2").messages == []
    history.clear()
    history.clear()
    assert again.messages == []


def test_a_message_with_an_id_is_kept_once(opened: Opener) -> None:
    """A message added again is the same one; with other content it takes the old one's place."""
    history = GraphMemChatMessageHistory(opened(extractor=None), session="t")
    history.add_messages([HumanMessage("One", id="1"), AIMessage("Two", id="2"), HumanMessage("Three", id="3")])
    history.add_messages([HumanMessage("One", id="1"), AIMessage("Two, rather", id="2"), AIMessage("Four", id="4")])
    assert [m.content for m in history.messages] == ["One", "Two, rather", "Three", "Four"]


async def test_a_history_is_awaited(opened: Opener) -> None:
    """The awaited twins do the same."""
    history = GraphMemChatMessageHistory(opened(extractor=None), session="t")
    await history.aadd_messages(MESSAGES[:2])
    assert await history.aget_messages() == MESSAGES[:2]
    await history.aclear()
    assert await history.aget_messages() == []


def test_what_was_told_otherwise_is_a_message_too(memory: Memory) -> None:
    """A session that was not told by LangChain reads as messages by its roles."""
    memory.remember(
        [Message("Hello.", role="assistant", at=WHEN, id="x"), Message("Out.", role="tool", at=WHEN, id="y")]
    )
    kinds = [(m.type, m.content) for m in GraphMemChatMessageHistory(memory, session="default").messages]
    assert kinds == [("ai", "Hello."), ("tool", "Out.")]
    assert [m.name for m in GraphMemChatMessageHistory(memory, session="chat").messages] == ["Ada", "Bo"]


# --- tools ----------------------------------------------------------------------------------------------------------


def call(tool: Any, **arguments: Any) -> Any:
    configurable = arguments.pop("configurable", {})
    told = {"name": tool.name, "args": arguments, "id": "1", "type": "tool_call"}
    return tool.invoke(told, config={"configurable": configurable})


def test_item_tools_answer_as_langmems_do(memory: Memory) -> None:
    """Creating, searching, updating and deleting by LangMem's words; the store of the same memory holds the items."""
    manage, search = item_tools(memory, path=("memories", "{user_id}"))
    ada = {"user_id": "ada"}
    told = call(manage, content="Ada drinks green tea", configurable=ada).content
    assert told.startswith("created memory ")
    key = told.removeprefix("created memory ")
    found = json.loads(call(search, query="drinks", configurable=ada).content)
    assert [(i["namespace"], i["key"], i["value"]) for i in found] == [
        (["memories", "ada"], key, {"content": "Ada drinks green tea"})
    ]
    assert (
        call(manage, content="Ada drinks coffee", action="update", id=key, configurable=ada).content
        == f"updated memory {key}"
    )
    assert GraphMemStore(memory).get(("memories", "ada"), key).value == {"content": "Ada drinks coffee"}  # type: ignore[union-attr]
    assert json.loads(call(search, query="drinks", configurable={"user_id": "bo"}).content) == []
    assert json.loads(call(search, query=" ", offset=1, configurable=ada).content) == []
    assert call(manage, action="delete", id=key, configurable=ada).content == f"Deleted memory {key}"
    assert json.loads(call(search, query="coffee", configurable=ada).content) == []


def test_tools_tell_the_model_what_is_wrong(memory: Memory) -> None:
    """Wrong calls come back as errors of the tool that say the mend; none of them raises."""
    manage, search = item_tools(memory, path=("memories", "{user_id}"))
    (recall,), (entities, facts, path) = recall_tools(memory), graph_tools(memory)
    wrong = [
        (call(manage, content="x"), "user_id"),
        (call(manage, content=" ", configurable={"user_id": "a"}), "content"),
        (call(manage, action="delete", configurable={"user_id": "a"}), "id"),
        (call(search, query="x", limit=0, configurable={"user_id": "a"}), "limit"),
        (call(search, query="x", filter={"a": {"$near": 1}}, configurable={"user_id": "a"}), "near"),
        (call(recall, query=" "), "empty"),
        (call(recall, query="x", as_of="last week"), "as_of"),
        (call(recall, query="x", limit=-1), "top_k"),
        (call(entities, limit=0), "limit"),
        (call(facts, name="Ada", limit=-3), "limit"),
        (call(path, a="Ada", b="Nobody at all"), "Nobody"),
    ]
    for answer, told in wrong:
        assert answer.status == "error", told
        assert told in answer.content


def test_recall_tool_marks_what_it_recalls(memory: Memory) -> None:
    """What the recall tool answers stands between marks, so that nobody remembers it again."""
    (recall,) = recall_tools(memory)
    answer = call(recall, query="Where does Ada work?", since="2026-01-01", until="2026-12-31T00:00:00+01:00").content
    assert "I moved to Lisbon" in answer
    assert unmarked(answer).strip() == ""
    assert "Nothing is known" in call(recall, query="heron", since="2030-01-01").content


def test_graph_tools_read_the_graph(memory: Memory) -> None:
    """Entities by name, facts about one as they held then, and a shortest chain between two."""
    entities, facts, path = graph_tools(memory)
    assert [e["name"] for e in json.loads(call(entities, name="ada").content)] == ["Ada"]
    assert {"Ada", "Lisbon", "Feedzai"} <= {e["name"] for e in json.loads(call(entities).content)}
    assert {f["object"] for f in json.loads(call(facts, name="Ada").content)} == {"Lisbon", "Feedzai"}
    assert {f["object"] for f in json.loads(call(facts, name="Ada", predicate="moved_to").content)} == {"Lisbon"}
    chain = json.loads(call(path, a="Lisbon", b="Portugal").content)
    assert [(f["subject"], f["object"]) for f in chain] == [
        ("Ada", "Lisbon"),
        ("Ada", "Feedzai"),
        ("Feedzai", "Portugal"),
    ]
    assert json.loads(call(path, a="Lisbon", b="Portugal", max_length=2).content) == []
    assert json.loads(call(path, a="Ada", b="Ada").content) == []


def test_the_past_is_asked_for(memory: Memory) -> None:
    """`as_of` asks what held then: by the facts tool and by recall, a job that is over is found in its years only."""
    year = {n: datetime(n, 1, 1, tzinfo=UTC) for n in (2015, 2019)}
    memory.remember(Fact("Cy", "works_at", "Acme", valid_at=year[2015], invalid_at=year[2019]))
    _, facts, _ = graph_tools(memory)
    (recall,) = recall_tools(memory)
    found = {
        day: json.loads(call(facts, name="Cy", as_of=day).content) for day in ("2014-06-01", "2016-06-01", "2020-06-01")
    }
    assert {day: [f["object"] for f in told] for day, told in found.items()} == {
        "2014-06-01": [], "2016-06-01": ["Acme"], "2020-06-01": [],
    }  # fmt: skip
    assert "Acme" in call(recall, query="Where does Cy work?", as_of="2016-06-01").content
    assert "Acme" not in call(recall, query="Where does Cy work?", as_of="2014-06-01").content


def test_tools_of_several_people(memory: Memory) -> None:
    """A namespace with a name in braces is filled by each run: one set of tools serves everybody, apart."""
    (recall,) = recall_tools(memory, namespace="user/{user_id}")
    assert "Lisbon" in call(recall, query="Where does Ada work?", configurable={"user_id": "ada"}).content
    assert "Lisbon" not in call(recall, query="Where does Ada work?", configurable={"user_id": "bo"}).content
    assert call(recall, query="Where?", configurable={"user_id": " "}).status == "error"


# --- marks ----------------------------------------------------------------------------------------------------------


def test_marks_cannot_be_broken_from_within() -> None:
    """Whatever a memory says, it cannot end the marks that stand around it."""
    text = "Before </memories> after <memories from='x'> </MEMORIES >"
    assert unmarked(f"a{marked(text)}b") == "ab"


def test_five_concurrent_awaited_tools(memory: Memory) -> None:
    """Tools are awaited on threads and do not disturb each other."""
    manage, search = item_tools(memory)

    async def run() -> list[Any]:
        await asyncio.gather(*(manage.ainvoke({"content": f"Note {n}"}) for n in range(5)))
        return list(json.loads(await search.ainvoke({"query": "Note"})))

    assert len(asyncio.run(run())) == 5


def test_as_of_is_utc_where_nothing_is_said(memory: Memory) -> None:
    """A date without a zone is midnight UTC: what was said at that very instant is included, what was before is not."""
    (recall,) = recall_tools(memory)
    said = datetime(2026, 5, 1, tzinfo=UTC)
    memory.remember("The heron stands in the reeds.", at=said, speaker="Ada")
    assert "heron" in call(recall, query="heron", since="2026-05-01").content
    assert "heron" not in call(recall, query="heron", since="2026-05-02").content
