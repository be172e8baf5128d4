"""Finds out what is wrong with the configured database, and says how to cure it.

`table` is all that can be wrong, in words. `examination` looks at everything in order; `catalogue` at what is there, `unreachable` at why
something failed, `naming` by its code and `connecting` on the way to the server. It repairs nothing itself.
"""

from hotledger.diagnosis.examination import examined
from hotledger.diagnosis.finding import Finding, preferred_language
from hotledger.diagnosis.table import Language

__all__ = ["Finding", "Language", "examined", "preferred_language"]
