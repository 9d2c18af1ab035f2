"""Acts on lists: POST /lists/, and POST /lists/{id}/actions/{action}/ for an act on the lines of one list.

As with acts on one file, the bodies follow the rows of the chain. Which files an act is about, and which list it
answers, projects/candidates.py says for page and program alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Position
from budgets.models import Programme
from khuyencong.lib.wire import MoneyField, StrictSerializer, WholeNumber, many
from khuyencong.lib.workflow import Action, Forbidden, NeedsReason, Refused, Stale
from projects.access import list_or_404
from projects.api.answers import ConflictShape, listed
from projects.api.asking import IDEMPOTENCY, acting, done_once
from projects.api.lists import (
    ACTIONS,
    FILTERS,
    LABELS,
    ListedActShape,
    ReadListShape,
    ReadReportShape,
    list_json,
    listed_acts,
    report_json,
)
from projects.api.papers import PaperShape, paper_of
from projects.api.shapes import MAX_KEY
from projects.candidates import (
    ANSWERED,
    LONGEST,
    answered,
    list_rows,
    lists_waiting,
    standing_on,
    waiting_for,
)
from projects.models import ListAct, Nature, ProjectKind, ProjectYear, RegistrationReport, RegistrationRound
from projects.queries import at_address, files_visible_to
from projects.rows.plan import PREREGISTER
from projects.services.lists import Line, LinesRefused, act_on_list
from projects.services.registration import (
    IntendedProject,
    centre_of,
    files_to_name,
    may_preregister,
    preregister,
)
from projects.states import State
from projects.workflow import ROUTES

SAYS_ITS_FILES = frozenset(LABELS) - set(ANSWERED) - {"give_opinion"}
"""Acts that name their files; an answer is about what waits for it unless it names some."""
_REPORT = "report-"
"""Before the key of a report of registration, where the key of a list might stand."""


# -- what is sent ------------------------------------------------------------------------------------


class ListBody(StrictSerializer):
    """What every act on a list may carry: the day, a comment or common reason."""

    effective_on = serializers.DateField(required=False)
    comment = serializers.CharField(max_length=4000, required=False, allow_blank=True)


class TextsShape(StrictSerializer):
    """What the department writes in its report (T36 article 6.1a)."""

    last_year_results = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    this_year_progress = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    aims = serializers.CharField(max_length=4000)


class IntendedShape(StrictSerializer):
    """A project that the department intends, đồng; ``project`` only for a file that was sent already."""

    title = serializers.CharField(max_length=300)
    kind = serializers.ChoiceField(choices=ProjectKind.choices, required=False)
    nature = serializers.ChoiceField(choices=Nature.choices, required=False)
    amount = MoneyField(min_value=1)
    project = serializers.CharField(max_length=40, required=False, allow_null=True)


class PreregisterBody(ListBody):
    """Gửi danh mục đăng ký. No item: nothing to register."""

    action = serializers.ChoiceField(choices=ACTIONS)
    round = WholeNumber(min_value=1, max_value=MAX_KEY, help_text="Đợt đăng ký của chương trình quốc gia")
    paper = PaperShape()
    items = many(IntendedShape, 200)


def _words(row: Action) -> str:
    return "".join(word.capitalize() for word in row.name.split("_"))


def item_of(row: Action) -> type[StrictSerializer]:
    """A line of the list: its file, and what is decided on it as far as ``row`` decides."""
    fields: dict[str, Any] = {"project": serializers.CharField(max_length=40)}
    if row.verdicts:
        names = [verdict.name for verdict in row.verdicts]
        fields["verdict"] = serializers.ChoiceField(
            choices=names, required=False, allow_null=True, help_text=f"Mặc định {names[0]}"
        )
    if any(verdict.with_amount for verdict in row.verdicts):
        fields["amount"] = MoneyField(min_value=1, required=False, allow_null=True)
    fields["reason"] = serializers.CharField(max_length=400, required=False, allow_blank=True)
    fields["expected_state"] = serializers.ChoiceField(choices=State.choices, required=False)
    doc = "One file of the list. A verdict other than the default needs a reason."
    return type(f"{_words(row)}Item", (StrictSerializer,), fields | {"__doc__": doc, "__module__": __name__})


_ROWS = {row.name: row for route in ROUTES.values() for row in route.actions if row.list_act}
ITEMS = {name: item_of(row) for name, row in _ROWS.items()}


def body_of(row: Action, *, on_list: bool) -> type[ListBody]:
    """The body of a list act; ``on_list``: the address names the list, and with it programme and year."""
    fields: dict[str, Any] = {}
    if not on_list:
        fields["action"] = serializers.ChoiceField(choices=ACTIONS)
        fields["programme"] = serializers.ChoiceField(choices=Programme.choices)
        fields["year"] = WholeNumber(min_value=2012, max_value=2100)
    if row.paper:
        fields["paper"] = PaperShape()
    fields["items"] = many(
        ITEMS[row.name], LONGEST, min_length=1, required=not on_list and row.name in SAYS_ITS_FILES
    )
    if row.name == "register":
        fields["round"] = WholeNumber(min_value=1, max_value=MAX_KEY, required=False, allow_null=True)
        fields["texts"] = TextsShape(required=False)
    name = f"{_words(row)}{'OnList' if on_list else ''}Body"
    return type(name, (ListBody,), fields | {"__doc__": row.label, "__module__": __name__})


BODIES: dict[str, Any] = {name: body_of(row, on_list=False) for name, row in _ROWS.items()} | {
    PREREGISTER.name: PreregisterBody
}
BODIES_ON_LIST = {name: body_of(row, on_list=True) for name, row in _ROWS.items()}


class _Named(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=ACTIONS)


# -- addresses ---------------------------------------------------------------------------------------


class ListsView(APIView):
    @extend_schema(
        operation_id="list_lists",
        summary="Danh mục, tờ trình, quyết định",
        description="Danh mục mà chức vụ đang dùng được xem, mới nhất trước, 50 dòng một trang.",
        parameters=FILTERS,
        responses=listed(ListedActShape),
    )
    def get(self, request: Request) -> Response:
        return listed_acts(request)

    @extend_schema(
        operation_id="act_on_files",
        summary="Thực hiện một việc trên danh mục nhiều hồ sơ",
        description=(
            "Một văn bản, mỗi hồ sơ một kết luận; ghi đủ mọi dòng hoặc không dòng nào. Kết luận khác mặc định cần lý "
            "do. Việc trả lời (approve, return_plan, give_opinion, appraise_allocation) không ghi items thì lấy mọi "
            "hồ sơ đang chờ của danh mục được trả lời, kết luận mặc định; có nhiều danh mục đang chờ thì ghi items "
            "hoặc gọi địa chỉ của từng danh mục. 409 khi một hồ sơ không còn ở expected_state hoặc không còn chờ "
            "việc này. Ngày của việc là ngày văn bản; việc không có văn bản (return_plan): effective_on hoặc hôm nay."
        ),
        parameters=[IDEMPOTENCY],
        request=PolymorphicProxySerializer(
            component_name="ListBody", serializers=BODIES, resource_type_field_name="action"
        ),
        responses={
            201: PolymorphicProxySerializer(
                component_name="DoneList",
                serializers=[ReadListShape, ReadReportShape],
                resource_type_field_name=None,
            ),
            409: ConflictShape,
        },
    )
    def post(self, request: Request) -> Response:
        return _done(request, done_once(request, lambda: _act(request)))


class ListView(APIView):
    @extend_schema(operation_id="read_list", summary="Một danh mục", responses=ReadListShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(list_json(list_or_404(acting(request), pk), acting(request).acting))


class OnListView(APIView):
    @extend_schema(
        operation_id="act_on_list",
        summary="Thực hiện một việc trên các dòng của một danh mục",
        description=(
            "Như trên danh mục mới, với chương trình và năm của danh mục này; items chỉ gồm hồ sơ của danh mục, không "
            "ghi thì lấy mọi dòng đang chờ việc này. Ví dụ phê duyệt một tờ trình, giao kinh phí theo một quyết định."
        ),
        parameters=[OpenApiParameter("action", str, "path", enum=sorted(BODIES_ON_LIST)), IDEMPOTENCY],
        request=PolymorphicProxySerializer(
            component_name="OnListBody",
            serializers=list(BODIES_ON_LIST.values()),
            resource_type_field_name=None,
        ),
        responses={201: ReadListShape, 409: ConflictShape},
    )
    def post(self, request: Request, pk: int, action: str) -> Response:
        return _done(request, done_once(request, lambda: _act_on(request, pk, action)))


def _done(request: Request, key: str) -> Response:
    """What was written, as it is now."""
    if key.startswith(_REPORT):
        report = RegistrationReport.objects.select_related(
            "round", "organisation", "paper", "reported_by__person"
        ).get(pk=key.removeprefix(_REPORT))
        return Response(report_json(report), status=201)
    found = list_or_404(acting(request), int(key))
    return Response(list_json(found, acting(request).acting), status=201)


# -- doing it ----------------------------------------------------------------------------------------


def _act(request: Request) -> str:
    """The act as the body says; the key of its list."""
    named = _Named(data=request.data)
    named.is_valid(raise_exception=True)
    action = named.validated_data["action"]
    values = _values(BODIES[action], request)
    if action == PREREGISTER.name:
        return _preregister(values, acting(request).acting)
    programme = values["programme"]
    if not list_rows(action, programme):
        label = Programme(programme).label
        raise ValidationError({"programme": f"{label} không có việc “{LABELS[action]}”."})
    return _decide(request, action, programme, values["year"], values)


def _act_on(request: Request, pk: int, action: str) -> str:
    found = list_or_404(acting(request), pk)
    if action not in BODIES_ON_LIST or not list_rows(action, found.programme):
        raise Http404(action)
    values = _values(BODIES_ON_LIST[action], request)
    return _decide(request, action, found.programme, found.year, values, found)


def _values(body: type[ListBody], request: Request) -> dict[str, Any]:
    given = body(data=request.data)
    given.is_valid(raise_exception=True)
    values: dict[str, Any] = given.validated_data
    return values


def _decide(
    request: Request,
    action: str,
    programme: str,
    year: int,
    values: Mapping[str, Any],
    on: ListAct | None = None,
) -> str:
    """The act on the lines that the body names, or on those that wait; the key of its list."""
    by = acting(request).acting
    row, waiting = waiting_for(action, programme, year, by)
    items = values.get("items")
    if items is None:
        files = _waiting_lines(row, waiting, on)
        lines = [Line(file, expected_state=file.state) for file in files]
    else:
        files = _named(items, waiting, by, programme, year, on)
        lines = [
            Line(
                file,
                verdict=item.get("verdict"),
                amount=item.get("amount"),
                reason=item.get("reason", ""),
                expected_state=item.get("expected_state"),
            )
            for item, file in zip(items, files, strict=True)
        ]
    answers_this = on is not None and on.action == ANSWERED.get(action)
    try:
        done = act_on_list(
            action,
            lines,
            by=by,
            paper=paper_of(values, by) if row.paper else None,
            comment=values.get("comment", ""),
            on=values.get("effective_on"),
            registration_round=_round(values, files) if action == "register" else None,
            answers=on if answers_this else answered(action, files),
            texts=values.get("texts"),
        )
    except LinesRefused as refusal:
        if items is None:
            raise
        raise ValidationError({"items": _blamed(refusal, files)}) from refusal
    return str(done.pk)


def _waiting_lines(row: Action, waiting: list[ProjectYear], on: ListAct | None) -> list[ProjectYear]:
    """Files of a body without items: those of the list that wait for the act. Raises Stale when there are none any
    more, Refused when it is not plain which list is meant."""
    if on is None and row.name in ANSWERED:
        keys = lists_waiting(row.name, waiting)
        if len(keys) > 1:
            raise Refused(
                f"Có {len(keys)} danh mục đang chờ việc “{row.label}”: {', '.join(map(str, keys))}. "
                "Hãy ghi items, hoặc gọi /lists/{id}/actions/" + row.name + "/ cho từng danh mục."
            )
        on = ListAct.objects.get(pk=keys[0]) if keys else None
        waiting = [] if on is None else waiting
    files = waiting if on is None else standing_on(on, waiting)
    if not files:
        raise Stale(f"Không có hồ sơ nào đang chờ việc “{row.label}”. Chưa có dòng nào được ghi.")
    return files


def _by_name(files: Iterable[ProjectYear]) -> dict[str, ProjectYear]:
    """The files of one plan year by what an item may call them: the project's code, or the address of the year."""
    return {name: file for file in files for name in (file.project.code, file.address)}


