"""GraphMemMiddleware end to end: agents with a scripted model that remember, recall, and do neither twice."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import SummarizationMiddleware
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.runtime import Runtime

from graphmem import Memory, Message, RecallOptions
from graphmem.errors import InvalidInput, StoreUnavailable
from graphmem.integrations.langchain import GraphMemChatMessageHistory, item_tools, recall_tools
from graphmem.integrations.langgraph import GraphMemMiddleware, GraphMemStore
from graphmem.integrations.marks import marked
from graphmem.testing.models import ScriptedChatModel
from tests.conftest import WHEN, Opener


@dataclass
class Context:
    """What an application tells of a run."""

    user_id: str


def asked(model: ScriptedChatModel, place: int = -1) -> str:
    """The system message of a model call, "" where there was none."""
    first = model.seen[place][0]
    return str(first.text) if isinstance(first, SystemMessage) else ""


def model_of(*answers: Any) -> ScriptedChatModel:
    return ScriptedChatModel(answers=list(answers), tools=True)


def says(agent: Any, text: str, **config: Any) -> Any:
    told = {"messages": [{"role": "user", "content": text}]}
    return agent.invoke(told, config={"configurable": config.pop("configurable", {})}, **config)


@tool
def weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"It is sunny in {city}."


def calls(name: str, **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "call-1"}])


def test_the_second_session_knows_what_the_first_said(opened: Opener) -> None:
    """Told in one conversation, recalled in the next: in the system message, dated, and not in the messages."""
    memory = opened()
    first = create_agent(
        model_of("Noted."), system_prompt="Be brief.", middleware=[GraphMemMiddleware(memory, speaker="Ada")]
    )
    says(first, "I moved to Lisbon and started at Feedzai.", configurable={"thread_id": "one"})
    model = model_of("At Feedzai.")
    second = create_agent(model, system_prompt="Be brief.", middleware=[GraphMemMiddleware(memory)])
    result = says(second, "Where does Ada work?", configurable={"thread_id": "two"})
    assert asked(model).startswith("Be brief.\n\n<memories")
    assert "Ada: I moved to Lisbon and started at Feedzai." in asked(model)
    assert [m.type for m in result["messages"]] == ["human", "ai"]
    assert not any("<memories" in str(m.content) for m in result["messages"])
    memory.flush()
    assert "Feedzai" in {fact.object for fact in memory.facts(about="Ada")}
    turns = [(i.session, i.role, i.speaker) for i in memory.history()]
    assert turns == [
        ("one", "user", "Ada"),
        ("one", "assistant", None),
        ("two", "user", None),
        ("two", "assistant", None),
    ]


async def test_the_same_awaited(opened: Opener) -> None:
    """An awaited agent recalls and remembers as well, and the loop is not blocked."""
    memory = opened(extractor=None)
    model = model_of("Noted.", "At Feedzai.")
    agent = create_agent(model, middleware=[GraphMemMiddleware(memory)])
    for text in ("I started at Feedzai.", "Where do I work?"):
        await agent.ainvoke({"messages": [{"role": "user", "content": text}]})
    assert "I started at Feedzai." in asked(model)
    assert memory.stats().interactions == 4


def test_each_message_is_remembered_once(opened: Opener) -> None:
    """Tool calls make several model calls, a checkpointer brings all messages back each turn: each is kept once."""
    memory = opened(extractor=None)
    model = model_of(calls("weather", city="Lisbon"), "Sunny.", "Still sunny.")
    agent = create_agent(model, [weather], middleware=[GraphMemMiddleware(memory)], checkpointer=InMemorySaver())
    thread = {"thread_id": "t"}
    says(agent, "What is the weather in Lisbon?", configurable=thread)
    says(agent, "And now?", configurable=thread)
    assert len(model.seen) == 3
    kept = [(i.role, i.text) for i in memory.history(session="t")]
    assert kept == [
        ("user", "What is the weather in Lisbon?"), ("assistant", "Sunny."),
        ("user", "And now?"), ("assistant", "Still sunny."),
    ]  # fmt: skip


def test_a_client_that_sends_the_whole_conversation(opened: Opener) -> None:
    """Earlier turns without ids, sent again with each question, are kept once; the same words said anew are kept."""
    memory = opened(extractor=None)
    agent = create_agent(model_of("Noted.", "Noted.", "Good.", "Good."), middleware=[GraphMemMiddleware(memory)])
    config: Any = {"configurable": {"thread_id": "t"}}
    told: list[Any] = []
    for text in ("I live in Porto.", "Yes.", "Yes."):
        told.append({"role": "user", "content": text})
        answer = agent.invoke({"messages": told}, config=config)["messages"][-1]
        told.append({"role": "assistant", "content": f"{answer.text}\n"})  # as clients pass texts on
    agent.invoke({"messages": [{"role": "user", "content": "Yes."}]}, config=config)  # nothing before it
    said = ["I live in Porto.", "Noted.", "Yes.", "Noted.", "Yes.", "Good.", "Yes.", "Good."]
    assert [i.text for i in memory.history(session="t")] == said


def test_earlier_turns_that_nobody_remembered_are_remembered(opened: Opener) -> None:
    """A conversation that began elsewhere is kept whole, once, when it is first sent."""
    memory = opened(extractor=None)
    agent = create_agent(model_of("At Feedzai."), middleware=[GraphMemMiddleware(memory)])
    agent.invoke({"messages": [("user", "I work at Feedzai."), ("ai", "Fine."), ("user", "Where do I work?")]})
    assert [i.text for i in memory.history()] == ["I work at Feedzai.", "Fine.", "Where do I work?", "At Feedzai."]


def test_what_the_conversation_shows_is_not_recalled_beside_it(opened: Opener) -> None:
    """The places go to what the model does not see: other conversations, and turns that were cut from this one."""
    memory = opened(extractor=None)
    memory.remember([Message("Feedzai moved to Coimbra.", speaker="Bo", at=WHEN)], session="earlier")
    model = model_of("Noted.", "Noted.", "At Feedzai.", "At Feedzai.")
    agent = create_agent(model, middleware=[GraphMemMiddleware(memory, top_k=2)], checkpointer=InMemorySaver())
    for text in ("I work at Feedzai.", "Feedzai is a fine place.", "Where is Feedzai?"):
        says(agent, text, configurable={"thread_id": "t"})
    assert "Bo: Feedzai moved to Coimbra." in asked(model)
    assert "I work at Feedzai." not in asked(model)
    cut = create_agent(model, middleware=[GraphMemMiddleware(memory)])
    says(cut, "Where is Feedzai?", configurable={"thread_id": "t"})
    assert "I work at Feedzai." in asked(model)
    assert "Where is Feedzai?" not in asked(model)


def test_a_summary_is_nobodys_word(opened: Opener) -> None:
    """What a middleware puts in place of old messages is neither remembered as the user's words nor asked about."""
    memory = opened(extractor=None)
    summing = SummarizationMiddleware(model_of(*["Ada rows."] * 3), trigger=("messages", 3), keep=("messages", 1))
    model = model_of("Noted.", "Noted.", "On the Tejo.")
    agent = create_agent(model, middleware=[summing, GraphMemMiddleware(memory)], checkpointer=InMemorySaver())
    said = ["I row.", "On the Tejo.", "Where do I row?"]
    for text in said:
        says(agent, text, configurable={"thread_id": "t"})
    assert "summary" in model.seen[-1][1].text
    assert [i.text for i in memory.history(session="t") if i.role == "user"] == said
    assert [i.text for i in memory.history(session="t") if "summary" in i.text] == []
    assert "On the Tejo." in asked(model)  # cut from the conversation, so recalled


