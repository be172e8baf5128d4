"""The real ledger as the model sees it: one query over all its tables, one way to call a function, and clean tables for the next case."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb
from tests.properties.model import Seen, SeenBatch, SeenEntry, SeenLease, SeenReading

import hotledger.store.postgres  # noqa: F401  (sets how JSON is written: instants and ids as strings)

DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep" or bool(os.environ.get("HOTLEDGER_DEEP"))

CLEAN = """
DELETE FROM batch_jobs; DELETE FROM hot_readings; DELETE FROM hot_entries; DELETE FROM hot_baselines; DELETE FROM hot_platforms;
DELETE FROM hot_collectors
"""

OBSERVE = """
SELECT (SELECT jsonb_agg(job) FROM batch_jobs AS job),
       (SELECT jsonb_agg(to_jsonb(lease) || jsonb_build_object('run_out', closed_at IS NULL AND expires_at < clock_timestamp()))
          FROM hot_leases AS lease),
       (SELECT jsonb_agg(to_jsonb(reading) || jsonb_build_object('platform', platform.name, 'titles', ARRAY(
                 SELECT title FROM unnest(entries) WITH ORDINALITY AS listed (id, rank) JOIN hot_entries USING (id) ORDER BY rank)))
          FROM hot_readings AS reading JOIN hot_platforms AS platform ON platform.id = reading.platform_id),
       (SELECT jsonb_agg(to_jsonb(entry) || jsonb_build_object('platform', platform.name))
          FROM hot_entries AS entry JOIN hot_platforms AS platform ON platform.id = entry.platform_id),
       (SELECT ledger_verify() -> 'discrepancies')
"""


def statement(function: str, arguments: Mapping[str, Any]) -> tuple[sql.Composed, dict[str, Any]]:
    """The call of a function, and its values, as a store makes them."""
    named = sql.SQL(", ").join(sql.SQL("{} => {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in arguments)
    text = sql.SQL("SELECT {}({})").format(sql.Identifier("public", function), named)
    return text, {name: Jsonb(value) if _is_json(value) else value for name, value in arguments.items()}


def seen(row: tuple[Any, ...]) -> Seen:
    """The answer to `OBSERVE`. A discrepancy that `ledger_verify` finds fails here, save a lease that ran out, which is no fault."""
    jobs, leases, readings, entries, discrepancies = ([] if column is None else column for column in row)
    faults = [each for each in discrepancies if "nobody has closed the batch yet" not in each["sentence"]]
    assert faults == []
    return Seen(
        {each["id"]: _batch(each) for each in jobs},
        {each["batch_id"]: SeenLease(each["closed_at"] is None, each["run_out"], each["refused"], each["exclusive"]) for each in leases},
        {(each["batch_id"], each["platform"]): _reading(each) for each in readings},
        {(each["platform"], each["title"]): _entry(each) for each in entries},
    )


def _is_json(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, (list, tuple)) and not all(isinstance(member, str) for member in value))


def _batch(row: Mapping[str, Any]) -> SeenBatch:
    metadata = row["metadata"] or {}
    summary = metadata.get("summary", {})
    items = {name.removesuffix("_items"): count for name, count in metadata.items() if name.endswith("_items")}
    assert row["completed_at"] is None or row["started_at"] is None or row["completed_at"] >= row["started_at"]
    return SeenBatch(
        row["job_type"],
        row["status"],
        tuple(row["platforms_processed"] or ()),
        row["total_items"],
        tuple(sorted(items.items())),
        summary.get("outcome"),
        summary.get("failure"),
        row["completed_at"] is not None,
    )


def _reading(row: Mapping[str, Any]) -> SeenReading:
    heats = None if row["heats"] is None else tuple(row["heats"])
    facts = (row["status"], row["verdict"], row["items"], row["new_items"])
    return SeenReading(*facts, tuple(row["titles"]), heats, datetime.fromisoformat(row["collected_at"]))


def _entry(row: Mapping[str, Any]) -> SeenEntry:
    first, last = (datetime.fromisoformat(row[name]) for name in ("first_seen_at", "last_seen_at"))
    return SeenEntry(row["times_seen"], row["best_rank"], row["peak_heat"], first, last)
