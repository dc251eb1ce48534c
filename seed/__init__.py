"""What a fresh installation holds: the domain's reference data, and the demo region."""
