"""Informational interviews as a pure domain library."""
