"""Papers on their way today: in each province an appraisal is prepared and has come to another desk; in one the plan of
the coming year, too."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.datastructures import MultiValueDict

from accounts.models import Position
from accounts.tenancy import acting_as
from budgets.models import Programme
from khuyencong.demonstration.walk import CONTENTS, Scene
from khuyencong.lib.dates import today
from khuyencong.lib.numbers import grouped
from projects.candidates import list_rows, open_to
from projects.chain import route_of
from projects.forms.slips import prepared_form, written_in
from projects.matters import Matter
from projects.models import Slip
from projects.queries import files_visible_to
from projects.services.slips import answer_slip, present_slip
from projects.states import State

NOTE = "Kính trình Giám đốc. (Số liệu minh họa.)"


def tell_slips(scene: Scene) -> None:
    """In Thái Nguyên the division has it, in Hải Phòng the director, in Phú Thọ the clerk; there the division has the
    plan for the committee."""
    _appraisal(scene, "thai-nguyen")
    _endorsed(scene, "hai-phong")
    slip, head = _endorsed(scene, "phu-tho"), scene.who("dept.head", "phu-tho")
    with acting_as(head):
        answer_slip(slip, "sign", by=head, expected_state=None)
    _plan(scene, "phu-tho")


def _appraisal(scene: Scene, slug: str) -> Slip:
    """The appraisal of a file that the department has not appraised yet, as its officer types it."""
    by = scene.who("dept", slug)
    with acting_as(by):
        year = files_visible_to(by).filter(state=State.SUBMITTED).order_by("pk")[0]
        typed = CONTENTS | {"recommended": grouped(year.support), "opinion": "RECOMMENDED", "comment": ""}
        row = route_of(year).rows("appraise_department")[0]
        matter = Matter(row, (year,))
        form = prepared_form(matter, by, data=MultiValueDict({name: [text] for name, text in typed.items()}))
        form.full_clean()
        signer = scene.who("dept.head", slug)
        return present_slip(matter, written_in(form), by=by, signer=signer, note=NOTE)


def _plan(scene: Scene, slug: str) -> Slip:
    """The submission of the local plan of next year, every line as it was recommended."""
    by, signer = scene.who("dept", slug), scene.who("dept.head", slug)
    with acting_as(by):
        return present_list(
            "propose",
            Programme.LOCAL,
            today().year + 1,
            by=by,
            signer=signer,
            typed={"comment": "Đợt 2. (Minh họa.)"},
        )


def present_list(
    action: str, programme: str, year: int, *, by: Position, signer: Position, typed: Mapping[str, str]
) -> Slip:
    """A list act on all files that wait for it, each with the default verdict, presented for ``signer``; ``typed`` is
    said of the list as a whole."""
    files = open_to(action, programme, year, [signer])
    matter = Matter(list_rows(action, programme)[0], tuple(files), on_list=True)
    offered = {field.name: str(field.value() or "") for field in prepared_form(matter, by)}
    verdicts = {f"verdict-{file.pk}": matter.row.verdicts[0].name for file in files if matter.row.verdicts}
    posted = {**offered, **verdicts, **typed}
    form = prepared_form(matter, by, data=MultiValueDict({name: [text] for name, text in posted.items()}))
    form.full_clean()
    return present_slip(matter, written_in(form), by=by, signer=signer, note=NOTE)


def _endorsed(scene: Scene, slug: str) -> Slip:
    slip, division = _appraisal(scene, slug), scene.who("dept.division", slug)
    with acting_as(division):
        return answer_slip(slip, "endorse", by=division, expected_state=None)
