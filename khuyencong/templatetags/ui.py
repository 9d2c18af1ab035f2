"""The pieces that pages are put together from; templates/components/README.md shows each in use.

Pieces that hold other markup are plain HTML with a class of static/kc/kc.css; tags are for the closed ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms, template
from django.contrib.messages.storage.base import Message
from django.forms.formsets import BaseFormSet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from khuyencong.lib import forms as house_forms
from khuyencong.lib import icons, theme

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One line icon (khuyencong/lib/icons.py); ``label`` only where no text stands beside it."""
    return icons.svg(name, label)


@register.simple_tag(takes_context=True)
def dark_media(context: template.Context) -> str:
    """Media of the dark stylesheet for this reader; empty when none, and on pages that answer no request."""
    request = context.get("request")
    return theme.dark_media(request) if request else ""


@register.inclusion_tag("components/theme.html", takes_context=True)
def theme_choice(context: template.Context) -> dict[str, Any]:
    """Light, dark or as the system says, in the menu of the account."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "choices": list(theme.LABELS.items()),
        "chosen": theme.chosen(request),
    }


@register.simple_tag
def state_badge(code: str, label: str) -> SafeString:
    """Badge of a state; the stylesheet gives each code its tone, the label says it in words."""
    return format_html('<span class="kc-badge" data-state="{}">{}</span>', code, label)


@register.simple_tag
def badge(label: str, tone: str = "neutral") -> SafeString:
    """Badge in a tone: neutral, info, go, ok, warn, bad."""
    return format_html('<span class="kc-badge kc-tone-{}">{}</span>', tone, label)


@register.simple_tag
def figure(text: str, url: str = "", about: str = "") -> SafeString:
    """A figure that opens the files behind it: ``text`` is already formatted; without ``url`` plain text.

    ``about`` says for screen readers what the figure counts.
    """
    hidden = format_html('<span class="visually-hidden"> {}</span>', about) if about else ""
    if not url:
        return format_html('<span class="num">{}{}</span>', text, hidden)
    return format_html('<a class="kc-figure num" href="{}">{}{}</a>', url, text, hidden)


@register.simple_tag
def kept_key(message: Message) -> str:
    """Key of the kept form that this message lets the browser forget; empty for most messages."""
    return house_forms.kept_key(message.extra_tags or "")


@register.inclusion_tag("forms/summary.html")
def error_summary(*parts: forms.BaseForm | BaseFormSet[Any]) -> dict[str, Any]:
    """Everything wrong in these forms and formsets, on top of the page, each linking to its field."""
    return {"problems": [problem for part in parts if part is not None for problem in _problems(part)]}


@register.inclusion_tag("components/breadcrumb_item.html")
def crumb(label: str, url: str = "") -> dict[str, str]:
    """One step of the breadcrumb; the last one has no ``url``."""
    return {"label": label, "url": url}


@register.inclusion_tag("components/actions.html")
def action_bar(actions: Sequence[Any], label: str = "Việc có thể làm") -> dict[str, Any]:
    """Buttons of a file. Each: ``action label url allowed reason main``; ``reason`` says why it is grey."""
    return {"actions": actions, "label": label}


@register.inclusion_tag("components/task.html")
def task_item(task: Any) -> dict[str, Any]:
    """One task, inside ``<ol class="kc-tasks">``: ``label url code title due is_late is_soon note``."""
    return {"task": task}


@register.inclusion_tag("components/route.html")
def route_log(steps: Sequence[Any]) -> dict[str, Any]:
    """Timeline of a file. Each step: ``phase`` (passed, void, here, ahead), ``label at recorded by organisation due
    comment paper url changes`` and ``reasons`` (each ``label comment url``); what a step does not have may be missing.

    ``at`` is the day of the act, ``recorded`` the moment it was entered where that was another day."""
    return {"steps": steps}


@register.inclusion_tag("components/papers.html")
def paper_list(papers: Sequence[Any]) -> dict[str, Any]:
    """Papers of a file. Each: ``code name article is_required note upload_url``, where the program makes it
    ``made_here made_url``, ``reasons`` of a return, and ``files`` (each ``name about url size at by remove_url``);
    ``size`` in bytes."""
    return {"papers": papers}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Any], label: str = "Các phần của hồ sơ") -> dict[str, Any]:
    """Tabs as links: (label, url, active, count or None)."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/stats.html")
def stats(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Key figures in a row. Each: ``label``, ``value`` (formatted), ``unit``, ``note``, ``url``, ``tone``."""
    return {"items": items}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page: Any) -> dict[str, Any]:
    """Back and forward for a ``khuyencong.lib.paging.Page``; keeps the other parameters of the address."""
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("components/take_away.html", takes_context=True)
def take_away(context: template.Context, csv: bool = True) -> dict[str, Any]:
    """Buttons over a list: on paper, and as a CSV file by the same address (khuyencong/lib/csv_files.py)."""
    return {"csv": csv, "request": context["request"]}


@register.inclusion_tag("components/empty.html")
def empty_state(text: str, hint: str = "", url: str = "", label: str = "") -> dict[str, str]:
    """What stands where a list has nothing: a sentence, what to do about it, one button."""
    return {"text": text, "hint": hint, "url": url, "label": label}


@register.inclusion_tag("components/compare.html")
def compare(
    label: str, before: str, after: str, before_label: str = "Trước", after_label: str = "Sau"
) -> dict[str, Any]:
    """Two values of one thing side by side, formatted."""
    return {"label": label, "values": [(before_label, before), (after_label, after)]}


@register.inclusion_tag("components/note.html")
def note(text: str, tone: str = "info") -> dict[str, str]:
    """A sentence in a box: info, success, warning, error."""
    return {"text": text, "tone": tone}


def _problems(part: forms.BaseForm | BaseFormSet[Any]) -> list[dict[str, str]]:
    if isinstance(part, BaseFormSet):
        own = [{"label": "", "text": str(text), "anchor": ""} for text in part.non_form_errors()]
        rows = [
            {**problem, "label": ", ".join(filter(None, [f"Dòng {number}", problem["label"]]))}
            for number, form in enumerate(part.forms, start=1)
            for problem in _problems(form)
        ]
        return own + rows
    problems = []
    order = list(part.fields)  # errors come in the order in which they were found
    for name in sorted(part.errors, key=lambda each: order.index(each) if each in order else -1):
        errors = part.errors[name]
        text = " ".join(str(error) for error in errors)
        if name in part.fields:
            field = part[name]
            anchor = field.anchor if isinstance(field, house_forms.BoundField) else field.id_for_label
            problems.append({"label": str(field.label), "text": text, "anchor": anchor})
        else:
            problems.append({"label": "", "text": text, "anchor": ""})
    return problems
