"""Every table, in one place to import from."""

from models.access import AccountSession, BackupRun, Credential, CredentialKind, SessionEnd, SignInWay, Throttle
from models.base import Base, new_id
from models.dirty import DIRTY_DAY
from models.hall_day import DayReport, Duty, HallDay, HallNotice, HelpCall, ShiftChange
from models.machines import Device, DeviceEvent
from models.organisation import (
    Account,
    Branch,
    BranchHours,
    BranchPulse,
    BranchWalking,
    BusinessType,
    Counter,
    CounterSpell,
    DayHours,
    Region,
    RoleGrant,
    Setting,
    Staff,
)
from models.reference import CalendarDay, ServiceStandard
from models.requests import DatedChange, Exclusion
from models.rollup_tables import ROLLUP_CHECK, ROLLUPS
from models.trail import AuditEvent, AuditHead, ImportMapping, ImportReject, ImportRun, ImportState
from models.visits import Correction, Hold, Interaction, Observation

__all__ = [
    "DIRTY_DAY",
    "ROLLUPS",
    "ROLLUP_CHECK",
    "Account",
    "AccountSession",
    "AuditEvent",
    "AuditHead",
    "BackupRun",
    "Base",
    "Branch",
    "BranchHours",
    "BranchPulse",
    "BranchWalking",
    "BusinessType",
    "CalendarDay",
    "Correction",
    "Counter",
    "CounterSpell",
    "Credential",
    "CredentialKind",
    "DatedChange",
    "DayHours",
    "DayReport",
    "Device",
    "DeviceEvent",
    "Duty",
    "Exclusion",
    "HallDay",
    "HallNotice",
    "HelpCall",
    "Hold",
    "ImportMapping",
    "ImportReject",
    "ImportRun",
    "ImportState",
    "Interaction",
    "Observation",
    "Region",
    "RoleGrant",
    "ServiceStandard",
    "SessionEnd",
    "Setting",
    "ShiftChange",
    "SignInWay",
    "Staff",
    "Throttle",
    "new_id",
]
