"""One module per simulated site, each with its `SITE`: bodies in the site's own shape. Found by scanning, but for those with `_`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from hotledger.simulator.scene import Site


@cache
def sites() -> dict[str, Site]:
    """All simulated sites by platform id, in alphabetical order."""
    modules = (importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__) if module.name[0] != "_")
    return dict(sorted((module.SITE.platform, module.SITE) for module in modules))
