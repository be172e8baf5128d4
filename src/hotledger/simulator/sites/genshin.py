"""原神 on Miyoushe: the number of the game in the query tells it from the other games of the host."""

from hotledger.simulator.sites._miyoushe import game

SITE = game("genshin", 2)
