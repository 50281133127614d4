"""What callers hand in, checked against what annotations say: one error in words in place of many accidents. Pure.

`checked_verbs` checks the arguments of a class' public methods, `checked_fields` the fields of a value that a caller
makes. A verb still says itself what cannot be taken although it is of the right kind (a blank text, a count below 1).
What several things are asked for as may come as any iterable but one text, whose letters nobody means.
"""

import functools
import inspect
import math
import os
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from numbers import Integral, Real
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np

from graphmem.errors import InvalidInput

__all__ = ["checked_fields", "checked_instant", "checked_verbs", "refuse_surrogates"]

_C = TypeVar("_C", bound=type)
_V = TypeVar("_V")
#: Takes a value and what it is called; returns it, made uniform.
_Check = Callable[[Any, str], Any]
#: Longest value that is shown in a message.
_SHOWN = 60


class _OfAnotherKind(InvalidInput):
    """Not what the annotation says: another member of a union may still take it."""


def checked_verbs(kind: _C) -> _C:
    """Check what is handed to the public methods of a class, against their annotations, before they run.

    Raises: InvalidInput: an argument is of another kind, an instant naive, a text no valid Unicode.
    """
    for name, member in list(vars(kind).items()):
        if name.startswith("_"):
            continue
        if isinstance(member, classmethod):
            setattr(kind, name, classmethod(_checked(member.__func__)))
        elif inspect.isfunction(member):
            setattr(kind, name, _checked(member))
    return kind


def checked_fields(value: _V) -> _V:
    """Return a dataclass' value, its fields as its annotations say: several in a tuple, instants in UTC.

    Raises: InvalidInput: a field is of another kind.
    """
    told: Any = value
    changed = {}
    for name, check in _checks_of_fields(cast(Hashable, type(told))):
        before = getattr(told, name)
        after = check(before, name)
        if after is not before:
            changed[name] = after
    return cast(_V, replace(told, **changed)) if changed else value


def checked_instant(at: datetime | None, *, what: str) -> datetime | None:
    """Return the instant in UTC, None as None.

    Raises:
        InvalidInput: naive (no time zone), or outside the years 1 to 9999 once it is in UTC.
    """
    if at is None:
        return None
    if not isinstance(at, datetime):
        raise InvalidInput(f"{what} must be a datetime, not {type(at).__name__}: parse it first")
    if at.tzinfo is None or at.utcoffset() is None:
        raise InvalidInput(
            f"{what} {at.isoformat()} has no time zone: say which one is meant, "
            "for example at.replace(tzinfo=datetime.UTC), or at.astimezone() for this machine's"
        )
    try:
        return at.astimezone(UTC)
    except OverflowError as err:
        raise InvalidInput(f"{what} {at.isoformat()} lies outside the years 1 to 9999 in UTC") from err


