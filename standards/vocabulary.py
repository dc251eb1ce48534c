"""The domain's closed lists: each member has a stable value and an English label."""

from __future__ import annotations

from standards.message import Worded


class Channel(Worded):
    COUNTER = "counter", "Counter"
    TELEPHONE = "telephone", "Telephone"


class HallClass(Worded):
    A = "A", "Class A (regional centre)"
    B = "B", "Class B (county centre)"
    C = "C", "Class C (local hall)"
    D = "D", "Class D (payment or self-service hall)"


class Begun(Worded):
    """How an interaction came to be: it decides which facts it can have."""

    TICKET = "ticket", "Ticket"
    WALK_IN = "walk_in", "Without a ticket"
    TRANSFER = "transfer", "Transferred here"
    ADDED = "added", "Added business"


class Outcome(Worded):
    WAITING = "waiting", "Waiting"
    CALLED = "called", "Called"
    SERVING = "serving", "Serving"
    HELD = "held", "On hold"
    COMPLETED = "completed", "Finished"
    TRANSFERRED = "transferred", "Transferred away"
    DIVERTED = "diverted", "Diverted"
    NO_SHOW = "no_show", "No-show"
    LEFT = "left", "Left"
    VOID = "void", "Void"
    TEST = "test", "Test"


OPEN = frozenset({Outcome.WAITING, Outcome.CALLED, Outcome.SERVING, Outcome.HELD})
NEVER_JUDGED = frozenset({Outcome.VOID, Outcome.TEST, Outcome.DIVERTED})


class Stage(Worded):
    """The stamps of a visit, in their order."""

    ARRIVED = "arrived_at", "Ticket taken"
    DOOR_GREETED = "door_greeted_at", "Greeted at the door"
    CALLED = "called_at", "First call"
    LAST_CALLED = "last_called_at", "Last call"
    AT_COUNTER = "at_counter_at", "At the counter"
    GREETED = "greeted_at", "Greeted"
    STARTED = "started_at", "Started"
    ENDED = "ended_at", "Finished"
    LEFT = "left_at", "Left"


class HoldKind(Worded):
    AWAY_FOR_PAPERS = "away_for_papers", "Away for papers (any counter continues)"
    PAPERS_KEPT = "papers_kept", "Papers kept (same counter continues)"
    WAITING = "waiting", "Waiting for something"
    PHONE = "phone", "Phone interruption"


class Source(Worded):
    DEVICE = "device", "Device"
    STAFF = "staff", "Staff entry"
    IMPORT = "import", "Import"
    API = "api", "Interface"
    LATE_ENTRY = "late_entry", "Late entry"


class Priority(Worded):
    ELDERLY = "elderly", "Elderly"
    DISABLED = "disabled", "Disabled"
    PREGNANT = "pregnant", "Pregnant or with an infant"
    SOLDIER = "soldier", "Soldier or veteran"
    APPOINTMENT = "appointment", "Appointment"
    RETURNING = "returning", "Back with papers"


class LeftReason(Worded):
    WAIT_TOO_LONG = "wait_too_long", "The wait was too long"
    PAPERS_MISSING = "papers_missing", "Papers were missing"
    UNSATISFIED = "unsatisfied", "Not satisfied"
    OTHER = "other", "Another reason"


class VoidReason(Worded):
    """Why a waiting ticket is void 作废; a duplicate of a known ticket is merged instead."""

    WRONG = "wrong", "Wrong ticket"
    DUPLICATE = "duplicate", "Taken twice"
    TEST = "test", "Test ticket"
    OTHER = "other", "Another reason"


class CorrectionKind(Worded):
    """By which act a stored fact was changed."""

    CORRECT = "correct", "Correct"
    UNDO = "undo", "Undo"
    MARK = "mark", "Mark for attention"
    RULE = "rule", "Settled by rule"
    HAND_OVER = "hand_over", "Hand-over"


class Role(Worded):
    CLERK = "clerk", "Counter staff"
    GUIDE = "guide", "Guide"
    SUPERVISOR = "supervisor", "Hall supervisor"
    REGIONAL_MANAGER = "regional_manager", "Regional manager"
    ADMINISTRATOR = "administrator", "Administrator"
    AUDITOR = "auditor", "Auditor"
    DISPLAY = "display", "Customers' screen"
    DEVICE = "device", "Device"


class CounterState(Worded):
    IDLE = "idle", "Idle"
    SERVING = "serving", "Serving"
    PAUSED = "paused", "Paused"
    CLOSED = "closed", "Closed"


class PauseReason(Worded):
    LUNCH = "lunch", "Lunch"
    FETCH = "fetch", "Fetching something"
    MEETING = "meeting", "Meeting"
    DEVICE = "device", "Device fault"
    HAND_OVER = "hand_over", "Hand-over"


class RestoreRule(Worded):
    """Where a no-show who came after all stands in the queue."""

    NEXT = "next", "Next to be called"
    AFTER_THREE = "after_three", "After three others"
    NEW_TICKET = "new_ticket", "With a new ticket"


class Settlement(Worded):
    """How a visit that was open at closing was settled, where that was no ordinary end."""

    AT_CLOSING = "at_closing", "Settled at closing"
    CARRIED_OVER = "carried_over", "Carried over to another day"
    BY_RULE = "by_rule", "Forgotten, settled by rule"


