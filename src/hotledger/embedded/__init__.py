"""Our own PostgreSQL server: made, started on first use, shared by all processes of a home, stopped by its last user.

`server` is the life cycle and the only door; `account` says whose server it is and where it lives, `binaries` finds its
programs, `cluster` makes its data, `postmaster` tells our process from a stranger's, `sockets` finds it a safe address.
What is stored in the database, and how it is asked, is `store`'s and `sql`'s.
"""
