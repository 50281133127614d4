"""From a name to a chat model, for those who have no object to give: the command line and jobs."""

from importlib import import_module
from typing import Any

from graphmem.errors import InvalidInput, MissingExtra, ModelUnavailable

__all__ = ["load_chat"]

_CHOICES = "'PROVIDER:MODEL' (as LangChain names them: 'openai:gpt-5-mini') or 'object:MODULE:NAME'"


def load_chat(spec: str) -> Any:
    """Return the LangChain chat model of a name; no call is made to it.

    Args:
        spec: `PROVIDER:MODEL`, made by LangChain's `init_chat_model`: the provider's own package reads its key and
            address from the environment. `object:MODULE:NAME`: what stands there, or what it makes without arguments.

    Raises:
        InvalidInput: no such provider, module or name.
        MissingExtra: LangChain, or the provider's package, is not installed.
        ModelUnavailable: the provider's package refused, as it does without a key.
    """
    kind, _, rest = spec.partition(":")
    if kind and rest:
        return _object(rest) if kind == "object" else _made(kind, rest)
    raise InvalidInput(f"no chat model is called {spec!r}: give {_CHOICES}")


def _made(provider: str, model: str) -> Any:
    try:
        from langchain.chat_models import init_chat_model
    except ImportError as err:
        raise MissingExtra("chat models by name need a package: pip install 'graphmem[langgraph]'") from err
    try:
        return init_chat_model(model, model_provider=provider)
    except ImportError as err:
        raise MissingExtra(f"{provider}:{model}: {err}") from err
    except ValueError as err:
        raise InvalidInput(f"no chat model is called {provider}:{model} ({_first_line(err)}): give {_CHOICES}") from err
    except Exception as err:  # each provider's package raises errors of its own
        raise ModelUnavailable(f"{provider}:{model} cannot be used: {_first_line(err)}") from err


def _object(place: str) -> Any:
    module, _, name = place.partition(":")
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as err:
        raise InvalidInput(f"there is no object:{place} ({err}): give {_CHOICES}") from err
    return found if hasattr(found, "invoke") else found()


def _first_line(err: Exception) -> str:
    return (str(err).strip() or type(err).__name__).splitlines()[0]
