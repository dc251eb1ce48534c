"""The writes: every command is authorised, validated, audited, and harmless when repeated."""