class DeviceKind(Worded):
    QUEUE_MACHINE = "queue_machine", "Queue machine"
    CALL_PAD = "call_pad", "Call pad"
    RATING = "rating", "Rating device"
    STATION = "station", "Counter's station"
    SCREEN = "screen", "Screen"


class EventState(Worded):
    """What became of a device's event: one that can't be applied yet waits for what it belongs to."""

    APPLIED = "applied", "Applied"
    WAITING = "waiting", "Waiting for its ticket"
    REFUSED = "refused", "Refused"


class NoticeKind(Worded):
    """What the customers' screen says beside the calls."""

    SYSTEM_FAILURE = "system_failure", "System failure"
    POWER_CUT = "power_cut", "Power cut"
    MIDDAY_DUTY = "midday_duty", "Midday duty: fewer counters"
    NOTICE = "notice", "Notice"


class DutyPost(Worded):
    """What somebody is on duty for."""

    LEAD = "lead", "Person in charge"
    DEPUTY = "deputy", "Deputy"
    COUNTER = "counter", "At a counter"
    GUIDE = "guide", "At the door"


class ExclusionReason(Worded):
    """For what a period or a visit may be taken out 剔除."""

    SYSTEM_FAILURE = "system_failure", "System failure"
    POWER_CUT = "power_cut", "Power cut"
    DRILL = "drill", "Drill"
    TEST_TICKET = "test_ticket", "Test or duplicate ticket"
    FORCE_MAJEURE = "force_majeure", "Force majeure"


class Decision(Worded):
    """What the level above said to a request."""

    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"


class ChangeKind(Worded):
    """What a dated change is about."""

    STANDARD = "standard", "Standard"
    HOURS = "hours", "Weekly opening hours"
    DAY_HOURS = "day_hours", "Opening hours of a day"
    WALKING = "walking", "Walking allowance"
    CALENDAR = "calendar", "Calendar day"
    BUSINESS_TYPE = "business_type", "Business type"


class Issuer(Worded):
    STATE_GRID = "state_grid", "State Grid"
    SOUTHERN_GRID = "southern_grid", "Southern Grid"
    LAW = "law", "Law and regulator"
    TRAINING = "training", "Training material"
    OWN = "own", "Own"


class Dimension(Worded):
    """The five service dimensions 服务五度."""

    TANGIBLES = "tangibles", "Tangibles"
    EMPATHY = "empathy", "Empathy"
    ASSURANCE = "assurance", "Assurance"
    RESPONSIVENESS = "responsiveness", "Responsiveness"
    RELIABILITY = "reliability", "Reliability"


class Characteristic(Worded):
    TECHNICAL = "technical", "Technical"
    PERSONAL = "personal", "Personal"


class Basis(Worded):
    """Where a standard's facts come from; without one there is no verdict."""

    CLOCK = "clock", "Clock"
    DEVICE = "device", "Device records"
    CUSTOMER = "customer", "Customer's rating"
    OBSERVED = "observed", "Observed"
    CASE = "case", "Case records"


class Subject(Worded):
    """What a standard judges."""

    INTERACTION = "interaction", "Interaction"
    CASE = "case", "Case"
    HALL = "hall", "Hall"
    SUPPLY = "supply", "Supply and field work"


class Measure(Worded):
    """The fact a standard looks at."""

    WAIT = "wait", "Wait"
    GREETING = "greeting", "Greeting delay"
    DOOR_GREETING = "door_greeting", "Greeting at the door"
    HANDLING = "handling", "Handling time"
    OBSERVATION = "observation", "Observation"
    RATING = "rating", "Rating"
    PROMISE = "promise", "Promised answer time"
    CONTACT = "contact", "First contact"
    DISPATCH = "dispatch", "Dispatch"
    ANSWER = "answer", "Answer"
    FOLLOW_UP = "follow_up", "Follow-up call"
    SUPPLY = "supply", "Supply and field work"


class Aggregation(Worded):
    WITHIN = "within", "Share within the limit"
    MEAN = "mean", "Mean at most the limit"
    BOOLEAN = "boolean", "Yes or no"
    DEADLINE = "deadline", "Deadline"
    COUNT = "count", "Count"


class Unit(Worded):
    MILLISECOND = "ms", "time"
    WORKING_DAY = "working_day", "working days"
    DAY = "day", "calendar days"
    ITEM = "item", "checks"
    TIMES = "times", "times"
    LEVEL = "level", "levels"
    SHARE = "share", "share"


class Calendar(Worded):
    CLOCK = "clock", "Clock"
    WORKING_DAYS = "working_days", "Working days"
    CALENDAR_DAYS = "calendar_days", "Calendar days"


class Grade(Worded):
    """How good the evidence for a number is."""

    A = "A", "Official or primary page"
    B = "B", "Secondary copy"
    C = "C", "Weak page"
    S = "S", "Training material"
    R = "R", "Recalled, not verified"
    I = "I", "Our own setting"  # noqa: E741 - the grade's own letter


class VerdictKind(Worded):
    MET = "met", "Met"
    MISSED = "missed", "Missed"
    PENDING = "pending", "Pending"
    NOT_JUDGED = "not_judged", "Not judged"
    NOT_APPLICABLE = "not_applicable", "Not applicable"
