"""hotledger collects the hot lists of many platforms into PostgreSQL, and keeps a ledger of every run."""

__version__ = "0.1.0"
