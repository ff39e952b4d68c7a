"""Why a mail was refused: from the words of mail servers, then from their codes (RFC 3463)."""

import re
from typing import Literal

Reason = Literal[
    "unknown_user",
    "unknown_host",
    "moved",
    "not_accepting",
    "mailbox_full",
    "disabled",
    "too_big",
    "expired",
    "network",
    "blocked",
    "authentication",
    "spam",
    "virus",
    "policy",
    "rejected",
    "filtered",
    "relay",
    "rate",
    "content",
    "system",
    "program",
    "unclassified",
]

# The address itself is dead: never write to it again. All else passes, or is not the recipient's fault.
HARD: frozenset[Reason] = frozenset({"unknown_user", "unknown_host", "moved", "not_accepting"})

_WORDS: tuple[tuple[Reason, str], ...] = (
    ("spam", r"black ?listed (?:url|link)"),
    # Microsoft 365 and RFC 5321 section 4.2.3 call a mailbox that is not there by these names.
    (
        "unknown_user",
        r"5\.4\.1\b.{0,100}recipient address rejected: access denied|action not taken: mailbox unavailable|"
        r"unknown recipient or mailbox unavailable",
    ),
    ("virus", r"\bvirus|malware|infected|trojan|banned attachment"),
    (
        "authentication",
        r"\bdmarc\b|\bdkim\b|\bspf\b|sender policy framework|unauthenticated (?:e-?mail|mail|sender)|"
        r"sender authentication|not have authentication information|not authenticated.{0,40}(?:sender|domain)",
    ),
    (
        "mailbox_full",
        r"(?:mail ?box|inbox|mail ?folder|mail ?drop|user'?s? (?:disk )?quota|account|maildir|"
        r"recipient storage)[^.;\n]{0,60}"
        r"(?:\bfull\b|exceed|over(?: its| the)?[ -]?(?:quota|size|limit|allotted)|out of|too large)|over[ -]?quota|"
        r"quota (?:\w+ )?(?:exceed|violat|full)|exceed\w* (?:\w+ ){0,4}(?:quota|storage|mailbox)|"
        r"(?:exceeded|insufficient) (?:\w+ )?storage allocation|disk quota|not enough (?:\w+ )?(?:storage|disk) space|"
        r"mailboxfull|no space left (?:in|on) (?:the )?mailbox|over the (?:maximum )?(?:allowed )?(?:quota|storage)|"
        r"too many messages (?:on|in) (?:this |the )?(?:mail)?(?:box|drop)|boîte .{0,20}pleine|"
        r"postfach (?:ist )?voll|casella .{0,20}piena|buz[oó]n .{0,10}lleno",
    ),
    (
        "too_big",
        r"(?:message|mail|e-?mail|body|data|file)[^.;\n]{0,30}(?:too (?:big|large)|size (?:\w+ ){0,2}exceed|"
        r"size limit)|"
        r"exceed\w* (?:\w+ ){0,5}(?:message|mail|maximum|fixed|size)(?: \w+){0,2} (?:size|limit)|"
        r"maximum (?:message )?size|message too (?:big|large)|message length exceeds|line limit exceeded",
    ),
    (
        "relay",
        r"relay(?:ing)?(?: access)? (?:denied|not (?:permitted|allowed)|prohibited)|(?:unable|not permitted|"
        r"not allowed) to "
        r"(?:accept (?:\w+ ){0,3})?relay|no relaying|relay not|(?:isn'?t|is not) in my list of allowed rcpthosts|"
        r"that domain isn'?t|we do(?:n'?t| not) relay|denied relay|insecure mail relay|relay.{0,20}denied",
    ),
    (
        "blocked",
        r"reverse dns|reverse (?:ip|host)|\bptr\b|\brdns\b|no reverse|client host.{0,60}(?:rejected|blocked)|"
        r"\b(?:ip|host|server|network|connection|sender)\b[^.;\n]{0,60}(?:is |been |are )?(?:black ?list|"
        r"block ?list|blocked|"
        r"banned|listed|blacklisted)|\bdnsbl\b|\brbl\b|spamhaus|spamcop|barracudacentral|sorbs|senderbase|"
        r"(?:bad|low|poor)(?: \w+){0,2} reputation|reputation of|blocked using|dynamic(?:ally)? (?:ip|address|"
        r"assigned)|"
        r"too many (?:bad|unsolicited|errors)|due to (?:abuse|poor)|temporarily deferred due to|"
        r"refused to talk to me|not accepting (?:mail|connections)|mismatches client|unwanted m|your (?:ip|host|"
        r"network|server)|service refused|"
        r"helo|ehlo|invalid host ?name|access denied.{0,30}(?:ip|ehlo)|generic host ?name",
    ),
    (
        "spam",
        r"\bspam|content rejected|\bjunk\b|unsolicited|\bube\b|\buce\b|bulk (?:mail|e-?mail)|phish|"
        r"blacklisted (?:url|link|content)|"
        r"(?:message|mail|content)[^.;\n]{0,40}(?:looks|considered|identified|classified|detected) (?:like|as)|"
        r"appears to be (?:spam|unsolicited)|spamassassin|high(?:ly)? (?:score|probability)|advertis",
    ),
    (
        "rate",
        r"rate[ -]?limit|throttl|too many (?:mails|messages|recipients|connections|sessions|concurrent)|"
        r"exceed\w* (?:\w+ ){0,4}(?:rate|connection|hourly|daily|message limit)|sending limit|too fast|greylist|"
        r"grey-?list",
    ),
    (
        "rejected",
        r"sender(?:'s)?(?: \w+){0,2}(?: \S+)? (?:rejected|denied|refused|invalid|unknown|not (?:allowed|permitted|"
        r"accepted)|"
        r"verification|verify)|(?:invalid|unresolvable|bad|unknown) (?:sender|mail from|return)|<> invalid|"
        r"(?:from|envelope)[ -](?:address|sender)|null sender|domain of sender|address not present|"
        r"mail from (?:\S+ )?rejected",
    ),
    (
        "disabled",
        r"(?:account|mailbox|user|recipient|address|box|inbox|login|mail)[^.;\n]{0,70}(?:disabled|suspended|inactive|"
        r"deactivated|locked|blocked|discontinued|dormant|frozen|closed|not active|been terminated|"
        r"is not enabled|currently not permitted)|(?:disabled|inactive|suspended|deactivated|dormant|closed|"
        r"locked)[^.;\n]{0,20}"
        r"(?:user|account|mailbox|recipient|address)|recipient suspend|"
        r"email account that you tried to reach is (?:disabled|"
        r"inactive|over)|not logged in for",
    ),
    (
        "moved",
        r"(?:user|account|mailbox|recipient|address)[^.;\n]{0,30}(?:has|was) (?:moved|been (?:moved|replaced|changed))|"
        r"no longer (?:works|employed|with (?:us|the))|has left (?:the|our)|changed (?:his|her|their) address|"
        r"has moved|"
        r"please update your address ?book",
    ),
    (
        "unknown_host",
        r"host (?:\S+ )?(?:is )?(?:unknown|not found|lookup)|unknown (?:host|domain|mail host)|nxdomain|"
        r"(?:domain|host)(?: \S+| name){0,3} (?:could not be found|does(?:n'?t| not) exist|not found|is (?:not|"
        r"un)reachable|"
        r"couldn't be|invalid|unresolvable|is not valid)|domain not found|no such (?:domain|host)|"
        r"name (?:service error|or service not known|server)|invalid domain|unrouteable (?:address|domain)|"
        r"(?:dns|mx)[^.;\n]{0,40}(?:not|no|fail|error)[^.;\n]{0,30}(?:found|exist|record|nxdomain|lookup)|"
        r"could ?n(?:o|')t (?:find|resolve)[^.;\n]{0,40}(?:host|domain|dns|mx|exchanger)|bad destination (?:host|"
        r"(?:mailbox )?"
        r"system)|illegal host|because the domain|recipient'?s domain|cannot find your (?:domain|hostname)|"
        r"no mail ?server(?:s)? (?:for|could)|domain .{0,40}(?:had|has) no (?:relevant |mx)|mail domain",
    ),
    (
        "not_accepting",
        r"null ?mx|does(?:n'?t| not) accept (?:any )?(?:e-?)?mail|no mail accepted|not accepting network messages|"
        r"indicated no smtp service|domain .{0,60}accepts no mail|"
        r"(?:host|server|domain|it) (?:\S+ )?(?:does not|never) (?:receive|accept) (?:any )?mail|"
        r"smtp (?:\w+ )?not supported|"
        r"name server:? \S+ (?:host not found|no data)|receives no mail|does not receive mail",
    ),
    (
        "unknown_user",
        r"(?:user|recipient|mailbox|account|address|addressee|alias|userid|e-?mail)[^;\n]{0,70}?(?:unknown|"
        r"not (?:found|known|"
        r"exist|recognized|listed|valid|a valid|have an|be found|available here|present)|does(?:n'?t| not) (?:exist|"
        r"have)|"
        r"invalid|no such|isn'?t (?:known|listed|valid|found|a valid)|couldn'?t be found|non-?exist|"
        r"is not (?:a )?(?:known|"
        r"valid|local|listed|found|registered)|not our (?:customer|user)|undeliverable address|no longer (?:exist|"
        r"valid|"
        r"available|active|on))|no such (?:[\w.-]+ ){0,3}(?:user|person|recipient|mailbox|address|account|local|"
        r"name|here|e-?mail)|(?:unknown|invalid|illegal|bad|nonexistent|non-existent|undefined|incorrect|"
        r"wrong)[ -](?:local[ -]?"
        r"part|local|user|users|recipient|recipients|address|mailbox|account|final delivery|or illegal alias|e-?mail|"
        r"destination mailbox|rcpt|to address)|(?:no|not|isn'?t|without|find|have) (?:[\w.-]+ ){0,4}(?:mailbox|"
        r"user|account|recipient)(?: \S+){0,3} (?:here|by that name|with that|found|at this|in )|no mailbox|"
        r"not listed in|this user does|doesn'?t have (?:a|an) \S+ account|destinataire inconnu|utilisateur inconnu|"
        r"unbekannter? (?:empf|benutzer|nutzer)|utente sconosciuto|usuario desconocido|адресат|user doesn'?t|"
        r"mailbox name not|"
        r"adresse (?:d.?au moins un )?(?:inconnue|invalide)|not find(?:ing)? (?:the )?user|could not be found|"
        r"no valid recipients|no recipients|"
        r"unroutable address|user not|unknown address|invalid user|check if (?:the )?address is correct|"
        r"other recipients in the same domain|存在しません|"
        r"見つかりません|リストにありません|登録されていません|不存在|нет такого|не существует|пользовател",
    ),
    (
        "program",
        r"exit(?:ed)?(?: with)?(?: status| code| value)? \d|returned non-?zero|command (?:failed|died|line usage)|"
        r"unknown mailer error|unable to (?:run|execute)|pipe (?:to|command)|procmail|x-unix|child process|"
        r"local (?:mail )?delivery (?:agent|process)",
    ),
    (
        "content",
        r"header (?:\w+ )?(?:error|size|missing|syntax)|headers? (?:is|are) not|bare (?:lf|cr)|smtputf8|non-ascii|8bit|"
        r"not (?:rfc|compliant)|rfc ?\d{3,4}|message (?:format|header)|malformed|missing.{0,20}header|mime (?:error|"
        r"header|part|structure)|"
        r"attachment|improper use|duplicate header|content (?:error|not)",
    ),
    (
        "expired",
        r"(?:delivery|retry|queue)(?: \w+){0,2} (?:time ?out|expired|exceeded|time was|period)|(?:could not|cannot|"
        r"unable to|not) "
        r"(?:be )?deliver\w* (?:\w+ ){0,4}(?:for|within|after|in) (?:the last |more than |the past )?\d|"
        r"message expired|"
        r"(?:too long in|queue too long|too old)|envelope expired|did not accept our requests|failed \d+ attempts|"
        r"aborted after|giving up|gave up|retry time(?: not|out| exceeded)|still being retried|"
        r"has been (?:delayed|on the queue|in the queue)|timed? ?out|will (?:be|keep|continue) (?:retr|try)|delayed|"
        r"over \d+ (?:hours|days)|(?:been|was) attempt|maximum (?:\w+ )?(?:attempts|hop|retries)|undeliverable after",
    ),
    (
        "network",
        r"connection (?:refused|reset|lost|closed|dropped|failed|attempt|died|was)|connect(?:ion)? (?:to|"
        r"with) \S+.{0,40}(?:fail|"
        r"refus|timed)|no route|network (?:is )?(?:unreachable|error)|unreachable|mail loop|too many hops|hop count|"
        r"routing loop|loops? back|mail forwarding loop|couldn'?t connect|unable to (?:connect|establish)|tls|"
        r"starttls|ssl|"
        r"transport|link (?:failure|is down)|host (?:is )?down|not responding|message looping|loop detected",
    ),
    (
        "system",
        r"(?:local|system|internal|server|service|configuration|temporary|database|i/o|resource|software)[\w ]{0,20} "
        r"(?:error|fail(?:ure|ed)|problem|unavailable|busy|full|trouble)|insufficient (?:system|disk|resource)|"
        r"out of (?:memory|disk|space)|disk full|try again later|cannot (?:open|create|append|write)|operating system|"
        r"unable to (?:process|open|lock)|misconfigur|too many open|system (?:storage|config|resources?)|"
        r"lowest numbered mx",
    ),
    (
        "policy",
        r"polic(?:y|ies)|not (?:authori[sz]ed|permitted|allowed)|prohibit|security (?:polic|reason|violat|risk|"
        r"check)|access denied|restricted|denied by|"
        r"only (?:members|accept)|administrative|forbidden|requires? (?:authentication|tls)|"
        r"authentication (?:required|failed)|"
        r"not a member|moderat|permission|autenti",
    ),
    (
        "filtered",
        r"reject|refus|denied|filter|not accepted|transaction failed|blocked|did not like|unacceptable|undeliverable",
    ),
)
# Addresses and links say nothing about the reason, though their words may look as if they did.
_NAMES = re.compile(r"<?[^\s<>@]{1,100}@[\w.-]{1,120}>?|https?://\S{1,300}")
_PATTERNS = tuple((reason, re.compile(words, re.IGNORECASE)) for reason, words in _WORDS)

