"""Whether a body fits its schema, told quickly where it does.

Most bodies do, and the validator is slow because it is ready to tell how one does not: it makes
itself anew for every schema inside a schema, for every value. Here that is done once for each
schema. What looks into parts of a value (`properties`, `items`, references) is walked here; every
other keyword is asked of the validator's own function, so that there is one meaning of each. A body
that is not found to fit is the validator's to judge, and so is one whose schema cannot be used.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from conformance.contract import patterns, schemas

Fits = Callable[[Any], bool]
# A schema with a name or a dialect of its own changes what references in it mean.
_OF_ITS_OWN = frozenset({"$id", "id", "$schema"})
# Values of just these types are of the type that a schema names, in every dialect; what another
# value is, the validator says.
_PLAINLY: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "object": (dict,),
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float, Decimal),
}


# By schema and by where its references begin; the schema is held, so that its id stays its own.
Known = dict[tuple[Any, ...], tuple[Any, Fits]]


class Fitting:
    """Tells whether instances fit the schema of one validator.

    Args:
        validator: a validator of `jsonschema`; its schemas never change.
        known: the tests of schemas behind references; all validators of one class and one
            registry may share it.
    """

    def __init__(self, validator: Any, known: Known | None = None) -> None:
        self._class = type(validator)
        self._known: Known = {} if known is None else known
        self._fits = self._of(validator)

    def __call__(self, instance: Any) -> bool:
        """Whether an instance surely fits; where it does not, ask the validator.

        Raises:
            Exception: one of `schemas.UNUSABLE`, as the validator itself does.
        """
        schemas.begin(instance)
        return self._fits(instance)

    def _of(self, validator: Any) -> Fits:
        """Return the test of the schema that a validator was made for."""
        schema = validator.schema
        if isinstance(schema, bool):
            return _always if schema else _never
        asked = validator._validators  # noqa: SLF001  # which keywords count, and their functions: jsonschema has no public way
        tests = [self._keyword(validator, name, value, judge) for judge, name, value in asked]
        return tests[0] if len(tests) == 1 else _all_of(tests)

    def _inside(self, validator: Any, schema: Any) -> Fits:
        """Return the test of a schema inside the one of a validator."""
        if isinstance(schema, bool):
            return _always if schema else _never
        if not isinstance(schema, dict) or _OF_ITS_OWN & schema.keys():
            return lambda instance: next(validator.descend(instance, schema), None) is None
        return self._of(validator.evolve(schema=schema))

    def _keyword(self, validator: Any, name: str, value: Any, judge: Callable[..., Any]) -> Fits:
        schema = validator.schema

        def asked(instance: Any) -> bool:
            return next(iter(judge(validator, value, instance, schema) or ()), None) is None

        if type(validator) is not self._class:
            return asked
        if name in {"allOf", "anyOf"} and isinstance(value, list) and "discriminator" not in schema:
            parts = [self._inside(validator, part) for part in value]
            # What null means beside `nullable` is the validator's to say.
            return _unless_null(_all_of(parts) if name == "allOf" else _any_of(parts), asked)
        return self._walked(validator, name, value) or _first(_surely(name, value, schema), asked)

    def _walked(self, validator: Any, name: str, value: Any) -> Fits | None:
        """Return the test of a keyword that is walked here; None for any other."""
        schema, found = validator.schema, None
        # Which entries and members those before it take in is the validator's to say.
        alone = {"items": "prefixItems", "additionalProperties": "patternProperties"}
        if alone.get(name) in schema:
            return None
        if name in {"$ref", "$dynamicRef"} and isinstance(value, str):
            found = self._reference(validator, value)
        elif name == "properties" and isinstance(value, dict):
            found = _members({key: self._inside(validator, part) for key, part in value.items()})
        elif name == "additionalProperties" and isinstance(value, dict):
            found = _others(_declared(schema), self._inside(validator, value))
        elif name == "items" and value is not False:
            found = _entries(self._inside(validator, value))
        return found

    def _reference(self, validator: Any, reference: str) -> Fits:
        found: list[Fits] = []

        def follow(instance: Any) -> bool:
            schemas.follow()
            # Looked up when it is needed: a schema may hold itself, and one that leads nowhere
            # matters only where a value stands.
            if not found:
                found.append(self._target(validator, reference))
            return found[0](instance)

        return follow

    def _target(self, validator: Any, reference: str) -> Fits:
        resolved = validator._resolver.lookup(reference)  # noqa: SLF001  # jsonschema has no public way
        contents, resolver = resolved.contents, resolved.resolver
        scope = tuple(uri for uri, _ in resolver.dynamic_scope())
        key = id(contents), resolver._base_uri, scope  # noqa: SLF001  # nor has referencing
        if key not in self._known:
            evolved = validator.evolve(schema=contents, _resolver=resolver)
            self._known[key] = contents, self._of(evolved)
        return self._known[key][1]


def _surely(name: str, value: Any, schema: dict[str, Any]) -> Fits | None:
    """Return a quick test that only passes what the keyword's own function passes, if any."""
    if name == "type" and isinstance(value, str) and value in _PLAINLY:
        plain = _PLAINLY[value]
        return lambda instance: type(instance) in plain
    if name == "enum" and isinstance(value, list):
        texts = frozenset(entry for entry in value if isinstance(entry, str))
        return lambda instance: isinstance(instance, str) and instance in texts
    if name == "required" and isinstance(value, list):
        return lambda instance: isinstance(instance, dict) and all(n in instance for n in value)
    if name == "additionalProperties" and "patternProperties" not in schema:
        known = _declared(schema)
        return lambda instance: isinstance(instance, dict) and known.issuperset(instance)
    if name == "pattern" and isinstance(value, str):
        return lambda instance: type(instance) is str and patterns.matches(value, instance)
    return _within(name, value) if type(value) is int else None


