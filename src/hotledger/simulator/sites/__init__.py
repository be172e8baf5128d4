"""One module per simulated site, each with its `SITE` (or several, `SITES`): bodies in the site's own shape.

Found by scanning, but for those with `_`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from hotledger.simulator.scene import Site


@cache
def sites() -> dict[str, Site]:
    """All simulated sites by platform id, in alphabetical order."""
    modules = [importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"]
    played = [site for module in modules for site in getattr(module, "SITES", None) or (module.SITE,)]
    return dict(sorted((site.platform, site) for site in played))
