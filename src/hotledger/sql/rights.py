"""What `rights.sql` and `public_read.sql` grant, as a table: for the documentation and the tests, which prove it right by right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from hotledger.sql import functions

Verb = Literal["SELECT", "INSERT", "UPDATE", "DELETE"]

VERBS: tuple[Verb, ...] = ("SELECT", "INSERT", "UPDATE", "DELETE")
ROLES = ("service_role", "authenticated", "anon")
SERVICE_ROLE = "service_role"

# What the functions do to each table, which run with the rights of their caller. No role may do more than the service role.
SERVICE: Mapping[str, tuple[Verb, ...]] = {
    "batch_jobs": VERBS,
    "hot_platforms": VERBS,
    "hot_entries": VERBS,
    "hot_readings": VERBS,
    "hot_leases": ("SELECT", "INSERT", "UPDATE"),
    "hot_collectors": ("SELECT", "INSERT", "UPDATE"),
    "hot_baselines": ("SELECT", "INSERT", "UPDATE"),
    "hot_incidents": VERBS,
    "hot_days": VERBS,
    "hot_states": VERBS,
    "hot_acknowledgements": ("SELECT", "INSERT"),
    "hot_alerts": VERBS,
    "hot_alert_channels": ("SELECT", "INSERT", "UPDATE"),
    "hot_migrations": ("SELECT",),
    "hot_items": ("SELECT",),
    "hot_batches": ("SELECT",),
}
VIEWS = ("hot_items", "hot_batches")
TRIGGERS = ("batch_jobs_ended", "batch_jobs_guard")  # nobody calls these
FOR_EVERYBODY = ("collector_call",)
FOR_READERS = ("hot_link",)
BY_COLLECTORS = ("batch_open", "batch_record", "batch_close", "batch_beat")


def may_use(role: str, relation: str, verb: Verb, *, public_read: bool = False) -> bool:
    """Whether a role may do this to a table or view."""
    if role == SERVICE_ROLE:
        return verb in SERVICE[relation]
    return public_read and relation in VIEWS and verb == "SELECT"


def may_call(role: str, function: str, *, public_read: bool = False) -> bool:
    """Whether a role may call a function of ours by itself."""
    return role == SERVICE_ROLE or function in FOR_EVERYBODY or (public_read and function in FOR_READERS)


def may_call_by_token(function: str) -> bool:
    """Whether a function can be called through `collector_call`, with a collector's token and any role."""
    return function in BY_COLLECTORS


def relations() -> tuple[str, ...]:
    """All tables and views, in the order in which they are shown."""
    return tuple(SERVICE)


def callable_functions() -> tuple[str, ...]:
    """All functions that can be called at all: those of triggers can't."""
    return tuple(name for name in functions() if name not in {"batch_jobs_ended", "batch_jobs_guard"})
