"""From a source text to a `Subgraph`, or to the errors that prevent it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graphql import GraphQLError, Source, parse
from graphql.language import ast

from gateway.composition.diagnostics import CompositionError, Hint, error
from gateway.composition.features import Feature, Features
from gateway.composition.hint_rules import implicitly_upgraded_federation_version
from gateway.composition.links import read_links
from gateway.composition.rules import (
    invalid_graphql,
    root_mutation_used,
    root_query_used,
    root_subscription_used,
)
from gateway.composition.source import Limits, SubgraphSource
from gateway.composition.specs import (
    FEDERATION_1_DIRECTIVES,
    JOIN,
    SPECS,
    Version,
)
from gateway.composition.subgraph import FEDERATION_1, Subgraph
from gateway.composition.syntax import NestingError, Reader
from gateway.supergraph.definitions import (
    BUILT_IN_SCALARS,
    ROOT_NAMES,
    Applied,
    DirectiveDef,
    Kind,
    Location,
    SchemaDef,
    TypeDef,
)

_MACHINERY_TYPES = frozenset({"_Entity", "_Any", "_Service", "_FieldSet"})
_MACHINERY_FIELDS = frozenset({"_entities", "_service"})
_ROOT_RULES = {
    "query": root_query_used.check,
    "mutation": root_mutation_used.check,
    "subscription": root_subscription_used.check,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A subgraph, with its local definitions of specification elements apart, for checking.

    `subgraph` is None when the text could not be read at all.
    """

    subgraph: Subgraph | None
    spec_directives: tuple[tuple[str, DirectiveDef], ...] = ()
    spec_types: tuple[tuple[str, TypeDef], ...] = ()
    errors: tuple[CompositionError, ...] = ()
    hints: tuple[Hint, ...] = ()

    def known_types(self) -> set[str]:
        """Names of types that the schema may refer to without defining them itself."""
        names = {definition.name for _, definition in self.spec_types} | _MACHINERY_TYPES
        if self.subgraph is not None:
            for feature in self.subgraph.features.by_identity.values():
                spec = SPECS.get(feature.url.identity)
                for element in spec.elements_at(feature.url.version) if spec else ():
                    if not element.startswith("@"):
                        names.add(feature.local(element))
        return names


def load(source: SubgraphSource, graph: str, limits: Limits) -> Loaded:
    """Parse a source and resolve its links. Never raises: what is wrong is in `errors`."""
    try:
        document = _parse(source, limits)
        if isinstance(document, CompositionError):
            return Loaded(None, errors=(document,))
        return _read(source, graph, document, limits)
    except (NestingError, RecursionError):
        return Loaded(None, errors=(_invalid(source, "The schema is nested too deeply."),))


def _invalid(source: SubgraphSource, why: str, line: int = 1, column: int = 1) -> CompositionError:
    place = Location(source.name, source.file, line, column)
    return error(invalid_graphql.RULE, f'Subgraph "{source.name}": {why}', place)


def _parse(source: SubgraphSource, limits: Limits) -> ast.DocumentNode | CompositionError:
    text = source.sdl
    if len(text) > limits.source_bytes:
        return _invalid(source, f"The schema is larger than {limits.source_bytes} bytes.")
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        else:
            text.encode("utf-8")
    except UnicodeError:
        return _invalid(source, "The schema is not valid UTF-8 text.")
    try:
        return parse(Source(text, source.file or source.name), max_tokens=limits.source_tokens)
    except GraphQLError as problem:
        place = problem.locations[0] if problem.locations else None
        line, column = (place.line, place.column) if place else (1, 1)
        return _invalid(source, problem.message, line, column)


def _read(source: SubgraphSource, graph: str, document: ast.DocumentNode, limits: Limits) -> Loaded:
    reader = Reader(source.name, source.file, limits.nesting)
    for node in document.definitions:
        if isinstance(node, ast.ExecutableDefinitionNode):
            reader.clash("A schema cannot contain operations or fragments.", reader.at(node))
    schema_nodes = [
        node
        for node in document.definitions
        if isinstance(node, (ast.SchemaDefinitionNode, ast.SchemaExtensionNode))
    ]
    applied = tuple(
        item
        for node in schema_nodes
        for item in reader.applied(
            node.directives, extension=isinstance(node, ast.SchemaExtensionNode)
        )
    )
    features, link_errors = read_links(applied)
    version = features.federation.url.version if features.federation else FEDERATION_1
    reader.canonical = _canonical(features, version)
    roots, root_errors = _roots(reader, document, schema_nodes)
    reader.renamed = {name: ROOT_NAMES[op] for op, name in roots.items() if name != ROOT_NAMES[op]}
    types = reader.types(document)
    directives = reader.directives(document)
    roots = {op: name for op, name in ROOT_NAMES.items() if op in roots and name in types}
    kept, spec_types = _split_types(types, features, version)
    own, spec_directives = _split_directives(directives.values(), reader)
    definition = next((n for n in schema_nodes if isinstance(n, ast.SchemaDefinitionNode)), None)
    schema = SchemaDef(
        kept,
        own,
        roots,
        tuple(_with_spec(item, reader) for item in applied),
        definition.description.value if definition and definition.description else None,
        reader.at(schema_nodes[0]) if schema_nodes else None,
    )
    effective, hints = _effective_version(source, features, version)
    subgraph = Subgraph(source.name, graph, source.url, schema, features, effective)
    errors = (*link_errors, *root_errors, *invalid_graphql.check_reading(reader))
    return Loaded(subgraph, tuple(spec_directives), tuple(spec_types), errors, hints)


