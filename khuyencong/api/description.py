"""What drf-spectacular cannot know of the API, added to its schema: how it refuses, which headers and pages every
address knows, what the words on the wire mean, and examples (which tests run).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from accounts.middleware import BAD_TOKEN, CHANGE_FIRST, CHOOSE, SIGN_IN_FIRST
from accounts.views import LOCKED
from khuyencong.api.examples import PARTS, STORY
from khuyencong.api.words import FIELDS
from khuyencong.lib.api import NOT_FOUND
from khuyencong.lib.away import AWAY

Described = dict[str, Any]

_DETAIL = {"$ref": "#/components/schemas/Detail"}
SHAPES: Described = {
    "Detail": {
        "type": "object",
        "properties": {"detail": {"type": "string"}},
        "required": ["detail"],
    },
    "Fault": {
        "type": "object",
        "properties": {
            "field": {
                "type": "string",
                "description": "Đường đến giá trị: estimate.0.unit_price; rỗng: cả đối tượng",
            },
            "code": {"type": "string"},
            "message": {"type": "string"},
        },
        "required": ["field", "code", "message"],
    },
    "HeldPosition": {
        "type": "object",
        "properties": {
            "id": {"type": "integer", "description": "Giá trị của tiêu đề X-Position"},
            "title": {"type": "string", "description": "Chức vụ"},
            "organisation": {"type": "string"},
            "organisation_name": {"type": "string", "description": "Tên tổ chức"},
        },
        "required": ["id", "title", "organisation", "organisation_name"],
    },
    "Refusal": {
        "type": "object",
        "properties": {
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
            "detail": {"type": "string"},
            "positions": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/HeldPosition"},
                "description": "Các chức vụ để chọn một",
            },
        },
    },
}


def _refusal(said: str, headers: tuple[str, ...] = (), shape: str = "Detail", **examples: Any) -> Described:
    """A response with its examples by name; ``headers`` that it bears."""
    content: Described = {"schema": {"$ref": f"#/components/schemas/{shape}"}}
    content["examples"] = {name: {"value": value} for name, value in examples.items()}
    response: Described = {"description": said, "content": {"application/json": content}}
    if headers:
        response["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    return response


ANSWERS: dict[int, Described] = {
    400: _refusal(
        "Giá trị sai (errors), quy định không cho phép (detail), hoặc phải chọn chức vụ (positions)",
        shape="Refusal",
        fields={
            "errors": [
                {
                    "field": "estimate.0.unit_price",
                    "code": "whole",
                    "message": "Hãy ghi một số nguyên của JSON, không trong ngoặc kép, không phần thập phân.",
                }
            ]
        },
        rule={"detail": "Mức đề nghị cao hơn mức đơn vị đề nghị."},
        position={
            "detail": CHOOSE,
            "positions": [
                {
                    "id": 7,
                    "title": "Giám đốc",
                    "organisation": "so-cong-thuong-hai-phong",
                    "organisation_name": "Sở Công Thương thành phố Hải Phòng",
                }
            ],
        },
    ),
    401: _refusal(
        "Chưa đăng nhập, hoặc mã truy cập không dùng được",
        headers=("WWW-Authenticate",),
        none={"detail": SIGN_IN_FIRST},
        bad={"detail": BAD_TOKEN},
    ),
    403: _refusal("Chức vụ đang dùng không có quyền này", first_password={"detail": CHANGE_FIRST}),
    404: _refusal("Không có, hoặc của tỉnh khác", not_found={"detail": NOT_FOUND}),
    405: _refusal(
        "Địa chỉ này không nhận phương thức này",
        headers=("Allow",),
        method={"detail": "Phương thức “PUT” không được chấp nhận."},
    ),
    406: _refusal(
        "Tiêu đề Accept không nhận JSON", accept={"detail": "Không thể đáp ứng tiêu đề Accept của yêu cầu."}
    ),
    415: _refusal(
        "Nội dung gửi lên không phải JSON (Content-Type: application/json)",
        type={"detail": "Kiểu dữ liệu “text/plain” của yêu cầu không được hỗ trợ."},
    ),
    429: _refusal("Sai mật khẩu quá nhiều lần", locked={"detail": LOCKED}),
    503: _refusal("Máy chủ dữ liệu đang khởi động lại", headers=("Retry-After",), away={"detail": AWAY}),
}
"""Every refusal that an address may share with others, by status. 409 is described where it can be."""

_DONE = {
    "200": "Xong",
    "201": "Đã ghi",
    "202": "Đã nhận, làm sau",
    "204": "Xong, không có nội dung",
    "409": "Có người vừa làm trước; chưa có gì được ghi",
}
POSITION: Described = {
    "in": "header",
    "name": "X-Position",
    "schema": {"type": "string"},
    "description": "Số của chức vụ đang dùng; chỉ cần khi người giữ mã có nhiều chức vụ (xem lỗi 400)",
    "example": "7",
}
PAGE: Described = {
    "in": "query",
    "name": "page",
    "schema": {"type": "integer", "minimum": 1, "default": 1},
    "description": "Trang, 50 dòng mỗi trang",
}


def complete(result: Described, **_: Any) -> Described:
    """drf-spectacular's POSTPROCESSING_HOOKS: the whole schema, completed in place."""
    components = result["components"]
    components["schemas"] |= SHAPES
    components["responses"] = {_name(status): answer for status, answer in ANSWERS.items()}
    components["parameters"] = {"Position": POSITION, "Page": PAGE}
    for path, operations in result["paths"].items():
        for operation in operations.values():
            _complete(path, operation)
    _show(result["paths"])
    for name, shape in components["schemas"].items():
        _say(name, shape)
    for shape in list(components["schemas"].values()):
        _choose(shape, components["schemas"])
    return result


