"""Every table, in one place to import from."""

from models.base import Base, new_id
from models.organisation import (
    Account,
    Branch,
    BranchHours,
    BranchPulse,
    BusinessType,
    Counter,
    CounterSpell,
    Region,
    RoleGrant,
    Setting,
    Staff,
)
from models.reference import CalendarDay, ServiceStandard
from models.trail import AuditEvent, ImportReject, ImportRun, ImportState
from models.visits import Correction, Hold, Interaction, Observation

__all__ = [
    "Account",
    "AuditEvent",
    "Base",
    "Branch",
    "BranchHours",
    "BranchPulse",
    "BusinessType",
    "CalendarDay",
    "Correction",
    "Counter",
    "CounterSpell",
    "Hold",
    "ImportReject",
    "ImportRun",
    "ImportState",
    "Interaction",
    "Observation",
    "Region",
    "RoleGrant",
    "ServiceStandard",
    "Setting",
    "Staff",
    "new_id",
]
