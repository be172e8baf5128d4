"""`python -m hotledger.cli` is the same as `hotledger`."""

from hotledger.cli import main

main()
