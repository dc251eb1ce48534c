"""The demo region in the database: its regions, halls, counters, people and accounts, all marked as demo."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from actions.hours import set_hours
from actions.people import add_account, add_staff, grant
from actions.setup import add_branch, add_counter, add_region
from models.actor import EVERYWHERE, Actor
from seed.inspection import supervisor_account
from seed.region import PREFECTURES, PROVINCE, ZONE, HallPlan, person
from seed.roster import express
from seed.simulation import QUICK
from seed.story import Story
from standards.derive import Opening
from standards.vocabulary import Role

MANAGER, ADMINISTRATOR, AUDITOR = "demo-manager", "demo-administrator", "demo-auditor"
# Who keeps the installation or audits it sees the halls that are added later too.
_ABOVE_THE_HALLS = (
    (MANAGER, Role.REGIONAL_MANAGER, None),
    (ADMINISTRATOR, Role.ADMINISTRATOR, EVERYWHERE),
    (AUDITOR, Role.AUDITOR, EVERYWHERE),
)
_ALL_WEEK = tuple(Opening(weekday, 0, 24 * 60) for weekday in range(7))


def display_account(plan: HallPlan) -> str:
    """The account of a hall's customers' screen, which is nobody's."""
    return f"demo-display-{plan.code}"


def guide_account(plan: HallPlan) -> str:
    """The account of a hall's guide."""
    return f"demo-guide-{plan.code}"


def clerk_account(plan: HallPlan) -> str:
    """The account of whoever stands at the people's counter."""
    return f"demo-clerk-{plan.code}"


class Population:
    """Puts people and places in; every person of the region has a name of their own."""

    def __init__(self, session: Session, actor: Actor, story: Story, now: datetime) -> None:
        self.session, self.actor, self.story, self.now = session, actor, story, now
        self._people = 0

    def put(self, plans: tuple[HallPlan, ...]) -> None:
        """The whole region."""
        code, name, name_en = PROVINCE
        add_region(self.session, self.actor, code, name=name, name_en=name_en, now=self.now)
        for region, name, name_en in PREFECTURES:
            add_region(self.session, self.actor, region, name=name, name_en=name_en, parent_id=code, now=self.now)
        for account, role, scope in _ABOVE_THE_HALLS:
            self._account(account, role, scope or code, self._name())
        for plan in plans:
            self._hall(plan)

    def _name(self) -> tuple[str, str]:
        self._people += 1
        return person(self._people, self.story.seed)

    def _hall(self, plan: HallPlan) -> None:
        add_branch(
            self.session,
            self.actor,
            plan.code,
            zone=ZONE.key,
            name=plan.name,
            name_en=plan.name_en,
            region_id=plan.region,
            hall_class=plan.hall_class,
            walking=timedelta(seconds=plan.walking_seconds),
            openings=plan.openings,
            demo=True,
            now=self.now,
        )
        if plan.round_the_clock:
            set_hours(self.session, self.actor, plan.code, _ALL_WEEK, from_on=self.story.night_from_on, now=self.now)
        for counter in range(1, plan.counters + 1):
            kinds = sorted(QUICK) if counter in express(plan) else []
            add_counter(self.session, self.actor, plan.code, counter, business_types=kinds, now=self.now)
        self._people_of(plan)

    def _people_of(self, plan: HallPlan) -> None:
        posts = (*plan.staff_ids, plan.telephone_id, plan.supervisor_id, plan.guide_id)
        names = {staff_id: self._name() for staff_id in posts}
        for staff_id, (name, name_en) in names.items():
            add_staff(
                self.session,
                self.actor,
                plan.code,
                staff_id,
                name=name,
                name_en=name_en,
                trainee=staff_id == plan.trainee_id,
                now=self.now,
            )
        lead, guide, clerk = plan.supervisor_id, plan.guide_id, plan.clerk_id
        self._account(supervisor_account(plan), Role.SUPERVISOR, plan.code, names[lead], plan.code, lead)
        self._account(display_account(plan), Role.DISPLAY, plan.code, ("客户显示屏", "Customers' screen"), plan.code)
        self._account(guide_account(plan), Role.GUIDE, plan.code, names[guide], plan.code, guide)
        self._account(clerk_account(plan), Role.CLERK, plan.code, names[clerk], plan.code, clerk)

    def _account(
        self,
        name: str,
        role: Role,
        scope: str,
        called: tuple[str, str],
        branch_id: str | None = None,
        staff_id: str | None = None,
    ) -> None:
        account = add_account(
            self.session,
            self.actor,
            name,
            display_name=called[0],
            display_name_en=called[1],
            branch_id=branch_id,
            staff_id=staff_id,
            demo=True,
            now=self.now,
        )
        grant(self.session, self.actor, account, role, scope, now=self.now)
