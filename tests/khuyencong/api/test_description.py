"""The API's description: valid, without gaps, and what is answered has the described shape."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # comes without stubs

from khuyencong.api.description import SHAPES
from khuyencong.api.examples import PARTS
from khuyencong.api.words import FIELDS
from khuyencong.lib.vietnamese import fold
from tests.api import Program

pytestmark = pytest.mark.django_db


def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    make: Any = SchemaGenerator  # untyped
    found: dict[str, Any] = make().get_schema(request=None, public=True)
    return found


def test_the_schema_is_valid_and_nothing_in_it_was_guessed() -> None:
    validate: Any = validate_schema  # untyped
    validate(schema())
    assert (dict(GENERATOR_STATS._warn_cache), dict(GENERATOR_STATS._error_cache)) == ({}, {})


def test_the_schema_is_open_to_programs_that_have_not_signed_in() -> None:
    answer = Client().get("/api/schema/")
    assert answer.status_code == 200
    assert "/api/v1/projects/{code}/actions/{action}/" in answer.content.decode()


def test_the_schema_speaks_vietnamese() -> None:
    summaries = [
        operation["summary"] for methods in schema()["paths"].values() for operation in methods.values()
    ]
    assert [summary for summary in summaries if fold(summary) == summary.lower()] == []


def test_every_word_on_the_wire_is_explained_and_no_word_in_vain() -> None:
    shapes = schema()["components"]["schemas"]
    fields = [
        (name, field, described)
        for name, shape in shapes.items()
        for field, described in shape.get("properties", {}).items()
    ]
    silent = [
        (name, field)
        for name, field, described in fields
        if name not in SHAPES and not {"title", "description"} & set(described)
    ]
    assert silent == []
    said = {field for _, field, described in fields if described.get("description") == FIELDS.get(field)}
    assert set(FIELDS) - said == set()


@pytest.mark.parametrize("name", sorted(PARTS))
def test_an_example_of_a_part_has_its_shape(name: str) -> None:
    components = schema()["components"]
    shown = components["schemas"][name]
    assert shown["example"] == PARTS[name]
    assert set(PARTS[name]) == set(shown["properties"])
    assert set(PARTS[name]["changed"][0]) == set(components["schemas"]["ChangedFieldShape"]["properties"])
    described = {"$ref": f"#/components/schemas/{name}", "components": components}
    required = (
        {**PARTS[name], "desk": "AGENCY"} if "desk" in PARTS[name] else PARTS[name]
    )  # null in OpenAPI's words
    assert [error.message for error in Draft202012Validator(described).iter_errors(required)] == []


def test_every_address_says_how_it_refuses() -> None:
    everywhere = {"405", "406", "503"}
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            refusals = {status for status in operation["responses"] if status >= "400"}
            expected = set(everywhere)
            if operation["operationId"] == "create_token":
                expected |= {"400", "401", "403", "415", "429"}
            elif operation["operationId"] == "revoke_token":
                expected |= {"401"}
            else:
                expected |= {"400", "401", "403"}
                if "{" in path or (method == "get" and "Page" in str(operation["parameters"])):
                    expected.add("404")
                if method in {"post", "patch"}:
                    expected.add("415")
                if "actions" in path or operation["operationId"] in {"act_on_files", "change_project"}:
                    expected.add("409")
            assert refusals == expected, (method, path)


def test_what_is_described_of_a_refusal_is_what_is_answered() -> None:
    program = Program("dept.hai-phong").client
    json = "application/json"
    answers = {
        400: program.post("/api/v1/projects/", {}, content_type=json),
        401: Client().get("/api/v1/projects/"),
        403: program.post("/api/v1/lists/", {"action": "approve", "programme": "NATIONAL", "year": 2027, "paper":
            {"number": "1/QĐ-BCT", "date": "2026-01-05"}}, content_type=json),
        404: program.get("/api/v1/projects/KCQG-1/"),
        405: program.put("/api/v1/projects/", {}, content_type=json),
        406: program.get("/api/v1/projects/", headers={"Accept": "text/csv"}),
        415: program.post("/api/v1/projects/", "x", content_type="text/plain"),
    }  # fmt: skip
    described = schema()["components"]
    for status, answer in answers.items():
        assert answer.status_code == status
        response = described["responses"][f"Refused{status}"]
        for header in response.get("headers", {}):
            assert header in answer.headers
        content = response["content"]["application/json"]
        validator = Draft202012Validator(content["schema"] | {"components": described})
        examples = [example["value"] for example in content["examples"].values()]
        assert [list(validator.iter_errors(value)) for value in (answer.json(), *examples)] == [[]] * (
            1 + len(examples)
        )


def test_of_several_bodies_the_field_that_tells_fits_one() -> None:
    shapes = schema()["components"]["schemas"]
    for action, reference in shapes["ListBody"]["discriminator"]["mapping"].items():
        assert shapes[reference.rpartition("/")[2]]["properties"]["action"]["enum"] == [action]
    assert [name for name, shape in shapes.items() if "oneOf" in shape] == ["ListBody"]
    assert {"ActBody", "OnListBody"} <= {name for name, shape in shapes.items() if "anyOf" in shape}


def test_an_address_that_leads_nowhere_is_said_in_json() -> None:
    answer = Client().get("/api/v1/khong-co/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Không có địa chỉ này."})
