"""Who loads our picture or follows our link: a person, a mail program's proxy, or a scanner; as far as one can tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

from outreach.choices import ActorClass

# What fetches pictures for a mail program, so that the reader's address stays hidden. Apple's says no more than this.
PROXY = re.compile(r"GoogleImageProxy|ggpht\.com|YahooMailProxy|DuckDuckGo-?Bot|^Mozilla/5\.0$", re.IGNORECASE)
SCANNER = re.compile(
    r"bot\b|bot/|crawl|spider|scan|preview|prefetch|headless|phantomjs|monitor|"
    r"barracuda|mimecast|proofpoint|ironport|symantec|trendmicro|sophos|fortimail|forcepoint|zscaler|safelinks|"
    r"curl/|wget/|python|java/|okhttp|go-http|libwww|axios|node-fetch|apache-httpclient|ruby|perl",
    re.IGNORECASE,
)
BROWSER = re.compile(r"^Mozilla/5\.0 \([^)]+\).*(Gecko/|AppleWebKit/|Trident/)|^(Microsoft Outlook|Thunderbird)/?")
EARLY = ("purpose", "sec-purpose", "x-purpose", "x-moz")  # "prefetch", "preview": nobody looks at it yet


def by_agent(agent: str) -> ActorClass:
    """By what a program calls itself."""
    if PROXY.search(agent):
        return ActorClass.PROXY
    if SCANNER.search(agent):
        return ActorClass.BOT
    return ActorClass.HUMAN if BROWSER.search(agent) else ActorClass.UNKNOWN


def by_request(method: str, headers: Mapping[str, str]) -> ActorClass:
    """By a request: HEAD, a fetch ahead of time and one without a name are no person's."""
    agent = headers.get("User-Agent", "").strip()
    ahead = any(re.search("prefetch|preview", headers.get(name, ""), re.IGNORECASE) for name in EARLY)
    if method == "HEAD" or ahead:
        return ActorClass.BOT
    return by_agent(agent)
