"""A Supabase project on this machine, to test on and to try out: our PostgreSQL with Supabase's roles and default privileges, the real
PostgREST, and a small gateway that does with paths and keys what Supabase's does.

`roles.sql` makes the roles, `keys` mints and reads the keys, `postgrest` finds and runs the program, `gateway` stands in front of it,
`stack` joins them. Nothing else of Supabase is here: no sign-in, storage, functions or dashboard. `make supabase-local` starts it.
"""

from __future__ import annotations

from hotledger.supabase_local.stack import LocalSupabase

__all__ = ["LocalSupabase"]
