"""The names of those who work in a hall, for whoever works there or answers for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.actor import Actor, Right
from models.tables import Account, Staff

MAY_NAME = (Right.READ_STAFF, Right.STAMP, Right.GUIDE, Right.RUN_HALL)


@dataclass(frozen=True, slots=True)
class Names:
    """Chinese and English names by staff number and by account; empty for whoever may not know them."""

    staff: tuple[tuple[str, tuple[str, str]], ...]
    accounts: tuple[tuple[str, tuple[str, str]], ...]
    serving: tuple[str, ...]

    def of_staff(self, staff_id: str | None) -> tuple[str, str]:
        """Both names of a member of the staff; the number where no name may be said."""
        return dict(self.staff).get(staff_id or "", (staff_id or "", staff_id or ""))

    def of_account(self, name: str | None) -> tuple[str, str]:
        """Both names of an account; empty where none may be said."""
        return dict(self.accounts).get(name or "", ("", ""))


def names(session: Session, actor: Actor, branch_id: str) -> Names:
    """The names of the hall's staff and of the accounts; `serving` are the staff numbers still in service."""
    actor.require(Right.READ_HALL, branch_id)
    if not any(actor.may(right, branch_id) for right in MAY_NAME):
        return Names((), (), ())
    staff = session.exec(select(Staff).where(Staff.branch_id == branch_id).order_by(col(Staff.id))).all()
    accounts = session.exec(select(Account.name, Account.display_name, Account.display_name_en)).all()
    return Names(
        staff=tuple((row.id, (row.name, row.name_en)) for row in staff),
        accounts=tuple((name, (said or name, said_en or said or name)) for name, said, said_en in accounts),
        serving=tuple(row.id for row in staff if row.active),
    )
