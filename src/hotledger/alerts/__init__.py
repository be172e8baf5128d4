"""Alerts: what has happened in the ledger, told to people on channels of their choice.

`rules` reads `alerts.toml`, `deciding` says what goes out now (pure), `text` writes it, `sending` hands it to apprise,
`alerting` joins them.
"""
