"""pygal, without the finder of plugins that its import leaves behind: older Pythons warn of that at every import that follows."""

from __future__ import annotations

import sys

import pygal
from pygal.style import Style

sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != pygal.__name__]

__all__ = ["Style", "pygal"]
