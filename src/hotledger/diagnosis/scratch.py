"""The proof that a batch can be written and read: a scratch batch, which is removed again."""

from __future__ import annotations

from hotledger.errors import StoreRejected
from hotledger.ledger.ledger import Ledger

SCRATCH = "self_test"


async def write_and_read(ledger: Ledger) -> None:
    """Write, read and remove a scratch batch. Raises as the ledger does, and where it can't be read back."""
    batch_id = ""
    try:
        async with ledger.batch(SCRATCH, [f"{SCRATCH}/unit"]) as batch:
            batch_id = str(batch.id)
            async with batch.unit(f"{SCRATCH}/unit") as unit:
                unit.items = 1
        job = await ledger.job(batch_id)
        if job is None or job["total_items"] != 1:
            raise StoreRejected("A batch was written, but could not be read back.")
    finally:
        if batch_id:
            await ledger.remove_scratch(batch_id)
