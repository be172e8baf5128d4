"""How a batch ended, in the visitor's language: the line that the database wrote in English, part by part as `batch_explained` makes it."""

from __future__ import annotations

import re

from hotledger.web.words import LANGUAGES, said, words

_WRITTEN = LANGUAGES[0]
_VERDICT = re.compile(r" \((\w+)\)")


def explained(line: str | None, language: str) -> str:
    """The line in a language; a part that is none of ours, such as the message of an error, stays as it is."""
    if not line or language == _WRITTEN:
        return line or ""
    return said("explained.between", language).join(_part(part, language) for part in line.split("; "))


def _part(part: str, language: str) -> str:
    for key, texts in words().items():
        if key.startswith("explained.part_") and (found := _form(texts[_WRITTEN]).fullmatch(part)):
            return texts[language].format(**{name: _with_verdicts(value, language) for name, value in found.groupdict().items()})
    return part


def _with_verdicts(names: str, language: str) -> str:
    return _VERDICT.sub(lambda each: f" ({_verdict(each[1], language)})", names)


def _form(text: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+)", re.escape(text)), re.DOTALL)


def _verdict(name: str, language: str) -> str:
    key = f"states.{name}"
    return said(key, language) if key in words() else name
