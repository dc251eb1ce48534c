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
    # the filters
    HALL = "hall"
    LAST_HALL = "last_hall"
    PERIOD = "period"
    PERIOD_DAYS = "period_days"
    DAY = "day"
    STANDARD = "standard"
    CHANNEL = "channel"
    BUSINESS_TYPE = "business_type"
    # your screen's
