"""Reads `alerts.toml`: channels, rules, quiet hours. A wrong file is one sentence; an address never leaves here but to be sent to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from hotledger.errors import SettingsError
from hotledger.ledger.telling import Event, Kind

Language = Literal["en", "zh"]
Clock = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=10_080)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
KINDS: tuple[Kind, ...] = (
    "incident_opened",
    "incident_recovered",
    "batch_failed",
    "batch_lost",
    "run_missed",
    "size_near",
    "keyword_appeared",
    "keyword_climbed",
)  # fmt: skip
_KEYWORDS = ("keyword_appeared", "keyword_climbed")
_SECRET = re.compile(r"\$\{([^}]*)\}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_PLACE = re.compile(r"(.*?)(?: - at `\$?\.?(.*)`)?", re.DOTALL)
_RULE = re.compile(r"rules\[(\d+)\]\.?")
_HELP = "docs/alerts.md shows what can stand there."


class Address:
    """Where a channel leads: an address of apprise. It prints as stars, whoever prints it; `reveal` is for the sender alone."""

    def __init__(self, address: str, secrets: tuple[str, ...] = ()) -> None:
        self._address = address
        self._secrets = secrets

    def __repr__(self) -> str:
        """The scheme and stars."""
        return f"{self._address.partition('://')[0]}://****"

    def reveal(self) -> str:
        """The address itself."""
        return self._address

    def starred(self, text: str) -> str:
        """A text in which stars stand for whatever of the address or its secrets is in it."""
        parts = {*self._secrets, self._address, *re.split(r"[/:@?&=#,;]+", self._address.partition("://")[2])}
        for part in sorted((part for part in parts if len(part) >= 4), key=len, reverse=True):
            text = text.replace(part, "****")
        return text


class Quiet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hours in which only what is urgent is told, by the clock of a zone."""

    begins: Clock = msgspec.field(name="from")
    ends: Clock = msgspec.field(name="to")
    zone: str = "UTC"

    @property
    def length(self) -> timedelta:
        """How long they last, by the clock."""
        begins, ends = (timedelta(hours=int(each[:2]), minutes=int(each[3:])) for each in (self.begins, self.ends))
        return (ends - begins) % timedelta(days=1)

    def covers(self, moment: datetime) -> bool:
        """Whether a moment lies in them."""
        clock = moment.astimezone(ZoneInfo(self.zone)).time().replace(tzinfo=None)
        begins, ends = time.fromisoformat(self.begins), time.fromisoformat(self.ends)
        return begins <= clock < ends if begins < ends else clock >= begins or clock < ends


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is told where. Filters that are empty let everything through."""

    on: tuple[Kind, ...] | Kind
    channels: tuple[Name, ...] = ()
    platforms: tuple[Name, ...] = ()
    kinds: tuple[Name, ...] = ()
    keyword: tuple[Name, ...] | Name = ()
    ranks: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 10
    percent: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 80
    urgent: bool = False
    digest_minutes: Minutes = 0
    cooldown_minutes: Minutes = 0

    @property
    def events(self) -> tuple[Kind, ...]:
        """The kinds of events."""
        return (self.on,) if isinstance(self.on, str) else self.on

    @property
    def keywords(self) -> tuple[str, ...]:
        """The words, where the rule is about titles."""
        words = (self.keyword,) if isinstance(self.keyword, str) else self.keyword
        return words if set(self.events) & set(_KEYWORDS) else ()

    @property
    def longest_wait(self) -> timedelta:
        """How long this rule can make an event wait by itself."""
        return timedelta(minutes=self.digest_minutes + self.cooldown_minutes)

    @property
    def cooldown(self) -> timedelta:
        """How long after a message none of the same kind about the same subject follows."""
        return timedelta(minutes=self.cooldown_minutes)

    def wants(self, event: Event) -> bool:
        """Whether an event is what this rule is about."""
        return (
            event.on in self.events
            and (not self.platforms or not event.platforms or bool(set(self.platforms) & set(event.platforms)))
            and (not self.kinds or event.kind is None or event.kind in self.kinds)
            and (event.on not in _KEYWORDS or event.keyword in self.keywords)
            and (event.on != "keyword_climbed" or (event.climbed or 0) >= self.ranks)
            and (event.on != "size_near" or (event.percent or 0) >= self.percent)
        )


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    channels: Mapping[Name, str]
    rules: tuple[Rule, ...]
    quiet: Quiet | None = None
    language: Language = "en"
    keep_hours: Annotated[int, msgspec.Meta(ge=1, le=720)] = 72


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """All of `alerts.toml`. What could not be told for `keep_hours` is given up."""

    channels: Mapping[str, Address]
    rules: tuple[Rule, ...]
    quiet: Quiet | None = None
    language: Language = "en"
    keep_hours: int = 72

    def of(self, channel: str) -> tuple[Rule, ...]:
        """The rules of a channel; a rule that names none is for all."""
        return tuple(rule for rule in self.rules if not rule.channels or channel in rule.channels)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of events that any rule is about."""
        return tuple(kind for kind in KINDS if any(kind in rule.events for rule in self.rules))

    @property
    def keywords(self) -> tuple[str, ...]:
        """The words of all rules."""
        return tuple(dict.fromkeys(word for rule in self.rules for word in rule.keywords))

    @property
    def ranks(self) -> int:
        """The fewest places that a title has to climb for any rule."""
        return min((rule.ranks for rule in self.rules if "keyword_climbed" in rule.events), default=10)

    @property
    def longest_cooldown_minutes(self) -> int:
        """The longest cooldown of all rules."""
        return max((rule.cooldown_minutes for rule in self.rules), default=0)


