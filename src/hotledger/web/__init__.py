"""Pages, API, feeds and metrics over a ledger. An entry point: it reads, shapes and shows; every rule is in the database."""
