"""Who is on duty on a day of a demo hall: in charge, deputy, at the counters, at the door."""

from __future__ import annotations

from actions.duty import DutyLine
from seed.demand import HallDay, epoch
from seed.region import PEOPLES_COUNTER
from seed.roster import Post, roster
from standards.vocabulary import DutyPost

DAYTIME = (480, 1050)


def duties(day: HallDay, for_people: bool = True) -> tuple[DutyLine, ...]:
    """The roster of a day, nobody on a day that the hall is closed; minutes after local midnight.

    The demo clerk is always on it; on a day `for_people` the others have their posts beside the people's counter.
    """
    if not day.intervals:
        return ()
    posts = roster(day, False).posts
    if for_people:
        posts = (*(post for post in posts if post.counter == PEOPLES_COUNTER), *roster(day, True).posts)
    plan = day.plan
    opens, closes = DAYTIME if day.never_closes else _minutes(day, day.intervals[0][0], day.intervals[-1][1])
    return (
        DutyLine(plan.supervisor_id, DutyPost.LEAD, None, opens, closes),
        DutyLine(_deputy(day, posts), DutyPost.DEPUTY, None, opens, closes),
        *(_at_counter(day, counter, staff_id, posts) for counter, staff_id in _places(posts)),
        DutyLine(plan.guide_id, DutyPost.GUIDE, None, opens, closes),
    )


def _minutes(day: HallDay, begins: float, ends: float) -> tuple[int, int]:
    midnight = epoch(day.day)
    return int((begins - midnight) // 60), int((ends - midnight) // 60)


def _places(posts: tuple[Post, ...]) -> list[tuple[int, str]]:
    return sorted({(post.counter, post.staff_id) for post in posts})


def _at_counter(day: HallDay, counter: int, staff_id: str, posts: tuple[Post, ...]) -> DutyLine:
    """One line a person, from the first to the last of their posts there."""
    mine = [post for post in posts if (post.counter, post.staff_id) == (counter, staff_id)]
    begins, ends = _minutes(day, min(post.begins for post in mine), max(post.ends for post in mine))
    return DutyLine(staff_id, DutyPost.COUNTER, counter, begins, ends)


def _deputy(day: HallDay, posts: tuple[Post, ...]) -> str:
    """A colleague who stands at no counter that day, where there is one."""
    at_counters = {post.staff_id for post in posts}
    others = day.plan.staff_ids[1:]
    return next((staff_id for staff_id in reversed(others) if staff_id not in at_counters), others[-1])