def refuse_surrogates(text: str, *, what: str) -> None:
    """Raise InvalidInput where a text holds a lone surrogate, which no store can keep."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as err:
        raise InvalidInput(
            f"{what} holds a lone surrogate at position {err.start}, which is not valid Unicode: "
            "mend it with text.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')"
        ) from err


# --- verbs ----------------------------------------------------------------------------------------------------------


def _checked(verb: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(verb)
    def call(*args: Any, **kwargs: Any) -> Any:
        if not args:
            return verb(**kwargs)  # says that it is called on nothing
        placed, rest, named = _checks_of_verb(verb)
        own = [args[0], *(check(value, name) for (name, check), value in zip(placed, args[1:], strict=False))]
        over = args[len(own) :]  # where the verb takes no more, it says so itself
        own += over if rest is None else [rest[1](value, rest[0]) for value in over]
        told = {name: named[name](value, name) if name in named else value for name, value in kwargs.items()}
        return verb(*own, **told)

    return call


@functools.cache
def _checks_of_verb(
    verb: Callable[..., Any],
) -> tuple[list[tuple[str, _Check]], tuple[str, _Check] | None, dict[str, _Check]]:
    """Return the checks of a method's positional parameters, of what it takes beyond them, and of those by name.

    Annotations are read with the first call: by then whatever they name is there.
    """
    hints, parameters = get_type_hints(verb), list(inspect.signature(verb).parameters.values())[1:]
    checks = {p.name: _asked(hints.get(p.name, Any)) for p in parameters}
    placed = [(p.name, checks[p.name]) for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    rest = next(((p.name, checks[p.name]) for p in parameters if p.kind is p.VAR_POSITIONAL), None)
    named = (p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))
    return placed, rest, {name: checks[name] for name in named}


@functools.cache
def _checks_of_fields(kind: type) -> tuple[tuple[str, _Check], ...]:
    hints = get_type_hints(kind)
    return tuple((f.name, _asked(hints[f.name])) for f in fields(kind))


# --- from an annotation to its check --------------------------------------------------------------------------------


def _asked(hint: Any) -> _Check:
    """Return the check of what a caller hands in: what it refuses is `InvalidInput`, and nothing else."""
    check = _check(hint)

    def ask(value: Any, what: str) -> Any:
        try:
            return check(value, what)
        except _OfAnotherKind as err:
            raise InvalidInput(str(err)) from None

    return ask


def _check(hint: Any) -> _Check:
    origin, members = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _one_of(hint, members)
    if origin is Literal:
        return _choice(hint, members)
    if origin in (Iterable, Iterator):
        return _anything  # a stream is read once, by the verb
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(hint, *members)
    if origin is tuple and members[-1:] != (...,):
        return _fixed(hint, members)
    if isinstance(origin, type) and issubclass(origin, Collection):
        return _several(members[0], kept=tuple if origin is tuple else list | tuple)
    if origin is Callable:
        return lambda value, what: value if callable(value) else _refuse(what, value, hint)
    return _PLAIN[hint] if hint in _PLAIN else _instance(hint)


def _instance(hint: Any) -> _Check:
    protocol = getattr(hint, "_is_protocol", False) and not getattr(hint, "_is_runtime_protocol", False)
    if hint is object or not isinstance(hint, type) or protocol:
        return _anything
    return lambda value, what: value if isinstance(value, hint) else _refuse(what, value, hint)


def _one_of(hint: Any, members: Sequence[Any]) -> _Check:
    checks = [_check(member) for member in members]
    if _anything in checks:
        return _anything
    if Path in members:
        checks = [_path if check is _text else check for check in checks]

    def check(value: Any, what: str) -> Any:
        for one in checks:
            try:
                return one(value, what)
            except _OfAnotherKind:
                continue
        given = [member for member in members if member is not NoneType]
        if len(given) == 1 and get_origin(given[0]) is not Literal:
            checks[members.index(given[0])](value, what)  # says more than that it is none of these
        return _refuse(what, value, hint)

    return check


def _choice(hint: Any, choices: Collection[Any]) -> _Check:
    def check(value: Any, what: str) -> Any:
        if any(isinstance(value, type(one)) and value == one for one in choices):
            return value
        return _refuse(what, value, hint)

    return check


def _several(member: Any, *, kept: Any) -> _Check:
    one = _check(member)

    def check(value: Any, what: str) -> Any:
        if isinstance(value, str):
            named = "" if get_origin(member) is Literal else " of ids"
            raise _OfAnotherKind(f"{what} is the text {_shown(value)}: give a list{named}, [{_shown(value)}]")
        if not isinstance(value, Iterable) or isinstance(value, bytes | Mapping):
            raise _OfAnotherKind(f"{what} must be a list, not {_named(value)}")
        given = value if isinstance(value, kept) else tuple(value)
        made = tuple(one(each, f"{what}[{n}]") for n, each in enumerate(given))
        return given if all(a is b for a, b in zip(given, made, strict=True)) else made

    return check


def _fixed(hint: Any, members: Collection[Any]) -> _Check:
    checks = [_check(member) for member in members]

    def check(value: Any, what: str) -> Any:
        if not isinstance(value, list | tuple) or len(value) != len(checks):
            return _refuse(what, value, hint)
        return tuple(one(each, f"{what}[{n}]") for n, (one, each) in enumerate(zip(checks, value, strict=True)))

    return check


def _mapping(hint: Any, key: Any = Any, member: Any = Any) -> _Check:
    checks = (_check(key), _check(member))

    def check(value: Any, what: str) -> Any:
        if not isinstance(value, Mapping):
            return _refuse(what, value, hint)
        if member is not Any:
            for name, each in value.items():
                checks[0](name, f"a name in {what}")
                checks[1](each, f"{what}[{_shown(name)}]")
        return value

    return check


# --- plain kinds ----------------------------------------------------------------------------------------------------


def _anything(value: Any, _: str) -> Any:
    return value


def _text(value: Any, what: str) -> Any:
    if not isinstance(value, str):
        return _refuse(what, value, str)
    if what != "text" and not value.isascii():  # what is kept or asked, the verb names better
        refuse_surrogates(value, what=what)
    return value


def _path(value: Any, what: str) -> Any:
    if not isinstance(value, str | os.PathLike):
        return _refuse(what, value, Path)
    try:
        told = os.fsencode(value)
    except UnicodeEncodeError as err:
        raise InvalidInput(f"{what} {_shown(value)} can be no path: it holds a lone surrogate") from err
    if b"\0" in told:
        raise InvalidInput(f"{what} {_shown(value)} can be no path: it holds a NUL character")
    return value


def _flag(value: Any, what: str) -> Any:
    if not isinstance(value, bool | np.bool_):
        return _refuse(what, value, bool)
    return bool(value)


def _whole(value: Any, what: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, Integral):
        return _refuse(what, value, int)
    return value if isinstance(value, int) else int(value)


def _number(value: Any, what: str) -> Any:
    if not isinstance(value, Real):
        return _refuse(what, value, float)
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        raise InvalidInput(f"{what} is {_shown(value)}: give a finite number")
    plain: Any = value
    return plain if isinstance(plain, int | float) else float(plain)


def _instant(value: Any, what: str) -> Any:
    return checked_instant(value, what=what) if isinstance(value, datetime) else _refuse(what, value, datetime)


def _nothing(value: Any, what: str) -> Any:
    return value if value is None else _refuse(what, value, NoneType)


_PLAIN: dict[Any, _Check] = {
    Any: _anything, str: _text, Path: _path, bool: _flag, int: _whole, float: _number, datetime: _instant,
    NoneType: _nothing,
}  # fmt: skip
_WORDS = {
    str: "a string", Path: "a path", bool: "True or False", int: "a whole number", float: "a number",
    datetime: "a datetime", NoneType: "None",
}  # fmt: skip


# --- words ----------------------------------------------------------------------------------------------------------


def _refuse(what: str, value: Any, hint: Any) -> Any:
    choices = any(get_origin(one) is Literal for one in (hint, *get_args(hint)))
    if choices and isinstance(value, str):
        raise _OfAnotherKind(f"{what} is {_shown(value)}: give {_described(hint)}")
    mend = ": parse it first" if hint is datetime and isinstance(value, str) else ""
    name = getattr(value, "name", None)
    if str in (hint, *get_args(hint)) and isinstance(name, str):
        mend = f": give its name, {_shown(name)}"
    raise _OfAnotherKind(f"{what} must be {_described(hint)}, not {_named(value)}{mend}")


def _described(hint: Any) -> str:
    """Return an annotation in words, `a Fact or a string`; choices as they are written."""
    words = list(dict.fromkeys(_words(hint)))
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _words(hint: Any) -> Iterator[str]:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        for member in get_args(hint):
            yield from _words(member)
    elif origin is Literal:
        yield from map(repr, get_args(hint))
    elif origin is tuple:
        yield f"{len(get_args(hint))} in a tuple"
    elif origin is Callable:
        yield "a function"
    elif isinstance(origin, type):
        yield "a mapping" if issubclass(origin, Mapping) else "a list"
    else:
        yield _WORDS[hint] if hint in _WORDS else _with_article(getattr(hint, "__name__", str(hint)))


def _named(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return repr(value)
    return f"the class {value.__name__}" if isinstance(value, type) else _with_article(type(value).__name__)


def _with_article(name: str) -> str:
    return f"{'an' if name[:1] in 'aeiouAEIOU' else 'a'} {name}"


def _shown(value: Any) -> str:
    told = repr(value)
    return told if len(told) <= _SHOWN else f"{told[:_SHOWN]}..."