def test_no_memory_of_a_memory(opened: Opener) -> None:
    """What is recalled, by the middleware or by tools, is never remembered, even where somebody repeats it."""
    memory = opened(extractor=None)
    memory.remember([Message("I started at Feedzai.", speaker="Ada", at=WHEN)], session="earlier")
    repeated = marked("[2026-03-01, earlier] Ada: I started at Feedzai.")
    model = model_of(
        calls("recall", query="Feedzai"), calls("search_memory", query="Feedzai"), f"{repeated} So: at Feedzai."
    )
    middleware = GraphMemMiddleware(
        memory, remember=("user", "assistant", "tool", "system"), tools=[*recall_tools(memory), *item_tools(memory)]
    )
    agent = create_agent(model, middleware=[middleware])
    says(agent, f"{repeated}", configurable={"thread_id": "t"})
    assert [i.text.strip() for i in memory.history(session="t")] == ["So: at Feedzai."]
    assert not any("<memories" in i.text for i in memory.history())


def test_per_user_namespaces(opened: Opener) -> None:
    """Each run's context says whose memory it is: people share an agent and a file, and see nothing of each other."""
    memory = opened(extractor=None)
    model = model_of("Noted.", "Noted.", "Lisbon.", "Porto.")
    middleware = GraphMemMiddleware(memory, namespace="user/{user_id}", speaker="{user_id}")
    agent = create_agent(model, middleware=[middleware], context_schema=Context)
    says(agent, "I live in Lisbon.", context=Context("ada"))
    says(agent, "I live in Porto.", context=Context("bo"))
    says(agent, "Where do I live?", context=Context("ada"))
    assert "ada: I live in Lisbon." in asked(model)
    assert "Porto" not in asked(model)
    says(agent, "Where do I live?", configurable={"user_id": "bo"})
    assert "bo: I live in Porto." in asked(model)
    assert {n.name for n in memory.namespaces()} == {"user/ada", "user/bo"}
    for context in (None, Context(" ")):
        with pytest.raises(InvalidInput, match="user_id"):
            says(agent, "Where do I live?", context=context)


