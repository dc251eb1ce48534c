"""The shipped catalogue: dated rows with source and grade. A new limit is a new row; an old one is never edited."""

from __future__ import annotations

from standards.catalogue.cases import CASES
from standards.catalogue.hall import HALL
from standards.catalogue.supply import SUPPLY
from standards.catalogue.telephone import TELEPHONE
from standards.standard import Standard

CATALOGUE: tuple[Standard, ...] = HALL + TELEPHONE + CASES + SUPPLY
