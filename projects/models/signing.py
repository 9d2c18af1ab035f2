"""By which right somebody other than the head signs: standing assignments (KT., TL.) and authorisations (TUQ.).

Reference data that the operator keeps, each row with the paper on which it rests (positions.md §6.3, Decree 30/2020
article 13). What was signed keeps its own lines (``Paper.signed_as``); rows here are ended, never rewritten.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Dated, Organisation, Position
from budgets.models import ActivityGroup, Programme, Sourced
from projects.models.papers import PaperKind
from projects.states import State


class OrderedAct(Dated, Sourced):
    """What may be signed by order (TL.) at all, from a day to a day: an act that decides nothing, by a unit inside the
    body; with ``above``, papers of a kind that a body signs in the name of the body above it (positions.md §6.2, §6.3).

    No text was read that says which (Decree 30/2020 article 13 from memory), so the operator keeps it. ``action`` "" is
    every act that rests on such a paper, ``state`` "" every state of the file. Who really signs, a SigningRule says."""

    action = models.CharField(
        "việc", max_length=32, blank=True, help_text="Để trống: mọi việc theo loại văn bản này."
    )
    state = models.CharField(
        "khi hồ sơ ở", max_length=24, choices=State.choices, blank=True, help_text="Để trống: mọi trạng thái."
    )
    paper = models.CharField("loại văn bản", max_length=12, choices=PaperKind.choices)
    above = models.BooleanField(
        "thừa lệnh cơ quan cấp trên",
        default=False,
        help_text="Có: cơ quan cấp dưới ký thừa lệnh cơ quan cấp trên. Không: đơn vị trong cơ quan ký thừa lệnh người "
        "đứng đầu cơ quan mình, khi đó phải chọn việc.",
    )

    class Meta(Dated.Meta):
        verbose_name = "việc, văn bản được ký thừa lệnh (TL.)"
        verbose_name_plural = "việc, văn bản được ký thừa lệnh (TL.)"
        ordering = ("above", "action", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="projects_orderedact_unit_signs_an_act", condition=Q(above=True) | ~Q(action="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action or 'mọi việc'}, {self.get_paper_display()}"


class SigningRule(Dated):
    """A deputy signs for his head in a field (KT.), a unit by the head's order (TL.), from a day to a day.

    ``programme`` "" and no ``activity_group`` mean every field, no ``papers`` every paper and what needs none. Several
    rows add up. ``in_name_of``: TL. for the body above, such as the agency for the minister; else for the own head."""

    class Manner(models.TextChoices):
        DEPUTY = "KT", "KT. (ký thay người đứng đầu)"
        ORDER = "TL", "TL. (thừa lệnh)"

    manner = models.CharField("cách ký", max_length=3, choices=Manner.choices, default=Manner.DEPUTY)
    position = models.ForeignKey(
        Position, models.PROTECT, related_name="signing_rules", verbose_name="chức vụ được ký"
    )
    in_name_of = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="thừa lệnh người đứng đầu cơ quan cấp trên",
        help_text="Chỉ với TL., ví dụ Cục trưởng thừa lệnh Bộ trưởng; để trống: người đứng đầu cơ quan mình.",
    )
    programme = models.CharField(
        "chương trình", max_length=8, choices=Programme.choices, blank=True, help_text="Để trống: cả hai."
    )
    activity_group = models.ForeignKey(
        ActivityGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lĩnh vực (nhóm hoạt động)",
        help_text="Để trống: mọi lĩnh vực. Nhiều lĩnh vực: mỗi lĩnh vực một dòng.",
    )
    papers = models.JSONField("loại văn bản", default=list, blank=True)
    number = models.CharField("văn bản phân công: số, ký hiệu", max_length=60)
    dated = models.DateField("ngày văn bản")

    class Meta(Dated.Meta):
        verbose_name = "phân công ký (KT., TL.)"
        verbose_name_plural = "phân công ký (KT., TL.)"
        ordering = ("position", "valid_from", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="projects_signingrule_order_names_papers", condition=~Q(manner="TL") | ~Q(papers=[])
            ),
            models.CheckConstraint(
                name="projects_signingrule_deputy_of_own_head",
                condition=Q(manner="TL") | Q(in_name_of__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manner} {self.position}"

    def covers(self, programme: str, group: int | None, kind: str) -> bool:
        """Whether the rule holds for a paper of ``kind`` ("": an act without paper) on a file of that programme and
        group of activities; ``group`` None: a paper of all groups."""
        return (
            self.programme in {"", programme}
            and self.activity_group_id in {None, group}
            and (not self.papers or kind in self.papers)
        )


class Authorisation(Dated):
    """The head of a body gives acts of his to the head of a body under it, in writing (TUQ.), for a time.

    Nobody passes it on: the database refuses a second one for the same acts, and deputies do not sign by it. The paper
    that is signed is the authorising body's."""

    authoriser = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="cơ quan ủy quyền"
    )
    authorised = models.ForeignKey(
        Organisation, models.PROTECT, related_name="authorisations", verbose_name="cơ quan được ủy quyền"
    )
    actions = models.JSONField("việc được ủy quyền", default=list)
    programme = models.CharField(
        "chương trình", max_length=8, choices=Programme.choices, blank=True, help_text="Để trống: cả hai."
    )
    number = models.CharField("văn bản ủy quyền: số, ký hiệu", max_length=60)
    dated = models.DateField("ngày văn bản")

    class Meta(Dated.Meta):
        verbose_name = "ủy quyền ký (TUQ.)"
        verbose_name_plural = "ủy quyền ký (TUQ.)"
        ordering = ("authoriser", "valid_from", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                name="projects_authorisation_in_time", condition=Q(valid_to__isnull=False)
            ),
            models.CheckConstraint(name="projects_authorisation_for_acts", condition=~Q(actions=[])),
            models.CheckConstraint(
                name="projects_authorisation_to_another", condition=~Q(authoriser=models.F("authorised"))
            ),
            models.UniqueConstraint(
                name="projects_authorisation_paper", fields=["authoriser", "authorised", "number", "dated"]
            ),
        ]

    def __str__(self) -> str:
        return f"TUQ. theo văn bản số {self.number} ngày {self.dated:%d/%m/%Y}"

    def covers(self, action: str, programme: str) -> bool:
        """Whether the act on a file of ``programme`` is given."""
        return action in self.actions and self.programme in {"", programme}
