"""A local server that plays the ten sites over real HTTP, with lists that live and faults on demand.

`world` says what is current (pure), `sites` writes it in each site's shape, `server` speaks HTTP, `faults` misbehaves,
`recordings` serves recorded bodies in place of made ones. Nothing here is used by a collection from the real sites.
"""

from hotledger.simulator.faults import Fault, Faults
from hotledger.simulator.recordings import Recordings
from hotledger.simulator.server import Simulator
from hotledger.simulator.world import World

__all__ = ["Fault", "Faults", "Recordings", "Simulator", "World"]
