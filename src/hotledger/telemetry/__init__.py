"""Tells other systems of each collection, where the settings ask for it: spans by OpenTelemetry, run events by OpenLineage.

Whatever happens here, a collection goes on: what can't be told is logged. Nothing is imported for what is not asked for.
"""
