"""Texts that attack whoever reads them as something else: a statement, a template, a script, a path, a header."""

from __future__ import annotations

SCRIPT = '"><img src=x onerror=stolen()><script>stolen()</script>![y](http://evil.test/y.png)[z](javascript:stolen())'
"""What is put into every text that people or machines give, to be looked for in the pages that are drawn of it."""
STATEMENTS = (
    "' OR '1'='1",
    "'; DROP TABLE interaction; --",
    '" UNION SELECT digest FROM credential --',
    "1); DELETE FROM audit_event; --",
    "%' ESCAPE '_",
)
TEMPLATES = ("{{7*7}}", "${7*7}", "{0.__class__.__mro__}", "{place!r:>99999999}", "%(password)s", "%n%n%s")
OTHERS = (
    "../../../../etc/passwd",
    "x\r\nSet-Cookie: stolen=1",
    "\x00\x01\x1b[2J",
    "\u202egnihton\u2066",
    "=cmd|'/c calc'!A1",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "0000-00-00",
    "9999-12-31T23:59:59+23:59",
    "٣",
    "𝟙",
    "A" * 5_000,
)
ADDRESSED = "' OR 1=1; -- {{7*7}} {0!r} %s <img src=x onerror=stolen()>"
"""Short enough for an address's parameter, so that it gets as far as the questions to the database."""
HOSTILE = (SCRIPT, *STATEMENTS, *TEMPLATES, *OTHERS)
