"""Who acts or reads, and the one check of right and scope."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session, select

from models.machines import Device
from models.organisation import Account, Branch, Region, RoleGrant
from models.settings import duties_apart
from standards.message import Message, Worded, message
from standards.vocabulary import Role

EVERYWHERE = "*"
COMMAND_LINE, BY_ITSELF = "command line", "application"
"""From where commands come that nobody gives at a screen."""


class Right(Worded):
    """What a role may do in its scope."""

    READ_HALL = "read_hall", "See a hall's figures and board"
    READ_STAFF = "read_staff", "See results by person"
    STAMP = "stamp", "Serve at a counter"
    GUIDE = "guide", "Give tickets and keep the queue"
    CORRECT = "correct", "Correct stored facts"
    IMPORT = "import", "Import files"
    SET_UP = "set_up", "Set up halls, people and standards"
    RUN_HALL = "run_hall", "Open, run and close the hall"
    APPROVE = "approve", "Approve what a hall asks for"
    DISPLAY = "display", "Show calls and ask for ratings"
    FEED = "feed", "Send a device's events"
    ACCOUNTS = "accounts", "Manage accounts and give roles"
    DEVICES = "devices", "Pair stations and screens, and set PINs"
    READ_AUDIT = "read_audit", "Read the audit trail"
    OPERATE = "operate", "Keep the installation: backups, settings, retention"
    PERSONAL = "personal", "See and export personal data"
    ERASE = "erase", "Erase a person"
    READ_OWN = "read_own", "See their own results"


_OF_ROLE: dict[Role, frozenset[Right]] = {
    Role.CLERK: frozenset({Right.READ_HALL, Right.STAMP, Right.CORRECT, Right.READ_OWN}),
    Role.GUIDE: frozenset({Right.READ_HALL, Right.GUIDE, Right.READ_OWN}),
    Role.SUPERVISOR: frozenset(
        {
            Right.READ_HALL,
            Right.READ_STAFF,
            Right.STAMP,
            Right.GUIDE,
            Right.CORRECT,
            Right.IMPORT,
            Right.RUN_HALL,
            Right.DISPLAY,
            Right.DEVICES,
            Right.PERSONAL,
            Right.READ_OWN,
        }
    ),
    Role.REGIONAL_MANAGER: frozenset({Right.READ_HALL, Right.READ_STAFF, Right.APPROVE, Right.PERSONAL}),
    Role.ADMINISTRATOR: frozenset(
        {
            Right.READ_HALL,
            Right.IMPORT,
            Right.SET_UP,
            Right.ACCOUNTS,
            Right.DEVICES,
            Right.OPERATE,
            Right.READ_AUDIT,
            Right.ERASE,
        }
    ),
    Role.AUDITOR: frozenset({Right.READ_HALL, Right.READ_STAFF, Right.READ_AUDIT, Right.PERSONAL}),
    Role.DISPLAY: frozenset({Right.DISPLAY}),
    Role.DEVICE: frozenset({Right.FEED}),
}


class NotAllowed(Exception):
    """The actor has no such right there; `message` says so in words."""

    def __init__(self, said: Message) -> None:
        super().__init__(str(said))
        self.message = said


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and the halls it holds for (None: every hall); `scope` is what it was given for, a region's code too."""

    role: Role
    branch_ids: frozenset[str] | None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """An account with its grants resolved to halls; hashable, so that answers can be kept for it.

    `origin` (an address, a station, the command line) goes into the trail; `session_id` names the open session, which
    is looked at again before every write. Neither makes two actors different. `separated` says that who gives roles
    may not read the trail.
    """

    account_id: str
    name: str
    grants: tuple[Grant, ...]
    branch_id: str | None = None
    staff_id: str | None = None
    all_rights: bool = False
    separated: bool = False
    origin: str = field(default="", compare=False)
    session_id: str | None = field(default=None, compare=False)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def roles_everywhere(self) -> frozenset[Role]:
        """The roles held for the whole installation."""
        return frozenset(grant.role for grant in self.grants if grant.branch_ids is None)

    def may(self, right: Right, branch_id: str | None = None) -> bool:
        """Whether the actor has a right in a hall, or (None) everywhere."""
        return self.all_rights or any(
            right in rights_of(grant.role, separated=self.separated)
            and (grant.branch_ids is None or (branch_id is not None and branch_id in grant.branch_ids))
            for grant in self.grants
        )

    def require(self, right: Right, branch_id: str | None = None) -> None:
        """Raise NotAllowed unless the actor may."""
        if not self.may(right, branch_id):
            raise NotAllowed(message("You may not do this here: {right}.", right=right))

    def require_somewhere(self, *rights: Right) -> None:
        """Raise NotAllowed unless the actor has one of the rights in some hall: for what all halls share."""
        if not self.all_rights and not any(
            right in rights_of(grant.role, separated=self.separated) and grant.branch_ids != frozenset()
            for grant in self.grants
            for right in rights
        ):
            raise NotAllowed(message("You may not do this here: {right}.", right=rights[0]))

    def halls(self, right: Right, among: frozenset[str]) -> frozenset[str]:
        """The halls among these where the actor has a right."""
        return frozenset(branch_id for branch_id in among if self.may(right, branch_id))


def rights_of(role: Role, *, separated: bool = False) -> frozenset[Right]:
    """What a role may do; `separated` keeps giving roles and auditing apart."""
    rights = _OF_ROLE[role]
    return rights - {Right.READ_AUDIT} if separated and Right.ACCOUNTS in rights else rights


def machine_actor(user: str, origin: str = COMMAND_LINE) -> Actor:
    """The operating-system user at the machine, or what the application does by itself: all rights, audited as such."""
    return Actor(account_id=f"os:{user}", name=f"os:{user}", grants=(), all_rights=True, origin=origin)


def device_actor(device: Device) -> Actor:
    """A hall's machine: it may send its events there, and nothing else."""
    name = f"device:{device.id}"
    return Actor(name, name, (Grant(Role.DEVICE, frozenset({device.branch_id})),), device.branch_id, origin=name)


def actor_of(session: Session, account: Account) -> Actor:
    """An account's actor, its scopes resolved to halls."""
    granted = session.exec(select(RoleGrant).where(RoleGrant.account_id == account.id)).all()
    grants = tuple(
        Grant(grant.role, _halls_of(session, grant.scope), grant.scope)
        for grant in sorted(granted, key=lambda grant: (list(Role).index(grant.role), grant.scope))
    )
    apart = duties_apart(session)
    return Actor(str(account.id), account.name, grants, account.branch_id, account.staff_id, separated=apart)


def _halls_of(session: Session, scope: str) -> frozenset[str] | None:
    if scope == EVERYWHERE:
        return None
    if session.get(Branch, scope) is not None:
        return frozenset({scope})
    inside = {scope}
    children = session.exec(select(Region.id, Region.parent_id)).all()
    while grown := {region for region, parent in children if parent in inside} - inside:
        inside |= grown
    return frozenset(session.exec(select(Branch.id).where(Branch.region_id.in_(inside))).all())  # type: ignore[union-attr]