def _within(name: str, bound: int) -> Fits | None:
    """Return a quick test of a bound; what lies on it may be left out by the keyword beside it."""
    return {
        "minLength": lambda instance: type(instance) is str and len(instance) >= bound,
        "maxLength": lambda instance: type(instance) is str and len(instance) <= bound,
        "minimum": lambda instance: type(instance) is int and instance > bound,
        "maximum": lambda instance: type(instance) is int and instance < bound,
    }.get(name)


def _declared(schema: dict[str, Any]) -> frozenset[str]:
    members = schema.get("properties")
    return frozenset(members) if isinstance(members, dict) else frozenset()


def _first(surely: Fits | None, asked: Fits) -> Fits:
    if surely is None:
        return asked
    return lambda instance: surely(instance) or asked(instance)


def _unless_null(fits: Fits, asked: Fits) -> Fits:
    return lambda instance: asked(instance) if instance is None else fits(instance)


def _members(tests: dict[str, Fits]) -> Fits:
    pairs = list(tests.items())

    def fits(instance: Any) -> bool:
        if isinstance(instance, dict):
            for name, test in pairs:
                if name in instance and not test(instance[name]):
                    return False
        return True

    return fits


def _others(declared: frozenset[str], test: Fits) -> Fits:
    def fits(instance: Any) -> bool:
        if isinstance(instance, dict):
            for name, value in instance.items():
                if name not in declared and not test(value):
                    return False
        return True

    return fits


def _entries(test: Fits) -> Fits:
    def fits(instance: Any) -> bool:
        if isinstance(instance, list):
            for entry in instance:
                if not test(entry):
                    return False
        return True

    return fits


def _all_of(tests: list[Fits]) -> Fits:
    def fits(instance: Any) -> bool:
        for test in tests:  # noqa: SIM110  # half the time of `all`, and every value comes by here
            if not test(instance):
                return False
        return True

    return fits


def _any_of(tests: list[Fits]) -> Fits:
    return lambda instance: any(test(instance) for test in tests)


def _always(_: Any) -> bool:
    return True


def _never(_: Any) -> bool:
    return False
