"""One process at a time feeds the demo halls: a lease in the settings, which runs out by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from models.store import Store
from models.tables import Setting

NAME = "demo_feed"
TERM = timedelta(seconds=20)
RENEWED_BEFORE = timedelta(seconds=12)


class Lease:
    """The right to feed; `keep` takes or prolongs it and tells whether it is held."""

    def __init__(self, store: Store, owner: str) -> None:
        self.store, self.owner = store, owner
        self._until: datetime | None = None

    def keep(self, now: datetime) -> bool:
        """Whether this process holds the lease at `now`; writes only where the lease is near its end."""
        if self._until is not None and self._until - now > RENEWED_BEFORE:
            return True
        self._until = now + TERM if self._write(now, now + TERM) else None
        return self._until is not None

    def give_up(self, now: datetime) -> None:
        """Let another process begin at once."""
        if self._until is not None:
            self._write(now, now)
            self._until = None

    def _write(self, now: datetime, until: datetime) -> bool:
        value = f"{self.owner} {until.isoformat()}"
        try:
            with self.store.writing() as session:
                row = session.exec(select(Setting).where(Setting.name == NAME).with_for_update()).first()
                if row is None:
                    session.add(Setting(name=NAME, value=value))
                    return True
                owner, _, ends = row.value.partition(" ")
                if owner != self.owner and datetime.fromisoformat(ends) > now:
                    return False
                row.value = value
        except IntegrityError:  # another process took the first lease at the same moment
            return False
        return True
