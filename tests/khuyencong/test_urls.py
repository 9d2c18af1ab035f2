"""The addresses of all apps together."""

from __future__ import annotations

from collections import Counter

from django.urls import get_resolver


def test_no_two_addresses_have_one_name() -> None:
    """A page that names an address by its place would be led to the other one."""
    names = Counter(
        pattern.name
        for resolver in get_resolver().url_patterns
        if getattr(resolver, "app_name", None) != "admin"
        for pattern in getattr(resolver, "url_patterns", [resolver])
        if getattr(pattern, "name", None)
    )
    assert [name for name, count in names.items() if count > 1] == []
    assert len(names) > 100
