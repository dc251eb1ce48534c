"""What the hall tells its customers for a while: a failure or a power cut by one press, midday duty, a notice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from actions.press import Press, Receipt, Stamp, perform
from actions.refusal import Refused
from actions.text import a_text
from models.actor import Actor, Right
from models.tables import HallNotice, new_id
from standards.message import message
from standards.vocabulary import NoticeKind

LONGEST_WORDS = 200


def begin_notice(
    session: Session,
    actor: Actor,
    stamp: Stamp,
    kind: NoticeKind,
    *,
    words: str = "",
    words_en: str = "",
    until: datetime | None = None,
) -> Receipt:
    """Show a notice on the customers' screen from now, until it is ended or `until`.

    A failure, a power cut and midday duty stand once at a time and need no words; a notice is its words.
    """
    said, said_en = a_text(words, LONGEST_WORDS + 1), a_text(words_en, LONGEST_WORDS + 1)
    if kind is NoticeKind.NOTICE and not (said or said_en):
        raise Refused("no_words", message("Write what the notice says."))
    if max(len(said), len(said_en)) > LONGEST_WORDS:
        raise Refused("too_long", message("A notice has {most} letters at the most.", most=LONGEST_WORDS))
    if until is not None and until <= stamp.now:
        raise Refused("past", message("The end of a notice must lie ahead."))

    def work(press: Press) -> None:
        if kind is not NoticeKind.NOTICE and _standing(press, kind):
            raise Refused("standing", message("{kind}: that is shown already.", kind=kind))
        row = HallNotice(
            branch_id=stamp.branch_id,
            id=new_id(),
            kind=kind,
            words=said,
            words_en=said_en,
            from_at=stamp.now,
            until_at=until,
            by=actor.name,
        )
        press.subject = str(press.add(row).id)

    return perform(session, actor, stamp, "begin_notice", work, right=Right.GUIDE)


def end_notice(session: Session, actor: Actor, stamp: Stamp, notice_id: UUID) -> Receipt:
    """Take a notice down now; a failure's end is what its visits are marked by."""

    def work(press: Press) -> None:
        row = press.session.get(HallNotice, (stamp.branch_id, notice_id))
        if row is None:
            raise Refused("unknown_notice", message("There is no such notice in this hall."))
        if row.until_at is not None and row.until_at <= stamp.now:
            raise Refused("over", message("That notice has been taken down already."))
        press.touch(row)
        row.until_at, row.ended_by = stamp.now, actor.name
        press.subject = str(row.id)

    return perform(session, actor, stamp, "end_notice", work, right=Right.GUIDE)


def _standing(press: Press, kind: NoticeKind) -> bool:
    found = press.session.exec(
        select(HallNotice.id).where(
            HallNotice.branch_id == press.branch.id,
            col(HallNotice.kind) == kind,
            or_(col(HallNotice.until_at).is_(None), col(HallNotice.until_at) > press.now),
        )
    ).first()
    return found is not None