def _named(
    items: list[dict[str, Any]],
    waiting: list[ProjectYear],
    by: Position,
    programme: str,
    year: int,
    on: ListAct | None,
) -> list[ProjectYear]:
    """The file of each item. One that waits no longer is found too: the service says why it cannot be. Raises
    ValidationError for codes that are not there, not on the list, or there twice."""
    files = _by_name(waiting)
    codes = [item["project"] for item in items]
    others = files_visible_to(by).filter(project__programme=programme, year=year)
    unknown = set(codes) - set(files)
    files |= _by_name(others.filter(reduce(or_, map(at_address, unknown)))) if unknown else {}
    on_it = None if on is None else set(on.lines.values_list("project_year", flat=True))
    errors = {}
    for place, code in enumerate(codes):
        if code not in files:
            errors[place] = f"Không tìm thấy hồ sơ {code} trong chương trình và năm của danh mục."
        elif on_it is not None and files[code].pk not in on_it:
            errors[place] = f"{code} không có trong danh mục này."
        elif code in codes[:place]:
            errors[place] = f"{code} đã có ở dòng trên."
    if errors:
        raise ValidationError(
            {"items": {str(place): {"project": sentence} for place, sentence in errors.items()}}
        )
    return [files[code] for code in codes]


def _blamed(refusal: LinesRefused, files: list[ProjectYear]) -> dict[str, list[ErrorDetail]]:
    """The sentences of the lines at fault, by their place in the body."""
    code = "needs_reason" if isinstance(refusal, NeedsReason) else "refused"
    return {
        str(place): [ErrorDetail(sentence, code=code) for sentence in refusal.by_file[file.pk]]
        for place, file in enumerate(files)
        if file.pk in refusal.by_file
    }


