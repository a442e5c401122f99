"""From a YAML file and the environment to `Settings`, or to a list of mistakes with their lines."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from gateway.settings.known_elsewhere import advice
from gateway.settings.model import Settings

_EXPANSION = re.compile(r"\$\{(env|file)\.([^}:]+)(?::-([^}]*))?\}")
_MAX_DEPTH = 32


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with a configuration file. `line` and `column` count from 1."""

    path: str
    message: str
    line: int
    column: int

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"line {self.line}, column {self.column}: {where}{self.message}"


class SettingsError(ValueError):
    """A configuration that cannot be used; `mistakes` lists all that was found."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = tuple(mistakes)


def load_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """Read a configuration file. Raises `SettingsError`, or `OSError` if it cannot be read."""
    return parse_settings(path.read_text(encoding="utf-8"), environment)


def parse_settings(text: str, environment: Mapping[str, str]) -> Settings:
    """Read settings from YAML.

    Any string may contain `${env.NAME}`, `${env.NAME:-default}` or `${file.PATH}`; the second takes
    the default where the variable is missing or empty, the third the file's content without
    surrounding white space. Raises `SettingsError`.
    """
    node = _compose(text)
    if node is None:
        return Settings()
    mistakes: list[Mistake] = []
    value = _construct(node, (), environment, mistakes, 0)
    if not mistakes:
        try:
            return Settings.model_validate(value)
        except ValidationError as error:
            mistakes = list(_explain(error, node))
    raise SettingsError(mistakes)


def _compose(text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"not valid YAML: {error.problem or error.context}"
        raise SettingsError([Mistake("", message, line, column)]) from None
    except yaml.YAMLError as error:  # unreadable characters carry no mark
        raise SettingsError([Mistake("", f"not valid YAML: {error}", 1, 1)]) from None
    return node


def _construct(
    node: yaml.Node,
    path: tuple[str | int, ...],
    environment: Mapping[str, str],
    mistakes: list[Mistake],
    depth: int,
) -> Any:
    """Build plain values ourselves: for expansions, and to refuse duplicate keys and bombs."""
    if depth > _MAX_DEPTH:
        mistakes.append(_mistake(node, path, "nested too deeply"))
        return None
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in result:
                mistakes.append(_mistake(key_node, (*path, key), "this key stands twice"))
            child = (*path, key)
            result[key] = _construct(value_node, child, environment, mistakes, depth + 1)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [
            _construct(item, (*path, index), environment, mistakes, depth + 1)
            for index, item in enumerate(node.value)
        ]
    return _scalar(node, path, environment, mistakes)


def _scalar(
    node: yaml.Node,
    path: tuple[str | int, ...],
    environment: Mapping[str, str],
    mistakes: list[Mistake],
) -> Any:
    text = str(node.value)
    expanded, missing = expand(text, environment)
    mistakes.extend(_mistake(node, path, message) for message in missing)
    if expanded == text:
        try:
            return yaml.SafeLoader("").construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, LookupError):  # what bad tags lead to
            mistakes.append(_mistake(node, path, "this value cannot be read"))
            return None
    if getattr(node, "style", None) in ("'", '"') or not text.startswith("${"):
        return expanded
    # An unquoted expansion may stand for a number or a Boolean.
    return yaml.safe_load(expanded) if _is_plain_scalar(expanded) else expanded


def _is_plain_scalar(text: str) -> bool:
    return re.fullmatch(r"true|false|null|-?\d+(\.\d+)?", text) is not None


def expand(text: str, environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """Replace the expansions of a string; also return what could not be found."""
    missing: list[str] = []

    def replacement(match: re.Match[str]) -> str:
        kind, name, default = match.groups()
        if kind == "env":
            value = environment.get(name)
            if value or (value is not None and default is None):
                return value
        else:
            try:
                return Path(name).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                value = None
        if default is not None:
            return str(default)
        what = "environment variable" if kind == "env" else "file"
        missing.append(f"the {what} {name} is not there and has no default")
        return ""

    return _EXPANSION.sub(replacement, text), missing


def _mistake(node: yaml.Node, path: tuple[str | int, ...], message: str) -> Mistake:
    mark = node.start_mark
    return Mistake(_print_path(path), message, mark.line + 1, mark.column + 1)


def _print_path(path: tuple[str | int, ...]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _explain(error: ValidationError, root: yaml.Node) -> Iterator[Mistake]:
    for entry in error.errors(include_url=False, include_context=False, include_input=False):
        path = tuple(part for part in entry["loc"])
        message = entry["msg"].removeprefix("Value error, ")
        if entry["type"] == "extra_forbidden":
            message = _unknown_key(path)
        elif entry["type"] == "missing":
            message = "this key is required"
        yield _mistake(_find(root, path, key=entry["type"] == "extra_forbidden"), path, message)


def _find(node: yaml.Node, path: tuple[str | int, ...], *, key: bool) -> yaml.Node:
    """The node at a path, or the deepest one on the way; `key` asks for the node of the key."""
    for position, part in enumerate(path):
        found: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            for key_node, value_node in node.value:
                if key_node.value == part:
                    found = key_node if key and position == len(path) - 1 else value_node
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            found = node.value[part] if part < len(node.value) else None
        if found is None:
            return node
        node = found
    return node


def _unknown_key(path: tuple[str | int, ...]) -> str:
    name = str(path[-1])
    known = sorted(_keys_at(path[:-1]))
    elsewhere = advice(_print_path(path))
    if elsewhere is not None:
        return elsewhere
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if close:
        return f"unknown key; did you mean `{close[0]}`?"
    return f"unknown key; known here: {', '.join(known)}" if known else "unknown key"


def _keys_at(path: tuple[str | int, ...]) -> set[str]:
    annotations: list[Any] = [Settings]
    for part in path:
        annotations = [inner for annotation in annotations for inner in _step(annotation, part)]
    return {name for model in _models(annotations) for name in model.model_fields}


def _step(annotation: Any, part: str | int) -> Iterator[Any]:
    for candidate in _flatten(annotation):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            if part in candidate.model_fields:
                yield candidate.model_fields[str(part)].annotation
        elif arguments := get_args(candidate):
            yield arguments[-1] if arguments[-1] is not Ellipsis else arguments[0]


def _flatten(annotation: Any) -> Iterator[Any]:
    """The members of a union, or the annotation itself."""
    members = get_args(annotation)
    if members and type(None) in members:
        yield from (member for member in members if member is not type(None))
    else:
        yield annotation


def _models(annotations: list[Any]) -> Iterator[type[BaseModel]]:
    for annotation in annotations:
        for candidate in _flatten(annotation):
            if isinstance(candidate, type) and issubclass(candidate, BaseModel):
                yield candidate
