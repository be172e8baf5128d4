"""崩坏：星穹铁道 on Miyoushe: the number of the game in the query tells it from the other games of the host."""

from hotledger.simulator.sites._miyoushe import game

SITE = game("starrail", 6)
