"""The SQL behind the charts of trends: the queries of the documentation, of the job type and the platform that a visitor chose."""

from __future__ import annotations

from hotledger import sql

_TYPE = "WHERE job_type = 'data_collection'\n"
_EACH_PLATFORM = ("  platform.name AS platform,\n", "JOIN hot_platforms AS platform ON platform.id = days.platform_id\n")
_BY_PLATFORM, _TOGETHER = "GROUP BY 1, 2\nORDER BY 2 DESC, 1;", "GROUP BY 1\nORDER BY 1 DESC;"


def of_batches(name: str, job_type: str | None) -> str:
    """A query of batches by time; `None` for those of all job types."""
    return sql.query(name).replace(_TYPE, f"WHERE job_type = {_literal(job_type)}\n" if job_type is not None else "")


def of_readings(name: str, platform: str | None) -> str:
    """A query of readings by time, those of one platform or of all together."""
    query = sql.query(name)
    if platform is not None:
        return query.replace(_BY_PLATFORM, f"WHERE platform.name = {_literal(platform)}\n{_BY_PLATFORM}")
    for part in _EACH_PLATFORM:
        query = query.replace(part, "")
    return query.replace(_BY_PLATFORM, _TOGETHER).replace("Readings of each platform", "Readings of all platforms")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
