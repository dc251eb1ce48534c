"""Every key of a widget, a chart or a session value, in one place: they share one name space."""

from __future__ import annotations

from enum import StrEnum


class Key(StrEnum):
    """Add yours under your screen's line; the value is the member's own name in small letters."""

    # the reader and the frame
    ACTOR = "actor"
    ACCOUNT = "account"
    ACCOUNT_ROLE = "account_role"
    CHOSEN_LANGUAGE = "chosen_language"
    LANGUAGE = "language"
    STRIP = "strip"
    SIGNED_IN_AS = "signed_in_as"
    ACCOUNT_IS_NEW = "account_is_new"
    CONNECTION = "connection"
    CONNECTION_BANNER = "connection_banner"
    # the counter's and the guide's desk
    DESK_STOPWATCH = "desk_stopwatch"
    DESK_PRESS = "desk_press"
    DESK_INPUT = "desk_input"
    DESK_COUNTER = "desk_counter"
    DESK_SAID = "desk_said"
    DESK_TOLD = "desk_told"
    DESK_NONCE = "desk_nonce"
    DESK_PRESSED = "desk_pressed"
    DESK_PAD = "desk_pad"
    GUIDE_PRIORITY = "guide_priority"
    GUIDE_ASSISTED = "guide_assisted"
    GUIDE_AT_DOOR = "guide_at_door"
    GUIDE_INPUT = "guide_input"
    GUIDE_LAST = "guide_last"
    GUIDE_TAKE = "guide_take"
    # the filters
    HALL = "hall"
    LAST_HALL = "last_hall"
    PERIOD = "period"
    PERIOD_DAYS = "period_days"
    DAY = "day"
    STANDARD = "standard"
    CHANNEL = "channel"
    BUSINESS_TYPE = "business_type"
    # halls side by side
    HALLS_STANDARD = "halls_standard"
    HALLS_CENTRE = "halls_centre"
    HALLS_FUNNEL = "halls_funnel"
    HALLS_VALUES = "halls_values"
    HALLS_TRENDS = "halls_trends"
    HALLS_TABLE = "halls_table"
    HALLS_GAPS = "halls_gaps"
    # the catalogue of standards
    CATALOGUE_SEARCH = "catalogue_search"
    CATALOGUE_HALL = "catalogue_hall"
    CATALOGUE_STANDING = "catalogue_standing"
    CATALOGUE_DIMENSION = "catalogue_dimension"
    CATALOGUE_BASIS = "catalogue_basis"
    CATALOGUE_ISSUER = "catalogue_issuer"
    CATALOGUE_GRADE = "catalogue_grade"
    CATALOGUE_EDITION = "catalogue_edition"
    CATALOGUE_TABLE = "catalogue_table"
    # compliance
    COMPLIANCE_STANDARDS = "compliance_standards"
    COMPLIANCE_TABLE = "compliance_table"
    COMPLIANCE_GROUPS = "compliance_groups"
    COMPLIANCE_BY = "compliance_by"
    COMPLIANCE_WORST = "compliance_worst"
    COMPLIANCE_TIMES = "compliance_times"
    COMPLIANCE_PROFILE = "compliance_profile"
    COMPLIANCE_VERDICT = "compliance_verdict"
    COMPLIANCE_VISITS = "compliance_visits"
    COMPLIANCE_COUNTER = "compliance_counter"
    COMPLIANCE_STAFF = "compliance_staff"
    COMPLIANCE_HOUR = "compliance_hour"
    COMPLIANCE_WIDEN = "compliance_widen"
    # the visit
    VISIT_STAGES = "visit_stages"
    CORRECTION_FORM = "correction_form"
    CORRECTION_FILLED = "correction_filled"
    CORRECTION_PRESS = "correction_press"
    CORRECTION_ROUND = "correction_round"
    CORRECTION_ANSWER = "correction_answer"
    # the live board
    BOARD = "board"
    BOARD_ARRIVALS = "board_arrivals"
    BOARD_WAITS = "board_waits"
    # the customer's rating
    RATING_SCREEN = "rating_screen"
    RATING_COUNTER = "rating_counter"
    RATING_DONE = "rating_done"
    # your screen's
