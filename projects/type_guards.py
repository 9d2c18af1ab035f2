"""What a type of activity asks for beyond the rest: papers with a request for money, a form of acceptance (T36 article
13.3, 15.1)."""

from __future__ import annotations

from khuyencong.lib.workflow import Step, must
from projects.models import Stage
from projects.requirements import lacking


@must("Đủ giấy tờ bắt buộc khi đề nghị tạm ứng")
def advance_papers_attached(step: Step) -> str | None:
    """What the type of activity must bring with its request (T36 article 13.3b, 15.1)."""
    return lacking("Đề nghị tạm ứng", step.subject, step.on, Stage.ADVANCE)


@must("Mẫu biên bản mà loại hoạt động yêu cầu")
def form_of_type(step: Step) -> str | None:
    """An enterprise founded is accepted on 5b, relocation on 5a (T36 article 13.3b, 15.1); the agency's own is 5c."""
    asked: str = step.subject.project.activity.advance_after_form
    form = step.details["form"]
    if not asked or form in {asked, "5c"}:
        return None
    return f"Loại hoạt động này nghiệm thu theo Mẫu {asked}, làm căn cứ tạm ứng."
