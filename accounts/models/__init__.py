"""Who exists: provinces over time, tenants, organisations and their names, people and the positions they hold.

Everything here is reference data that all positions read; the operator keeps it. Dates are inclusive on both
ends; an open end is null. ``FIRST_DAY`` stands where a beginning lies before the programme's own law.
"""

from accounts.models.bodies import (
    IMPLEMENTING_KINDS,
    PROVINCIAL_KINDS,
    UNIT_KINDS,
    BudgetUnit,
    Consortium,
    ConsortiumProvince,
    Organisation,
    OrganisationKind,
    OrganisationName,
)
from accounts.models.dated import FIRST_DAY, Dated, Holiday, folded, valid_on
from accounts.models.people import (
    HEAD_OF,
    HEADS,
    UNIT_WRITERS,
    Capacity,
    Position,
    PositionKind,
    Secret,
    Token,
    User,
    UserManager,
)
from accounts.models.places import Province, ProvinceName, ProvinceRegion, Region, Tenant, UnitType
from accounts.models.walled import Walled, WalledHeader
from accounts.second_factor.models import FactorEvent, Passkey, RecoveryCode, Totp

__all__ = [
    "FIRST_DAY",
    "HEADS",
    "HEAD_OF",
    "IMPLEMENTING_KINDS",
    "PROVINCIAL_KINDS",
    "UNIT_KINDS",
    "UNIT_WRITERS",
    "BudgetUnit",
    "Capacity",
    "Consortium",
    "ConsortiumProvince",
    "Dated",
    "FactorEvent",
    "Holiday",
    "Organisation",
    "OrganisationKind",
    "OrganisationName",
    "Passkey",
    "Position",
    "PositionKind",
    "Province",
    "ProvinceName",
    "ProvinceRegion",
    "RecoveryCode",
    "Region",
    "Secret",
    "Tenant",
    "Token",
    "Totp",
    "UnitType",
    "User",
    "UserManager",
    "Walled",
    "WalledHeader",
    "folded",
    "valid_on",
]