def test_a_slash_in_a_name_leads_nowhere_else(opened: Opener) -> None:
    """A user whose id holds a slash gets a namespace of their own, not a part of somebody else's."""
    memory = opened(extractor=None)
    agent = create_agent(model_of("Noted."), middleware=[GraphMemMiddleware(memory, namespace="user/{user_id}")])
    says(agent, "Hello.", configurable={"user_id": "ada/notes"})
    assert [n.name for n in memory.namespaces()] == ["user/ada%2Fnotes"]


class Away:
    """A memory whose store goes away when told to."""

    def __init__(self, memory: Memory, patch: pytest.MonkeyPatch) -> None:
        self.gone = False
        for verb in ("recall", "remember"):
            patch.setattr(memory, verb, self._unless_gone(getattr(memory, verb)))

    def _unless_gone(self, verb: Any) -> Any:
        def call(*args: Any, **options: Any) -> Any:
            if self.gone:
                raise StoreUnavailable("the server went away")
            return verb(*args, **options)

        return call


def test_a_store_that_goes_away(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where so configured the agent goes on without memory, tells the model and the log, and catches up afterwards."""
    memory = opened(extractor=None)
    away = Away(memory, monkeypatch)
    model = model_of("Noted.", "I cannot look it up.", "Back.")
    middleware = GraphMemMiddleware(memory, on_error="continue")
    agent = create_agent(model, middleware=[middleware], checkpointer=InMemorySaver())
    thread = {"thread_id": "t"}
    says(agent, "I started at Feedzai.", configurable=thread)
    away.gone = True
    with caplog.at_level(logging.WARNING, logger="graphmem"):
        result = says(agent, "Where do I work?", configurable=thread)
    assert result["messages"][-1].text == "I cannot look it up."
    assert "cannot be reached" in asked(model)
    told = [(r.message, r.__dict__["action"], r.__dict__["error"]) for r in caplog.records]
    assert told == [("agent without memory", action, "StoreUnavailable") for action in ("recall", "remember")]
    away.gone = False
    says(agent, "And now?", configurable=thread)
    assert [i.text for i in memory.history(session="t") if i.role == "user"] == [
        "I started at Feedzai.", "Where do I work?", "And now?",
    ]  # fmt: skip


def test_a_store_that_goes_away_is_an_error_otherwise(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without that configuration nothing is silent: the run fails."""
    memory = opened(extractor=None)
    Away(memory, monkeypatch).gone = True
    agent = create_agent(model_of("Never said."), middleware=[GraphMemMiddleware(memory)])
    with pytest.raises(StoreUnavailable):
        says(agent, "Where do I work?")


def runtime(**context: Any) -> Runtime[Any]:
    return Runtime(context=context)


def test_odd_messages(opened: Opener) -> None:
    """Messages without ids, images, blocks, tool messages without calls, empty ones: verbatim, and once."""
    memory = opened(extractor=None)
    middleware = GraphMemMiddleware(memory, remember=("user", "assistant", "tool"))
    picture = {"type": "image_url", "image_url": {"url": "data:image/png,AA"}}
    messages = [
        HumanMessage("No id."),
        HumanMessage("No id."),
        HumanMessage([{"type": "text", "text": "A heron:"}, picture]),
        HumanMessage([picture]),
        ToolMessage("Out of nowhere.", tool_call_id="none", name="odd"),
        AIMessage([]),
    ]
    for _ in range(2):  # hooks that fire twice
        middleware.after_agent({"messages": messages}, runtime(thread_id="t"))
    kept = memory.history(session="t")
    assert [i.text for i in kept] == ["No id.", "No id.", "A heron:", "[shows image]", "Out of nowhere.", "[empty]"]
    assert GraphMemChatMessageHistory(memory, session="t").messages == messages
    middleware.after_agent({"messages": []}, runtime())


def test_a_question_of_no_words_recalls_nothing(opened: Opener) -> None:
    """A picture alone, or no message of a user at all, is answered without memories and without an error."""
    memory = opened(extractor=None)
    memory.remember("I started at Feedzai.")
    model = model_of("A picture.", "Hello.")
    agent = create_agent(model, middleware=[GraphMemMiddleware(memory)])
    agent.invoke({"messages": [HumanMessage([{"type": "image_url", "image_url": {"url": "data:image/png,AA"}}])]})
    agent.invoke({"messages": [AIMessage("Hello?")]})
    assert [asked(model, place) for place in (0, 1)] == ["", ""]


def test_five_megabytes_of_a_tool(opened: Opener) -> None:
    """A tool's output of 5 MB is kept as it is and found by its words; by default it is not remembered at all."""
    memory = opened(extractor=None)
    output = f"{'0123456789abcdef' * 1_000}\n" * 313 + "The heron crashed."
    message = ToolMessage(output, tool_call_id="1", id="big")
    GraphMemMiddleware(memory).after_agent({"messages": [message]}, runtime(thread_id="t"))
    assert memory.stats().interactions == 0
    GraphMemMiddleware(memory, remember=("tool",)).after_agent({"messages": [message]}, runtime(thread_id="t"))
    found = memory.recall("heron crashed")
    assert found[0].text == output
    assert len(found.context(tokens=800)) < 10_000


def test_system_blocks_and_options(opened: Opener) -> None:
    """A system message of blocks keeps them, ours comes last; `top_k=0` recalls nothing; options narrow the recall."""
    memory = opened(extractor=None)
    memory.remember("I started at Feedzai.", session="work")
    memory.remember("Feedzai has a canteen.", session="food")
    blocks: list[Any] = [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}]
    model = model_of("Yes.", "Yes.")
    options = RecallOptions(session="work")
    told: Mapping[str, Any] = {"system_prompt": SystemMessage(blocks)}
    says(create_agent(model, middleware=[GraphMemMiddleware(memory, options=options)], **told), "What of Feedzai?")
    assert model.seen[0][0].content[0] == blocks[0]
    assert "I started at Feedzai." in model.seen[0][0].content[1]["text"]  # type: ignore[index]
    assert "canteen" not in asked(model)
    says(create_agent(model, middleware=[GraphMemMiddleware(memory, top_k=0, remember=())], **told), "What of Feedzai?")
    assert asked(model) == "Be brief."


