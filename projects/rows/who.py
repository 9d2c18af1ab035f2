"""Who may hold a row of the chain (../shared/domain/chain.md §3; positions.md §6.3).

Heads and officers; deputies, units and authorised bodies stand in for them by dated rules (projects/holding.py).
"""

from __future__ import annotations

from accounts.models import OrganisationKind as Body
from accounts.models import PositionKind as Held
from khuyencong.lib.workflow import Who

HEADS_OF_UNITS = frozenset({Held.DIRECTOR, Held.HEAD, Held.DIRECTOR_GENERAL})
IMPLEMENTER_HEAD = Who("Giám đốc đơn vị thực hiện", "implementer", HEADS_OF_UNITS)
IMPLEMENTER = Who(
    "cán bộ hoặc Giám đốc đơn vị thực hiện", "implementer", frozenset({Held.OFFICER, *HEADS_OF_UNITS})
)
SENDER_HEAD = Who("Giám đốc đơn vị thực hiện", "sender", HEADS_OF_UNITS)
DRAFTER = Who("chuyên viên Cục soạn nhiệm vụ", "drafter", frozenset({Held.OFFICER}))
DEPARTMENT_OFFICER = Who("chuyên viên Sở Công Thương", Body.DEPARTMENT, frozenset({Held.OFFICER}))
DEPARTMENT_HEAD = Who("Giám đốc Sở Công Thương", Body.DEPARTMENT, frozenset({Held.DIRECTOR}))
FINANCE_HEAD = Who("Giám đốc Sở Tài chính", Body.FINANCE_DEPARTMENT, frozenset({Held.DIRECTOR}))
COMMITTEE = Who("Chủ tịch Ủy ban nhân dân tỉnh, thành phố", Body.PEOPLES_COMMITTEE, frozenset({Held.CHAIR}))
AGENCY_OFFICER = Who("chuyên viên Cục", Body.AGENCY, frozenset({Held.OFFICER}))
AGENCY_HEAD = Who("Cục trưởng", Body.AGENCY, frozenset({Held.DIRECTOR_GENERAL}))
MINISTRY = Who("Bộ trưởng Bộ Công Thương", Body.MINISTRY, frozenset({Held.MINISTER}))
IMPLEMENTER_ACCOUNTANT = Who("kế toán trưởng đơn vị thực hiện", "implementer", frozenset({Held.ACCOUNTANT}))
DEPARTMENT_ACCOUNTANT = Who("kế toán trưởng Sở Công Thương", Body.DEPARTMENT, frozenset({Held.ACCOUNTANT}))
AGENCY_ACCOUNTANT = Who("kế toán trưởng Cục", Body.AGENCY, frozenset({Held.ACCOUNTANT}))
SETTLER = Who(
    "Cục trưởng (hợp đồng); Vụ trưởng Vụ Kế hoạch, Tài chính (nhiệm vụ)",
    "settler",
    frozenset({Held.DIRECTOR_GENERAL, Held.HEAD}),
)
SETTLERS_ACCOUNTANT = Who("kế toán trưởng Cục (hợp đồng)", "settler", frozenset({Held.ACCOUNTANT}))
TASK_OFFICER = Who("chuyên viên Vụ Kế hoạch, Tài chính (nhiệm vụ)", "task_finance", frozenset({Held.OFFICER}))
VERIFIER = Who(
    "chuyên viên Sở Công Thương nơi thực hiện (hợp đồng), Vụ Kế hoạch, Tài chính (nhiệm vụ)",
    "verifier",
    frozenset({Held.OFFICER}),
)
ACCEPTOR = Who(
    "cán bộ, lãnh đạo đơn vị nghiệm thu",
    "acceptor",
    frozenset({Held.OFFICER, Held.DIRECTOR, Held.DIRECTOR_GENERAL}),
)
