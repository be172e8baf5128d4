"""How much one client may do: a bucket of tokens for each, in memory, which fills again with time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

_MOST_CLIENTS = 4096
_NETWORK_BITS = 64


class Buckets:
    """A bucket for each client, which holds `size` tokens and gets `a_second` of them back. Nobody is held up when `a_second` is 0."""

    def __init__(self, size: float, a_second: float, now: Callable[[], float]) -> None:
        self._size, self._a_second, self._now = size, a_second, now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> float:
        """Take a token of the client's: 0 when there was one, else in how many seconds there will be."""
        if not self._a_second:
            return 0
        left = self._filled(client)
        granted = left >= 1
        self._keep(client, left - 1 if granted else left)
        return 0 if granted else (1 - left) / self._a_second

    def give_back(self, client: str) -> None:
        """Put the token back that was taken last."""
        if self._a_second:
            self._keep(client, min(self._size, self._filled(client) + 1))

    def _filled(self, client: str) -> float:
        left, at = self._left.get(_neighbourhood(client), (self._size, self._now()))
        return min(self._size, left + max(0.0, self._now() - at) * self._a_second)

    def _keep(self, client: str, left: float) -> None:
        name = _neighbourhood(client)
        self._left[name] = (left, self._now())
        self._left.move_to_end(name)
        while len(self._left) > _MOST_CLIENTS:
            self._left.popitem(last=False)


def _neighbourhood(client: str) -> str:
    """The address that counts as one client: of IPv6 the network, since a single machine has all of its addresses."""
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(int(address) >> _NETWORK_BITS)
    return str(address)