def test_core_blocks_go_along(opened: Opener) -> None:
    """The memory's core blocks stand in every call's system message, before what is recalled."""
    memory = opened(extractor=None)
    memory.core.set("persona", "Ada likes short answers.")
    memory.remember("I started at Feedzai.", session="work")
    model = model_of("Yes.")
    says(create_agent(model, middleware=[GraphMemMiddleware(memory)]), "What of Feedzai?")
    assert asked(model).index("Ada likes short answers.") < asked(model).index("I started at Feedzai.")


@pytest.mark.parametrize(("options", "told"), [({"on_error": "ignore"}, "on_error"), ({"top_k": -1}, "top_k")])
def test_options_that_cannot_be_taken(opened: Opener, options: dict[str, Any], told: str) -> None:
    """Wrong options are refused when the middleware is made."""
    with pytest.raises(InvalidInput, match=told):
        GraphMemMiddleware(opened(extractor=None), **options)


def test_store_and_middleware_together(opened: Opener) -> None:
    """One memory serves as the agent's store, its tools and its middleware; all of it is recalled together."""
    memory = opened(extractor=None)
    store = GraphMemStore(memory)
    model = model_of(calls("manage_memory", content="Ada drinks green tea"), "Noted.", "Green tea.")
    agent = create_agent(model, item_tools(memory), middleware=[GraphMemMiddleware(memory)], store=store)
    says(agent, "Remember that I drink green tea.", configurable={"thread_id": "1"})
    assert store.search(("memories",), query="tea")[0].value == {"content": "Ada drinks green tea"}
    says(agent, "What do I drink?", configurable={"thread_id": "2"})
    assert "Ada drinks green tea" in asked(model)
    assert "Remember that I drink green tea." in asked(model)


def test_agents_at_once(opened: Opener) -> None:
    """Twenty awaited turns of different threads at once lose no message."""
    memory = opened(extractor=None)

    async def turn(n: int) -> None:
        agent = create_agent(model_of(f"Answer {n}."), middleware=[GraphMemMiddleware(memory)])
        await agent.ainvoke(
            {"messages": [{"role": "user", "content": f"Question {n}?"}]},
            config={"configurable": {"thread_id": str(n)}},
        )

    async def turns() -> None:
        await asyncio.gather(*(turn(n) for n in range(20)))

    asyncio.run(turns())
    assert memory.stats().interactions == 40
