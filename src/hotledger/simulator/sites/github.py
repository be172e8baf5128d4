"""GitHub's trending page: rows in HTML, some without description or language, with buttons that come before the name."""

from __future__ import annotations

from html import escape

from hotledger.simulator.scene import Answer, Scene, Site, as_html, captcha
from hotledger.simulator.world import Topic

_LANGUAGES = ("Python", "Rust", "TypeScript", "Go", "C++", "Jupyter Notebook", None)
_SPANS = {"daily": "today", "weekly": "this week", "monthly": "this month"}


def _trending(scene: Scene) -> Answer:
    span = _SPANS.get(scene.asked.query.get("since", "daily"), "today")
    topics = scene.topics("github")
    rows = "\n".join(_row(topic, span) for topic in topics)
    none = "" if topics else '<div class="blankslate"><h3>It looks like we don’t have any trending repositories.</h3></div>'
    return as_html(
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<title>Trending repositories on GitHub today · GitHub</title></head>\n"
        f'<body class="logged-out"><main><div class="Box">\n<div>\n{rows}{none}\n</div>\n</div></main></body></html>\n'
    )


def _row(topic: Topic, span: str) -> str:
    owner, name = topic.title.split("/")
    return f"""<article class="Box-row">
  <div class="float-right d-flex">
{_buttons(topic)}
  </div>

  <h2 class="h3 lh-condensed">
    <a data-hydro-click="{{}}" href="/{topic.title}" data-view-component="true" class="Link"><svg aria-hidden="true"></svg>

      <span data-view-component="true" class="text-normal">
        {owner} /
</span>
      {name}</a>  </h2>

{_description(topic)}
  <div class="f6 color-fg-muted mt-2">
{_language(topic)}
      <a href="/{topic.title}/stargazers" data-view-component="true" class="tmp-mr-3 Link Link--muted d-inline-block"><svg></svg>
        {topic.heat * 11 + topic.traits % 9000:,}</a>
      <a href="/{topic.title}/forks" data-view-component="true" class="tmp-mr-3 Link Link--muted d-inline-block"><svg></svg>
        {topic.heat + topic.traits % 700:,}</a>
      <span data-view-component="true" class="tmp-mr-3 d-inline-block">
        Built by

          <a class="d-inline-block" data-hovercard-type="user" href="/{owner}"><img class="avatar mb-1" width="20" alt="@{owner}" /></a>
</span>
      <span data-view-component="true" class="d-inline-block float-sm-right">
        <svg></svg>
        {topic.heat:,} stars {span}
</span>  </div>
</article>"""


def _buttons(topic: Topic) -> str:
    owner, name = topic.title.split("/")
    sponsor = f'      <a href="/sponsors/{owner}" class="btn-sm btn"> <span>Sponsor</span></a>\n' if topic.traits % 4 == 0 else ""
    star = f'      <a href="/login?return_to=%2F{owner}%2F{name}" rel="nofollow" class="tooltipped btn-sm btn"><span>Star</span></a>'
    return sponsor + star


def _description(topic: Topic) -> str:
    if topic.traits % 6 == 0:
        return ""
    text = escape(f'The {topic.title.split("/")[1]} project: small & fast, "batteries" included.')
    return f'    <p class="col-9 color-fg-muted my-1 tmp-pr-4">\n      {text}\n    </p>\n'


def _language(topic: Topic) -> str:
    language = _LANGUAGES[topic.traits % len(_LANGUAGES)]
    if language is None:
        return ""
    return f"""      <span class="tmp-mr-3 d-inline-block ml-0 tmp-ml-0">
  <span class="repo-language-color" style="background-color: #dea584"></span>
  <span itemprop="programmingLanguage">{language}</span>
</span>
"""


def _blocked(scene: Scene) -> Answer:
    return captcha("Whoa there!", "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")._replace(
        status=429
    )


SITE = Site("github", {("github.com", "/trending"): _trending}, _blocked)
