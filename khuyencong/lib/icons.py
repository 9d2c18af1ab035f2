"""Own line icons, drawn on a 24 × 24 grid; inline SVG without style attributes (strict CSP)."""

from __future__ import annotations

from functools import cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

PATHS: dict[str, str] = {
    "home": "M3 11.5 12 4l9 7.5M5.5 10v10h13V10M10 20v-5.5h4V20",
    "tasks": "M10 6h10M10 12h10M10 18h10M3.5 6l1.5 1.5L8 4.5M3.5 12l1.5 1.5 3-3M3.5 18l1.5 1.5 3-3",
    "file": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "files": "M8 3h7l4 4v11H8zM15 3v4h4M8 7H5v14h11v-3",
    "factory": "M3 20V9l6 4V9l6 4V4h4l2 16zM7 17h2M12 17h2M17 17h1",
    "list": "M9 6h12M9 12h12M9 18h12M4 6h.01M4 12h.01M4 18h.01",
    "money": "M3 6h18v12H3zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM6 9h.01M18 15h.01",
    "ledger": "M5 3h14v18H5zM9 3v18M12 8h4M12 12h4M12 16h4",
    "report": "M5 3h14v18H5zM9 16v-3M12 16V9M15 16v-5",
    "chart": "M4 4v16h16M8 16v-4M12 16V8M16 16v-6",
    "map": "M9 4 3 6.5v13.5l6-2.5 6 2.5 6-2.5V4l-6 2.5zM9 4v13.5M15 6.5V20",
    "building": "M4 21V4h10v17M14 9h6v12M2.5 21h19M7.5 8h3M7.5 12h3M7.5 16h3M17 13h.01M17 17h.01",
    "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-3.5 2.9-5.5 6.5-5.5s6.5 2 6.5 5.5"
    "M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.8c2.2.8 3.5 2.6 3.5 5.2",
    "person": "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.5-4 3.5-6 7.5-6s7 2 7.5 6",
    "stamp": "M9 12.5c.5-2-1.5-4-1.5-6a4.5 4.5 0 0 1 9 0c0 2-2 4-1.5 6M5 16.5v-1.5a2.5 2.5 0 0 1 "
    "2.5-2.5h9a2.5 2.5 0 0 1 2.5 2.5v1.5zM5 20.5h14",
    "calendar": "M4 6h16v15H4zM4 11h16M8 3v5M16 3v5",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5.5l3.5 2",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21",
    "filter": "M3 5h18l-7 8.5V20l-4-2v-4.5z",
    "plus": "M12 5v14M5 12h14",
    "minus": "M5 12h14",
    "close": "M6 6l12 12M18 6 6 18",
    "check": "M4.5 12.5 10 18 20 6.5",
    "menu": "M4 6h16M4 12h16M4 18h16",
    "more": "M5 12h.01M12 12h.01M19 12h.01",
    "edit": "M4 20h4L19.5 8.5l-4-4L4 16zM13 7l4 4",
    "trash": "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6",
    "upload": "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
    "download": "M12 4v12M7 11l5 5 5-5M4 16v4h16v-4",
    "print": "M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z",
    "send": "M21 3 10 14M21 3l-7 18-4-7-7-4z",
    "return": "M9 5 4 10l5 5M4 10h10a6 6 0 0 1 0 12h-2",
    "swap": "M7 4 3 8l4 4M3 8h14M17 12l4 4-4 4M21 16H7",
    "lock": "M5 11h14v10H5zM8 11V8a4 4 0 0 1 8 0v3M12 15v2.5",
    "key": "M8 20a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM11 12.5 20 3.5M16 7.5l3 3",
    "exit": "M10 4H4v16h6M15 8l4 4-4 4M19 12H9",
    "alert": "M12 3.5 22 20.5H2zM12 10v4.5M12 17.5h.01",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.5h.01",
    "help": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.5 9.5A2.5 2.5 0 1 1 12 12.5V14M12 17h.01",
    "pin": "M9 3h6l-1 7 4 4H6l4-4zM12 14v7",
    "link": "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1",
    "external": "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6",
    "left": "M15 5l-7 7 7 7",
    "right": "M9 5l7 7-7 7",
    "down": "M5 9l7 7 7-7",
    "up": "M5 15l7-7 7 7",
    "handshake": "M3 7l4-2 5 2 5-2 4 2v8l-3 1-5 4-6-4-4-1zM12 7l-3 4c1 1.5 2.5 1.5 4 0l5 5",
    "bell": "M6 17V10.5a6 6 0 0 1 12 0V17l1.5 2h-15zM10 21.5h4",
    "star": "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z",
    "gear": "M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1"
    "M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1",
    "history": "M4 12a8 8 0 1 1 2.5 5.8M4 12l-2-2.5M4 12l2.5-2M12 8v4.5l3 1.5",
    "comment": "M4 5h16v11H10l-4 4v-4H4z",
    "device": "M3 5h18v11H3zM9 20h6M12 16v4",
    "offline": "M3 3l18 18M5 12.5a10 10 0 0 1 5-2.7M19 12.5a10 10 0 0 0-3-2M8.5 16a5 5 0 0 1 5.5-1"
    "M2 9a15 15 0 0 1 4-2.6M22 9a15 15 0 0 0-11-3.9M12 20h.01",
}


@cache
def svg(name: str, label: str = "") -> SafeString:
    """Inline SVG of one icon; decorative (hidden from screen readers) unless ``label`` names it.

    Raises KeyError for a name that is not in ``PATHS``.
    """
    role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return mark_safe(  # noqa: S308 -- our own markup; the label is escaped
        f'<svg class="kc-icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {role} focusable="false">'
        f'<path d="{PATHS[name]}"/></svg>'
    )
