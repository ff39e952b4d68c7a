"""Only one module speaks HTTP to addresses from outside; who else opens a connection is listed with its reason."""

from __future__ import annotations

from tests.architecture import source

NETWORK = (
    *("requests", "urllib.request", "urllib3", "httpx", "aiohttp", "http.client", "websockets", "pycurl"),
    *("socket", "ssl", "dns", "smtplib", "imaplib", "poplib", "ftplib", "telnetlib"),
)
ALLOWED = {
    "crm/safe_hosts.py": "looks up and connects to hosts that users name",
    "crm/safe_http.py": "the one client for addresses that users give",
    "crm/runtime/postgres.py": "asks the embedded server's own socket whether it answers",
    "crm/runtime/valkey.py": "asks the embedded server's own socket whether it answers",
    "crm/runtime/run.py": "asks this installation's own web process whether it is ready",
    "crm/served.py": "waits until a web server of its own answers",
    "crm/bench/clients.py": "asks web servers of the bench's own",
    "outreach/faults/reports.py": "plays a mail provider towards this installation's own web workers",
    "outreach/racers/raw.py": "the reference of a bench: talks to its own sink",
    "outreach/transports/esp.py": "gives the requests that anymail makes to `safe_http`",
    "outreach/services/dns_answers.py": "asks the DNS about the domains that mails come from",
    "outreach/transports/sent_folder.py": "looks into sent mail at the makers of mailboxes, whose servers it knows",
    "outreach/transports/smtp.py": "the mail transport",
}


def speaks(module: str) -> bool:
    return any(module == network or module.startswith(network + ".") for network in NETWORK)


def test_only_listed_modules_open_connections() -> None:
    speaking = {file.name for file in source.application() if any(speaks(name) for name, _ in file.imports())}

    assert speaking == set(ALLOWED)