# -- registration ------------------------------------------------------------------------------------


def _round(values: Mapping[str, Any], files: list[ProjectYear]) -> RegistrationRound | None:
    """The round that a registration belongs to: the one named, null for none, otherwise that of its files."""
    key = values["round"] if "round" in values else next((file.round_id for file in files), None)
    return None if key is None else _find_round(key)


def _find_round(key: int) -> RegistrationRound:
    """A national round. Raises ValidationError with those that are there."""
    rounds = RegistrationRound.objects.filter(programme=Programme.NATIONAL, tenant__isnull=True)
    found = rounds.filter(pk=key).first()
    if found is None:
        known = "; ".join(f"{each.pk}: {each}" for each in rounds.order_by("-year", "-pk")[:10])
        raise ValidationError({"round": f"Không có đợt này. Các đợt của chương trình quốc gia: {known}."})
    return found


def _preregister(values: Mapping[str, Any], by: Position) -> str:
    """The department's report of registration; its key."""
    if not may_preregister(by):
        holders = " hoặc ".join(who.label for who in PREREGISTER.who)
        raise Forbidden(f"Việc “{PREREGISTER.label}” thuộc thẩm quyền của {holders}.")
    registration_round = _find_round(values["round"])
    codes = {item["project"] for item in values["items"] if item.get("project")}
    files = files_to_name(registration_round, by).filter(project__code__in=codes)
    known = {file.project.code: file for file in files}
    errors = {
        str(place): {"project": f"Không tìm thấy hồ sơ {item['project']} trong năm của đợt."}
        for place, item in enumerate(values["items"])
        if item.get("project") and item["project"] not in known
    }
    if errors:
        raise ValidationError({"items": errors})
    centre = centre_of(by.organisation)
    report = preregister(
        registration_round,
        [
            IntendedProject(
                title=item["title"],
                kind=item.get("kind", ProjectKind.PROJECT),
                nature=item.get("nature", Nature.ORDINARY),
                implementer=centre,
                asked=item["amount"],
                year=known.get(item.get("project") or ""),
            )
            for item in values["items"]
        ],
        by=by,
        paper=paper_of(values, by),
        note=values.get("comment", ""),
    )
    return f"{_REPORT}{report.pk}"