def read(path: Path, environment: Mapping[str, str]) -> Rules:
    """The rules in a file; `environment` holds the secrets that it names. Raises `SettingsError`: one sentence."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} can't be read ({error.strerror}): HOTLEDGER_ALERTS names the file with the alert rules.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is not UTF-8 text: save it as such.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not TOML: {_lowered(str(error))}. Correct that line; {_HELP}") from None
    try:
        file = msgspec.convert(raw, _File)
    except msgspec.ValidationError as error:
        what, place = _PLACE.fullmatch(str(error)).groups()  # type: ignore[union-attr]
        raise SettingsError(f"{path} is wrong{_at(place)}: {_lowered(what)}. {_HELP}") from None
    return _checked(path, file, environment)


def _checked(path: Path, file: _File, environment: Mapping[str, str]) -> Rules:
    def wrong(place: str, what: str) -> SettingsError:
        return SettingsError(f"{path} is wrong at {place}: {what}")

    if not file.channels:
        raise wrong("channels", 'there is none. Name at least one, such as phone = "ntfys://${NTFY_TOPIC}".')
    if file.quiet is not None:
        try:
            ZoneInfo(file.quiet.zone)
        except (KeyError, ValueError, OSError):
            raise wrong("quiet.zone", f"there is no zone “{file.quiet.zone}”. Write one such as Asia/Shanghai.") from None
        if file.quiet.begins == file.quiet.ends:
            raise wrong("quiet", "from and to are the same. Leave the table out where no hour is quiet.")
    for number, rule in enumerate(file.rules, 1):
        unknown = [name for name in rule.channels if name not in file.channels]
        if unknown:
            raise wrong(f"rule {number}, channels", f"there is no channel “{unknown[0]}”. Those there are: {', '.join(file.channels)}.")
        if not rule.events:
            raise wrong(f"rule {number}, on", f"it is empty. Write one or more of {', '.join(KINDS)}.")
        if set(rule.events) & set(_KEYWORDS) and not any(word.strip() for word in rule.keywords):
            raise wrong(f"rule {number}, keyword", "it is missing. Write the word, or a list of words, to look for in titles.")
        if rule.longest_wait + (file.quiet.length if file.quiet else timedelta()) >= timedelta(hours=file.keep_hours):
            raise wrong("keep_hours", f"it is no longer than rule {number} and the quiet hours can make an event wait. Make it longer.")
        if "test" in rule.events:
            raise wrong(f"rule {number}, on", f"“test” is no event. Write one or more of {', '.join(KINDS)}.")
    channels = {
        name: _address(url, environment, lambda what, at=name: wrong(f"channels.{at}", what)) for name, url in file.channels.items()
    }
    return Rules(channels=channels, rules=file.rules, quiet=file.quiet, language=file.language, keep_hours=file.keep_hours)


def _address(url: str, environment: Mapping[str, str], wrong: Any) -> Address:
    """An address with its secrets filled in."""
    names = _SECRET.findall(url)
    for name in names:
        if not environment.get(name):
            raise wrong(f"{name} is not set. Set it in the environment or in .env, or write the address without ${{{name}}}.")
    filled = _SECRET.sub(lambda found: environment[found[1]], url).strip()
    if not _SCHEME.match(filled):
        raise wrong("it is no address of apprise. Write one such as ntfys://topic or mailto://user:password@example.com.")
    return Address(filled, tuple(environment[name] for name in names))


def _at(place: str | None) -> str:
    """A place in the file as people say it: rules count from 1."""
    if not place:
        return ""
    said = _RULE.sub(lambda found: f"rule {int(found[1]) + 1}, ", place).rstrip(", ")
    hint = f" (one or more of {', '.join(KINDS)})" if said.endswith(", on") or ", on[" in said else ""
    return f" at {said}{hint}"


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")