# RFC 3463 and the IANA registry of enhanced codes; the class digit is left out.
_BY_STATUS: dict[str, Reason] = {
    "1.0": "unknown_user",
    "1.1": "unknown_user",
    "1.2": "unknown_host",
    "1.3": "unknown_user",
    "1.4": "filtered",
    "1.6": "moved",
    "1.7": "rejected",
    "1.8": "rejected",
    "1.9": "rejected",
    "1.10": "not_accepting",
    "2.0": "filtered",
    "2.1": "disabled",
    "2.2": "mailbox_full",
    "2.3": "too_big",
    "2.4": "filtered",
    "3.1": "system",
    "3.2": "not_accepting",
    "3.3": "system",
    "3.4": "too_big",
    "3.5": "system",
    "4.1": "expired",
    "4.2": "network",
    "4.3": "unknown_host",
    "4.4": "unknown_host",
    "4.5": "rate",
    "4.6": "network",
    "4.7": "expired",
    "4.14": "network",
    "6": "content",
    "7.5": "content",
    "7.7": "content",
    "7.8": "policy",
    "7.20": "authentication",
    "7.22": "authentication",
    "7.23": "authentication",
    "7.24": "authentication",
    "7.25": "blocked",
    "7.26": "authentication",
    "7.28": "rate",
    "7.606": "blocked",
    "7.511": "blocked",
    "7.515": "authentication",
    "7": "policy",
}
_BY_REPLY: dict[str, Reason] = {
    "422": "mailbox_full",
    "441": "network",
    "442": "network",
    "452": "mailbox_full",
    "521": "not_accepting",
    "523": "too_big",
    "552": "mailbox_full",
    "556": "not_accepting",
    "421": "expired",
    "450": "expired",
    "451": "system",
    "500": "content",
    "501": "content",
    "550": "filtered",
    "551": "moved",
    "553": "filtered",
    "554": "filtered",
}
# Codes that say more than the words beside them, because their owners define them so.
_EXACT_STATUS: dict[str, Reason] = {
    "5.1.10": "unknown_user",
    "5.7.26": "authentication",
    "5.7.515": "authentication",
    "5.1.6": "moved",
}


def reason_for(words: str, status: str | None, reply_code: str | None) -> Reason:
    """The reason a server means: by an unmistakable code, by its words, by the enhanced code, by the reply code."""
    if status in _EXACT_STATUS:
        return _EXACT_STATUS[status]
    told = _by_words(words[:4_000])
    coded = _by_status(status)
    if status == "5.1.1" and told in {"disabled", "filtered", "policy"}:
        return "unknown_user"
    if told and not (told in {"filtered", "policy", "rejected"} and coded):
        return told
    return coded or told or _BY_REPLY.get(reply_code or "", "unclassified")


def _by_words(words: str) -> Reason | None:
    flat = _NAMES.sub(" ", " ".join(words.split()))
    return next((reason for reason, pattern in _PATTERNS if pattern.search(flat)), None)


def _by_status(status: str | None) -> Reason | None:
    if not status or status.count(".") != 2:
        return None
    _class, subject, detail = status.split(".")
    return _BY_STATUS.get(f"{subject}.{detail}") or _BY_STATUS.get(subject)