def _effective_version(
    source: SubgraphSource, features: Features, version: Version
) -> tuple[Version, tuple[Hint, ...]]:
    """A linked feature may be younger than the linked federation version, which it then raises."""
    if version.major < 2:
        return version, ()
    needed = version
    cause: Feature | None = None
    for feature in features.by_identity.values():
        spec = SPECS.get(feature.url.identity)
        first = spec.federation_at(feature.url.version) if spec is not None else None
        if first is not None and first > needed:
            needed, cause = first, feature
    if cause is None:
        return version, ()
    rule = implicitly_upgraded_federation_version
    return needed, (rule.give(source.name, version, needed, cause),)


def _with_spec(applied: Applied, reader: Reader) -> Applied:
    spec = reader.canonical(applied.name)
    return Applied(applied.name, applied.args, spec, applied.location, applied.extension)


class _Canonical:
    """Translates local directive names; a class so that the result can be remembered."""

    def __init__(self, features: Features, version: Version) -> None:
        self._features = features
        self._legacy = version.major < 2
        self._known: dict[str, str | None] = {}

    def __call__(self, name: str) -> str | None:
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> str | None:
        found = self._features.element(f"@{name}")
        if found is not None:
            feature, element = found
            spec = SPECS.get(feature.url.identity)
            if spec is not None and element in spec.elements_at(feature.url.version):
                return element[1:]
            return None
        return name if self._legacy and name in FEDERATION_1_DIRECTIVES else None


def _canonical(features: Features, version: Version) -> _Canonical:
    return _Canonical(features, version)


def _roots(
    reader: Reader, document: ast.DocumentNode, schema_nodes: Sequence[ast.Node]
) -> tuple[dict[str, str], list[CompositionError]]:
    """Operation -> name of its root type, as the document has it."""
    declared: dict[str, str] = {}
    for node in schema_nodes:
        for item in getattr(node, "operation_types", None) or ():
            operation = item.operation.value
            if operation in declared:
                reader.clash(f"The {operation} root is given twice.", reader.at(item))
            declared.setdefault(operation, item.type.name.value)
    names = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, (ast.TypeDefinitionNode, ast.TypeExtensionNode))
    }
    errors: list[CompositionError] = []
    for operation, name in declared.items():
        if name not in names:
            reader.clash(
                f'The {operation} root "{name}" is not defined.',
                *[reader.at(node) for node in schema_nodes],
            )
    places = {name: reader.at(node) for name, node in names.items()}
    for operation, default in ROOT_NAMES.items():
        problem = _ROOT_RULES[operation](declared, places, reader.subgraph)
        if problem is not None:
            errors.append(problem)
            del declared[operation]
        elif operation not in declared and default in names:
            declared[operation] = default
    return declared, errors


def _split_types(
    types: dict[str, TypeDef], features: Features, version: Version
) -> tuple[dict[str, TypeDef], list[tuple[str, TypeDef]]]:
    """Part the subgraph's own types from those that a specification or federation adds."""
    kept: dict[str, TypeDef] = {}
    spec_types: list[tuple[str, TypeDef]] = []
    for name, definition in types.items():
        found = features.element(name)
        if name in _MACHINERY_TYPES:
            spec_types.append((name.removeprefix("_"), definition))
        elif name in BUILT_IN_SCALARS and definition.kind is Kind.SCALAR:
            continue
        elif found is not None and _is_defined_elsewhere(found[0]):
            spec_types.append((found[1], definition))
        elif version.major < 2 and name == "FieldSet" and definition.kind is Kind.SCALAR:
            spec_types.append((name, definition))
        else:
            kept[name] = definition
    query = kept.get("Query", TypeDef(Kind.OBJECT, "Query"))
    # Every subgraph has a query root, if only for `_entities`: it can be entered from there.
    kept["Query"] = replace(
        query,
        fields={k: v for k, v in query.fields.items() if k not in _MACHINERY_FIELDS},
    )
    return kept, spec_types


def _is_defined_elsewhere(feature: Feature) -> bool:
    """Whether the elements of a feature are ours to define, so that a schema's copy is not kept."""
    return feature.url.identity in SPECS and feature.url.identity != JOIN.identity


def _split_directives(
    directives: Iterable[DirectiveDef], reader: Reader
) -> tuple[dict[str, DirectiveDef], list[tuple[str, DirectiveDef]]]:
    own: dict[str, DirectiveDef] = {}
    spec: list[tuple[str, DirectiveDef]] = []
    for definition in directives:
        canonical = reader.canonical(definition.name)
        if canonical is None:
            own[definition.name] = definition
        else:
            spec.append((canonical, definition))
    return own, spec