def _complete(path: str, operation: Described) -> None:
    parameters = operation.setdefault("parameters", [])
    for each in parameters:
        each.setdefault("description", FIELDS.get(each["name"], ""))
    scoped = any(operation.get("security", []))
    if scoped:
        parameters.append({"$ref": "#/components/parameters/Position"})
    paged = "Page'" in str(operation["responses"].get("200"))
    if paged:
        parameters.append({"$ref": "#/components/parameters/Page"})
    for status, answer in operation["responses"].items():
        answer["description"] = _DONE[status]
    refusals = {405, 406, 503}
    if scoped:
        refusals |= {400, 401, 403}
    if "{" in path or paged:
        refusals.add(404)
    if "requestBody" in operation:
        refusals |= {400, 415}
    if operation["operationId"] == "create_token":
        refusals |= {401, 403, 429}
    if operation["operationId"] == "revoke_token":
        refusals |= {401}
    for status in sorted(refusals):
        operation["responses"].setdefault(str(status), {"$ref": f"#/components/responses/{_name(status)}"})


def _show(paths: Described) -> None:
    """The examples of each operation: its bodies, and each as a command."""
    for path, methods in paths.items():
        for method, operation in methods.items():
            shown = [example for example in STORY if example.operation == operation["operationId"]]
            operation["x-codeSamples"] = [
                {"lang": "Shell", "label": example.title, "source": example.curl(method, path)}
                for example in shown
            ]
            if "requestBody" in operation:
                operation["requestBody"]["content"]["application/json"]["examples"] = {
                    f"{place}_{example.name}": {"summary": example.says, "value": example.body}
                    for place, example in enumerate(shown, 1)
                }


def _name(status: int) -> str:
    return f"Refused{status}"


def _say(name: str, shape: Described) -> None:
    """Docstrings of shapes are written for us, in English; labels of acts and of choices are for all."""
    if "enum" not in shape and not name.endswith("Body"):
        shape.pop("description", None)
    if name in PARTS:
        shape["example"] = PARTS[name]
    for field, described in shape.get("properties", {}).items():
        if "title" not in described and "description" not in described and field in FIELDS:
            if "$ref" in described:  # what stands beside a reference is not read
                described["allOf"] = [{"$ref": described.pop("$ref")}]
            described["description"] = FIELDS[field]


def _choose(shape: Described, shapes: Described) -> None:
    """Which of several bodies is meant: the field that tells says only its own; otherwise the address tells, and one
    body may fit two."""
    if "discriminator" in shape:
        teller = shape["discriminator"]["propertyName"]
        for value, reference in shape["discriminator"]["mapping"].items():
            body = shapes[reference.rpartition("/")[2]]
            body["properties"][teller] = {"type": "string", "enum": [value], "description": FIELDS[teller]}
    elif "oneOf" in shape:
        shape["anyOf"] = shape.pop("oneOf")


@cache
def schema() -> Described:
    """The schema as it is published; the same as long as the program runs."""
    make: Any = SchemaGenerator
    found: Described = make().get_schema(request=None, public=True)
    return found


def operations() -> Iterator[tuple[str, str, Described]]:
    """Each address with its method and description, in the order of the schema."""
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation
