"""Pydantic's errors in this project's own sentences: rule and remedy."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from infra.config.errors import GuardError, Path, Problem

_RULES = {
    "missing": "is required; add it",
    "union_tag_not_found": "is required; write kind: region or kind: global",
    "union_tag_invalid": "is no kind of stack; write region or global",
    "literal_error": "is not offered; choose {expected}",
    "string_type": "must be text; put it in quotes",
    "string_too_short": "is empty; write at least {min_length} character",
    "string_too_long": "is too long; write at most {max_length} characters",
    "int_type": "must be a whole number; write digits without quotes",
    "int_parsing": "must be a whole number; write digits without quotes",
    "int_from_float": "must be a whole number; leave out the fraction",
    "float_type": "must be a number; write digits without quotes",
    "float_parsing": "must be a number; write digits without quotes",
    "bool_type": "must be a yes or no; write true or false",
    "bool_parsing": "must be a yes or no; write true or false",
    "greater_than_equal": "is too small; give at least {ge}",
    "less_than_equal": "is too large; give at most {le}",
    "too_short": "has too few entries ({actual_length}); give at least {min_length}",
    "too_long": "has too many entries ({actual_length}); give at most {max_length}",
    "tuple_type": "must be a list; write one entry a line, each after a hyphen",
    "mapping_type": "must be a group of settings; write them below it, indented",
    "dict_type": "must be a group of settings; write them below it, indented",
    "model_type": "must be a group of settings; write them below it, indented",
    "model_attributes_type": "must be a group of settings; write them below it, indented",
}
_AT_KIND = {"union_tag_not_found", "union_tag_invalid"}


def problems(error: ValidationError, kinds: Mapping[str, type[BaseModel]]) -> Iterator[Problem]:
    """Every error as a problem at its place in the file; `kinds` are the models by the tag that chooses them."""
    details = error.errors(include_url=False)
    places = {detail["loc"][:-1] for detail in details}
    for detail in details:
        if detail["type"] == "too_short" and detail["loc"] in places:
            continue  # only sound entries were counted, and the unsound ones are listed themselves
        if detail["type"] == "default_factory_not_called":
            continue  # what follows from a setting waits until that setting is right
        tag, *rest = detail["loc"] or ("",)
        at: Path = ("kind",) if detail["type"] in _AT_KIND else tuple(part for part in rest if part != "[key]")
        cause = detail.get("ctx", {}).get("error")
        if isinstance(cause, GuardError):
            yield from (problem.under(at) for problem in cause.problems)
        elif detail["type"] == "extra_forbidden":
            yield Problem(at, _unknown(kinds[str(tag)], at), quoted=False)
        else:
            yield Problem(at, str(cause) if cause else _sentence(detail))


def _sentence(detail: ErrorDetails) -> str:
    rule = _RULES.get(detail["type"])
    if rule is None:
        return f"cannot stand: {detail['msg']}; see the schema of stack files"
    return rule.format(**detail.get("ctx", {}))


def _unknown(root: type[BaseModel], at: Path) -> str:
    known = sorted(_section_at(root, at[:-1]).model_fields)
    close = get_close_matches(str(at[-1]), known, n=1)
    remedy = f"write {close[0]}" if close else f"remove it, known here are {', '.join(known)}"
    return f"is no setting; {remedy}"


def _section_at(section: type[BaseModel], at: Sequence[Any]) -> type[BaseModel]:
    """The model at a path; a key of a mapping or a position in a list leads to the model of all its entries."""
    for part in at:
        if part in section.model_fields:
            section = _model_in(section.model_fields[part].annotation) or section
    return section


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for inner in get_args(annotation) if (model := _model_in(inner))), None)
