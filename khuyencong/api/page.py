"""The documentation, rendered on the server from the schema: no script, no style of its own, no other host."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.middleware import without_scope
from khuyencong.api.description import Described, operations, schema


@dataclass(frozen=True)
class Kind:
    """What a value is: a word for it, and where it is a shape (or several), their names."""

    word: str
    shapes: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    name: str
    kind: Kind
    required: bool
    says: str
    where: str = ""


@dataclass(frozen=True)
class Answer:
    status: str
    says: str
    kind: Kind | None


@dataclass(frozen=True)
class Shown:
    """One address and method. ``examples``: title, command."""

    key: str
    method: str
    path: str
    summary: str
    description: str
    fields: tuple[Field, ...]
    body: Kind | None
    answers: tuple[Answer, ...]
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shape:
    name: str
    says: str
    fields: tuple[Field, ...]
    options: tuple[str, ...]


@without_scope
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The whole documentation on one page, which the browser's own search goes through."""
    described = schema()
    tags = {tag["name"]: tag["description"] for tag in described["tags"]}
    shown: dict[str, list[Shown]] = {tag: [] for tag in tags}
    for path, method, operation in operations():
        shown[operation["tags"][0]].append(_shown(path, method, operation, described["components"]))
    shapes = described["components"]["schemas"]
    context = {
        "description": described["info"]["description"],
        "groups": [(tag, says, shown[tag]) for tag, says in tags.items()],
        "refusals": [
            (_answer(name.removeprefix("Refused"), answer), _first_example(answer))
            for name, answer in described["components"]["responses"].items()
        ],
        "shapes": [
            _shape(name, shape, shapes) for name, shape in sorted(shapes.items()) if "enum" not in shape
        ],
    }
    return render(request, "api/page.html", context)


def _shown(path: str, method: str, operation: Described, components: Described) -> Shown:
    schemas = components["schemas"]
    parameters = [
        components["parameters"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each
        for each in operation["parameters"]
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return Shown(
        key=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        fields=tuple(
            Field(
                each["name"],
                _kind(each["schema"], schemas),
                each.get("required", False),
                each.get("description", ""),
                _WHERE[each["in"]],
            )
            for each in parameters
        ),
        body=_kind(body["schema"], schemas) if body else None,
        answers=tuple(
            _answer(status, answer, schemas)
            for status, answer in operation["responses"].items()
            if "$ref" not in answer
        ),
        examples=tuple((each["label"], each["source"]) for each in operation["x-codeSamples"]),
    )


_WHERE = {"path": "địa chỉ", "query": "bộ lọc", "header": "tiêu đề"}


def _answer(status: str, answer: Described, schemas: Described | None = None) -> Answer:
    content = next(iter(answer.get("content", {}).values()), None)
    return Answer(status, answer["description"], _kind(content["schema"], schemas or {}) if content else None)


def _first_example(answer: Described) -> str:
    examples = answer["content"]["application/json"]["examples"]
    return json.dumps(next(iter(examples.values()))["value"], ensure_ascii=False, indent=2)


def _shape(name: str, shape: Described, schemas: Described) -> Shape:
    required = shape.get("required", [])
    return Shape(
        name,
        shape.get("description", ""),
        tuple(
            Field(
                field,
                _kind(described, schemas),
                field in required,
                described.get("description") or described.get("title", ""),
            )
            for field, described in shape.get("properties", {}).items()
        ),
        tuple(_named(each) for each in (shape.get("anyOf") or shape.get("oneOf") or [])),
    )


def _named(described: Described) -> str:
    return str(described["$ref"]).rpartition("/")[2]


_WORDS = {
    "integer": "số nguyên", "number": "số", "boolean": "true, false", "object": "đối tượng", "string": "chữ",
    "date": "ngày", "date-time": "ngày giờ", "uri": "địa chỉ", "binary": "tệp", "decimal": "số thập phân, dạng chữ",
}  # fmt: skip


def _kind(described: Described, schemas: Described) -> Kind:
    """A value in words. An enumeration is told by its choices, every other reference by its name."""
    if "$ref" in described:
        name = _named(described)
        found = schemas.get(name, {})
        return Kind("một trong", (), _choices(found)) if "enum" in found else Kind("", (name,))
    parts = described.get("allOf") or described.get("oneOf") or described.get("anyOf")
    if parts:
        kinds = [_kind(each, schemas) for each in parts]
        return Kind(
            " hoặc ".join(dict.fromkeys(kind.word for kind in kinds if kind.word)),
            tuple(name for kind in kinds for name in kind.shapes),
            tuple(choice for kind in kinds for choice in kind.choices),
        )
    if "enum" in described:
        return Kind("một trong", (), _choices(described))
    if described.get("type") == "array":
        inner = _kind(described["items"], schemas)
        return Kind(f"danh sách {inner.word}".strip(), inner.shapes, inner.choices)
    word: Any = described.get("format") if described.get("format") in _WORDS else described.get("type", "")
    most = f", không quá {described['maxLength']} ký tự" if "maxLength" in described else ""
    return Kind(f"{_WORDS.get(word, 'giá trị bất kỳ')}{most}")


def _choices(described: Described) -> tuple[str, ...]:
    return tuple(str(choice) for choice in described["enum"] if choice not in ("", None))
