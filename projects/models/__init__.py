"""The file and its way. Each module is one noun; read them in the order below."""

from projects.models.changes import ENDS, ChangeOutcome, ChangeRequest, ChangeType, Decider
from projects.models.drafts import CodeCounter, DoneOnce, FormDraft, ListHabits
from projects.models.establishments import CommuneKind, CounterpartStatus, Establishment, Industry, LegalForm
from projects.models.files import (
    ENDED_SHARES,
    PARTS,
    BeneficiaryShare,
    EstimateLine,
    LineKind,
    Nature,
    Project,
    ProjectKind,
    ProjectYear,
    ScheduleItem,
    ShareState,
)
from projects.models.handovers import HandOver, LateText
from projects.models.moves import FileMove
from projects.models.papers import ActivityPaper, Document, Paper, PaperKind, RequiredPaper, Stage
from projects.models.plans import GroupType, ImplementationPlan, TenderResult
from projects.models.rounds import (
    LocalProcedure,
    RegistrationReport,
    RegistrationReportLine,
    RegistrationRound,
)
from projects.models.route import Appraisal, AppraisalLevel, Event, ListAct, ListLine, Opinion, ReturnReason
from projects.models.signing import ROUTINE, Authorisation, SigningRule
from projects.models.works import (
    Acceptance,
    Contract,
    ContractItem,
    ContractKind,
    Indicator,
    Inspection,
    Output,
    ProgressReport,
    Settlement,
)

__all__ = [
    "ENDED_SHARES",
    "ENDS",
    "PARTS",
    "ROUTINE",
    "Acceptance",
    "ActivityPaper",
    "Appraisal",
    "AppraisalLevel",
    "Authorisation",
    "BeneficiaryShare",
    "ChangeOutcome",
    "ChangeRequest",
    "ChangeType",
    "CodeCounter",
    "CommuneKind",
    "Contract",
    "ContractItem",
    "ContractKind",
    "CounterpartStatus",
    "Decider",
    "Document",
    "DoneOnce",
    "Establishment",
    "EstimateLine",
    "Event",
    "FileMove",
    "FormDraft",
    "GroupType",
    "HandOver",
    "ImplementationPlan",
    "Indicator",
    "Industry",
    "Inspection",
    "LateText",
    "LegalForm",
    "LineKind",
    "ListAct",
    "ListHabits",
    "ListLine",
    "LocalProcedure",
    "Nature",
    "Opinion",
    "Output",
    "Paper",
    "PaperKind",
    "ProgressReport",
    "Project",
    "ProjectKind",
    "ProjectYear",
    "RegistrationReport",
    "RegistrationReportLine",
    "RegistrationRound",
    "RequiredPaper",
    "ReturnReason",
    "ScheduleItem",
    "Settlement",
    "ShareState",
    "SigningRule",
    "Stage",
    "TenderResult",
]
