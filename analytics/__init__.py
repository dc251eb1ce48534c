"""The reading side: figures from the stored visits, as small frozen answers, each with its n and its interval."""
