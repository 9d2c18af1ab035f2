"""A program that speaks to the API as one of the cast."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from accounts.services import issue_token


class Program:
    """Signed in by token. Each call answers status and JSON."""

    def __init__(self, account: str) -> None:
        _, key = issue_token(User.objects.get(username=account))
        self.client = Client(headers={"Authorization": f"Token {key}"})

    def get(self, path: str, **parameters: Any) -> tuple[int, Any]:
        answer = self.client.get(f"/api/v1{path}", parameters)
        return answer.status_code, answer.json()

    def post(self, path: str, body: Any, *, key: str | None = None) -> tuple[int, Any]:
        """``key``: the Idempotency-Key of the request."""
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = self.client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)
        return answer.status_code, answer.json()

    def patch(self, path: str, body: Any) -> tuple[int, Any]:
        answer = self.client.patch(f"/api/v1{path}", body, content_type="application/json")
        return answer.status_code, answer.json()

    def act(self, code: str, action: str, **body: Any) -> tuple[int, Any]:
        return self.post(f"/projects/{code}/actions/{action}/", body)


def faults(answer: Any) -> dict[str, str]:
    """Field and code of each error."""
    return {error["field"]: error["code"] for error in answer["errors"]}
