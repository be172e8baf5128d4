"""Charts as images: lines over time and columns by label, drawn by pygal as SVG without a script, light and dark by the visitor's wish.

An image stands in a page by the macro `chart` of `charts.html`, with a text alternative; the same numbers stand in a table beneath it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from fastapi import Request, Response

from hotledger.web.plotting import Style, pygal
from hotledger.web.showing import language_of
from hotledger.web.words import said

# Named as in style.css. Lines and columns without a colour of their own take the hues in turn.
_COLOURS = {
    "good": ("#12692f", "#7fd699"), "warned": ("#b26a00", "#f0c069"), "bad": ("#9c1c14", "#ff9d95"), "unknown": ("#8b94a3", "#7d8697"),
    "hue0": ("#0b57b0", "#8ab8f5"), "hue1": ("#b3541e", "#f2a877"), "hue2": ("#12692f", "#7fd699"), "hue3": ("#7a3fb0", "#c9a3f0"),
    "hue4": ("#9c1c5a", "#f59ac4"), "hue5": ("#00707a", "#6fd3dc"), "hue6": ("#6b5a00", "#dcc75a"), "hue7": ("#535b69", "#a7afbd"),
    "ink": ("#1b1f27", "#e7eaf0"), "faint": ("#535b69", "#a7afbd"), "rule": ("#d5d9e0", "#363c47"),
    "nothing": ("transparent", "transparent"),
}  # fmt: skip
_HUES = 8
_DASHES = ("", "8 3", "2 3", "10 3 2 3")
_WIDE, _NARROW = (900, 320), (420, 300)
_PLOT, _BAR = 220, 18
_LEGEND_ROW = 20
_MOST_DOTS = 80
_SECONDS = 60
_STEPS = tuple(
    timedelta(minutes=n) for n in (1, 5, 10, 30, 60, 180, 360, 720, 1440, 2880, 7 * 1440, 14 * 1440, 30 * 1440, 91 * 1440, 365 * 1440)
)
_FONT = 'system-ui, "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", sans-serif'


_SHEET = "".join(
    f"{around[0]}svg{{{''.join(f'--{name}:{pair[shade]};' for name, pair in _COLOURS.items())}}}{around[1]}"
    for shade, around in enumerate((("", ""), ("@media (prefers-color-scheme:dark){", "}")))
)


class Look(NamedTuple):
    """How a chart is shown: its title (also its text for a screen reader), in which language, and whether for a phone."""

    title: str
    language: str = "en"
    narrow: bool = False


class Line(NamedTuple):
    """A line of a chart: aware instants with their values; `None` breaks it."""

    name: str
    points: Sequence[tuple[datetime, float | None]]
    colour: str | None = None


class Column(NamedTuple):
    """The columns of one name, a value for each label. `colour` is a name of style.css, as `good`, or `nothing`. Without a name it is not
    told in the legend."""

    name: str | None
    values: Sequence[float | None]
    colour: str | None = None


def look_of(request: Request, title: str) -> Look:
    """The look that a request asks for: `lang` and `size=narrow`."""
    return Look(title, language_of(request), request.query_params.get("size") == "narrow")


def over_time(look: Look, lines: Sequence[Line], *, ranks: bool = False, from_zero: bool = False) -> bytes:
    """Lines over one axis of times, in the zone of this machine. With `ranks` the first stands on top; `from_zero` shows the zero, too."""
    places = [(at, value) for line in lines for at, value in line.points if value is not None]
    chart = pygal.XY(**_options(look, lines), allow_interruptions=True, inverse_y_axis=ranks, **_times(look, [at for at, _ in places]))
    chart.include_x_axis = from_zero
    chart.dots_size = 2 if len(places) <= _MOST_DOTS else 0.8
    if ranks and places:
        worst = max(value for _, value in places)
        chart.range, chart.y_labels = (1, max(worst, 2)), _rank_labels(worst)
    for number, line in enumerate(lines):
        dash = _DASHES[number % len(_DASHES)]
        chart.add(_line(line.name), [(at.timestamp(), value) for at, value in line.points], stroke_style={"width": 2, "dasharray": dash})
    return _drawn(chart)


def columns(look: Look, labels: Sequence[str], groups: Sequence[Column], *, stacked: bool = False, most: float | None = None) -> bytes:
    """Columns by label, beside each other or upon each other; `most` is the top of the scale where it is known, as 100 of percentages."""
    kind = pygal.StackedBar if stacked else pygal.Bar
    named = [_line(label) for label in labels]
    every = max(1, -(-len(labels) // (6 if look.narrow else 12)))
    chart = kind(**_options(look, groups), x_labels=named, x_labels_major=named[::every], show_minor_x_labels=False)
    chart.range = (0, most) if most is not None else None
    chart.include_x_axis = True
    for group in groups:
        chart.add(_line(group.name or ""), list(group.values))
    return _drawn(chart)


def bars(look: Look, labels: Sequence[str], groups: Sequence[Column]) -> bytes:
    """Lying bars by label, from the top down, the values of the groups behind each other; it is as high as its labels need."""
    options = _options(look, groups)
    options["height"] = options["height"] - _PLOT + max(_PLOT // 4, _BAR * len(labels))
    chart = pygal.HorizontalStackedBar(**options | {"x_labels": [_line(label) for label in reversed(labels)], "y_labels_major_every": 1})
    for group in groups:
        chart.add(None if group.name is None else _line(group.name), list(reversed(group.values)))
    return _drawn(chart)


def image(request: Request, svg: bytes) -> Response:
    """A chart as an answer: told by its ETag, so that one that has not changed is not sent again."""
    tag = f'"{hashlib.sha256(svg).hexdigest()[:24]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"private, max-age={_SECONDS}",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(svg, media_type="image/svg+xml", headers=headers)


def short(value: float | None) -> str:
    """A number with few digits: 1,200,000 as 1.2M."""
    if value is None:
        return ""
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1000 if sign == 'k' else size):.4g}{sign}"
    return f"{value:,.4g}"


def _options(look: Look, series: Sequence[Line | Column]) -> dict[str, Any]:
    width, height = _NARROW if look.narrow else _WIDE
    beside = min(2 if look.narrow else 4, len(series)) or 1
    return {
        "title": _line(look.title), "width": width, "height": height, "margin": 8, "spacing": 8, "js": [], "no_prefix": True,
        "show_legend": len(series) > 1, "legend_at_bottom": True, "legend_box_size": 10,
        "legend_at_bottom_columns": beside,
        "margin_bottom": 8 + (_LEGEND_ROW if len(series) % beside else 0),  # pygal leaves no room for a last row that is not full
        "truncate_label": -1,
        "truncate_legend": 18 if look.narrow else 24, "style": _style(series),
        "css": ["file://style.css", "file://graph.css", f"inline:{_SHEET}"], "no_data_text": said("common.nothing", look.language),
        "value_formatter": short, "max_scale": 6, "min_scale": 2,
    }  # fmt: skip


def _style(series: Sequence[Line | Column]) -> Style:
    names = [each.colour or f"hue{number % _HUES}" for number, each in enumerate(series)]
    return Style(
        background="transparent", plot_background="transparent", foreground="var(--ink)", foreground_strong="var(--ink)",
        foreground_subtle="var(--rule)", guide_stroke_color="var(--rule)",
        major_guide_stroke_color="var(--rule)", guide_stroke_dasharray="none",
        major_guide_stroke_dasharray="none", opacity="1", stroke_opacity="1", transition="none", font_family=_FONT, label_font_size=12,
        major_label_font_size=12, legend_font_size=13, title_font_size=15, no_data_font_size=18, value_colors=("var(--ink)",) * len(names),
        colors=tuple(f"var(--{name})" for name in names) or ("var(--hue0)",),
    )  # fmt: skip


def _times(look: Look, instants: Sequence[datetime]) -> dict[str, Any]:
    """The axis of times: round instants, few enough to be read, each written no longer than it must be."""
    if not instants:
        return {"show_x_labels": False, "show_y_labels": False}
    first, last = min(instants).astimezone(), max(instants).astimezone()
    if first == last:
        first, last = first - timedelta(hours=1), last + timedelta(hours=1)
    most = 4 if look.narrow else 8
    step = next((step for step in _STEPS if (last - first) / step <= most), _STEPS[-1] * (1 + int((last - first) / _STEPS[-1] / most)))
    pattern = "%m-%d %H:%M" if step < timedelta(days=1) else "%m-%d" if last - first < timedelta(days=300) else "%Y-%m-%d"
    if first.date() == last.date():
        pattern = "%H:%M"
    labels = [{"value": at.timestamp(), "label": at.strftime(pattern)} for at in _round(first, last, step)]
    return {"x_labels": labels, "xrange": (first.timestamp(), last.timestamp())}


def _round(first: datetime, last: datetime, step: timedelta) -> list[datetime]:
    """The multiples of the step, counted from a midnight, between two instants."""
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    start = midnight + step * -(-(first - midnight) // step)
    return [start + step * number for number in range(int((last - start) / step) + 1)]


def _rank_labels(worst: float) -> list[int]:
    step = max(1, round(worst / 5))
    return [1, *(rank for rank in range(step, int(worst) + 1, step) if rank > 1)]


def _line(text: str) -> str:
    """Text that XML can hold."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _drawn(chart: Any) -> bytes:
    chart.add_xml_filter(_plain)
    return bytes(chart.render())


def _plain(root: Any) -> Any:
    """The picture alone: without the script, the remarks (one is of today's date) and the data of that script."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag in {"script", "desc"}:
                parent.remove(child)
    del root.attrib["id"]
    root.set("role", "img")
    return root
