"""A chat model named on the command line: a provider's, over its own protocol, or an object somebody wrote."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from graphmem import Memory
from graphmem.cli.app import run
from graphmem.errors import InvalidInput, MissingExtra, ModelUnavailable
from graphmem.models.named_chat import load_chat
from graphmem.testing.models import ScriptedChatModel
from pipelines.consolidate import main as job

GIST = {"title": "A garden", "keywords": ["tomatoes"], "summary": "Ada grows tomatoes."}


def made() -> ScriptedChatModel:
    """Return a chat model that words one summary at most a call, five times."""
    return ScriptedChatModel(answers=[{"gists": [{"n": 1, **GIST}]}] * 5)


class _Service(BaseHTTPRequestHandler):
    """Answers chat completions as OpenAI's protocol has them: a gist for each record it is shown."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        count = asked["messages"][-1]["content"].count('"n":')
        content = json.dumps({"gists": [{"n": n, **GIST} for n in range(1, count + 1)]})
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
        told = {"id": "1", "object": "chat.completion", "created": 0, "model": asked["model"], "choices": [choice]}
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *args: object) -> None:
        """Say nothing on stderr."""


@pytest.fixture
def service() -> Iterator[str]:
    """Serve scripted chat completions on this machine and return where."""
    with HTTPServer(("127.0.0.1", 0), _Service) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()
        thread.join()


@pytest.fixture
def garden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a memory of one short chat in an empty folder, and go there."""
    monkeypatch.chdir(tmp_path)
    with Memory.open("graphmem.db", extractor=None) as memory:
        memory.remember(["I planted tomatoes.", "My tomatoes grow well."], speaker="Ada", session="chat")
    return tmp_path


def test_a_provider_words_summaries(
    garden: Path, service: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--chat PROVIDER:MODEL` reaches the provider by its own protocol, and what it worded says so; without a key,
    the command says what is missing and writes nothing."""
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert _left(["consolidate", "--chat", "openai:scripted"]) == 1
    assert "OPENAI_API_KEY" in capsys.readouterr().err
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("OPENAI_BASE_URL", service)
    assert _left(["consolidate", "--step", "sessions", "--chat", "openai:scripted", "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["by"], done["degraded"]) == ("chat/scripted", [])
    assert _left(["summary", "--session", "chat", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["text"], told["by"]) == (GIST["summary"], "chat/scripted")


def test_an_object_words_summaries(
    garden: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`object:MODULE:NAME` takes an object, or what makes one, for the command, the environment and the job alike."""
    name = f"object:{__name__}:made"
    monkeypatch.setenv("GRAPHMEM_CHAT", name)
    assert _left(["consolidate", "--step", "sessions", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["by"] == "chat/ScriptedChatModel"
    monkeypatch.delenv("GRAPHMEM_CHAT")
    assert job(["graphmem.db", "--step", "sessions", "--chat", name]) == 0
    assert json.loads(capsys.readouterr().out)["by"] == "chat/ScriptedChatModel"
    assert job(["graphmem.db", "--chat", "object:nowhere:made"]) == 2


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("gpt", InvalidInput),
        ("nobody:gpt", InvalidInput),
        ("object:json", InvalidInput),
        ("object:json:nothing", InvalidInput),
        ("fireworks:any", MissingExtra),
        ("openai:any", ModelUnavailable),
    ],
)
def test_what_cannot_be_used_says_the_mend(name: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    """A name of nothing, a provider whose package is not there, and one without its key are told apart."""
    for key in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY"):
        monkeypatch.delenv(key, raising=False)
    with pytest.raises(error, match=name.partition(":")[2] or name):
        load_chat(name)


def _left(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as left:
        run(arguments)
    return int(left.value.code or 0)
