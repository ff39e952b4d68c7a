"""What a short answer means where it must be acted on at once: "please stop writing to me"."""

import re

MAX_WORDS = 40
_ALONE = set(
    (  # noqa: SIM905
        "stop|stop please|please stop|stopp|bitte stopp|unsubscribe|unsubscribe me|unsubscribe please|"
        "please unsubscribe|remove|remove me|opt out|optout|cancel|end|quit|stop all|abmelden|abmeldung|austragen|"
        "abbestellen|bitte abmelden|arret|arrêt|arrêter|arrêtez|désabonner|désabonnement|désinscrire|"
        "désinscription|me désabonner|me désinscrire|baja|dar de baja|darme de baja|cancelar suscripción|cancelar|"
        "parar|alto|cancellami|cancellazione|disiscrivimi|disiscrizione|rimuovimi|basta|afmelden|uitschrijven|"
        "stoppen|verwijderen|remover|descadastrar|descadastre|sair|cancelar inscrição|cancelar subscrição|pare"
    ).split("|")
)
_PHRASES = (
    # English
    r"(?:please |kindly |can you |could you |just )?(?:unsubscribe|remove|delete|drop) (?:me|my (?:e-?mail|address|"
    r"name|"
    r"details|data|profile|contact)\w*)\b(?! (?:a |an |the )?(?:note|message|line|mail|e-?mail\b(?! (?:address|"
    r"list))))",
    r"\b(?:please |kindly )?(?:stop|quit|cease) (?:all )?(?:e-?mail|mail|contact|writ|messag|send|spam|bother|reach|"
    r"text)\w*",
    r"\b(?:do not|don'?t|never) (?:ever )?(?:e-?mail|contact|write(?: to)?|message|send|bother|text)(?: me|"
    r" us)?\b.{0,40}"
    r"(?:again|any ?more|further|future|any (?:more )?(?:e-?mails?|messages?|mails?)|e-?mails?|messages?|\Z|[.!])",
    r"\b(?:want|wish|like) to (?:unsubscribe|opt[ -]?out|be (?:removed|taken off|unsubscribed|deleted))",
    r"\btake (?:me|my (?:e-?mail|address|name|details)) (?:off|out)\b",
    r"\bopt(?:ing)? (?:me )?out\b|\bunsubscribe\b.{0,30}\b(?:list|mails?|e-?mails|please|now)\b",
    r"\b(?:no|not) (?:more|further|any more) (?:e-?mails?|messages?|mails?|contact)\b|\bleave me alone\b",
    r"\bdon'?t want (?:to (?:receive|get|hear)|any(?: more)?|your|these) .{0,30}(?:mail|message|from you|anything|"
    r"contact)",
    # German
    r"\b(?:bitte )?(?:nehmen|nimm|nehmt|streichen|entfernen|löschen|tragen|melden) sie mich\b.{0,40}(?:aus|ab|von|"
    r"liste|verteiler)",
    r"\b(?:nimm|streich|entfern|lösch|trag|meld)\w* (?:mich|meine (?:adresse|daten|e-?mail))\b",
    r"\b(?:löschen|entfernen) sie (?:bitte )?(?:mich|meine)\b|\bbitte (?:um )?(?:löschung|abmeldung|austragung)\b",
    r"\bkeine (?:weiteren |weitere )?(?:e-?mails?|mails?|nachrichten|werbung|kontaktaufnahme|"
    r"zuschriften)\b[^.!?\n]{0,40}"
    r"(?:mehr|schicken|senden|erhalten|bekommen|schreiben|wünsch)|\bbitte keine (?:e-?mails|mails|nachrichten|"
    r"werbung)\b",
    r"\b(?:schreiben|kontaktieren|belästigen|mailen) sie mi(?:ch|r)\b.{0,20}\b(?:nicht|nie)\b|\bhören sie auf\b|"
    r"\bmich (?:bitte )?(?:abmelden|austragen|abbestellen|löschen|entfernen)\b|\blassen sie mich in ruhe\b",
    # French
    r"\b(?:désabonn|désinscri|retir|supprim|enlev|ray)\w*[- ]moi\b|\bme (?:désabonner|désinscrire|retirer|supprimer|"
    r"rayer)\b",
    r"\bne (?:plus|pas) m(?:'|e )\s?(?:écrire|contacter|envoyer|solliciter|appeler)\b",
    r"\bne (?:plus )?(?:m[' ]|me |nous )?(?:souhaite |veux |désire )?(?:plus )?(?:recevoir|m'écri\w*|me contact\w*|"
    r"contact\w*|écri\w*|envoy\w*)\b.{0,15}(?:plus|vos|de vous|de (?:mails?|messages?|courriels?)|\Z|[.!])",
    r"\b(?:arrêtez|cessez|stoppez)[ -](?:de )?(?:m'|me )?(?:écri|envoy|contact|envoi|spam|vos)\w*|"
    r"\bne m'écrivez plus\b",
    r"\bsupprim\w+ (?:mes (?:données|coordonnées)|mon (?:adresse|nom|e-?mail))",
    # Spanish
    r"\b(?:d[ée]n?me|darme|quiero darme|solicito) de baja\b|\b(?:elim[ií]n|b[óo]rr|qu[íi]t|retir|s[áa]qu)\w*(?:me|"
    r"en? mi|n? mis)\b",
    r"\b(?:deje|dejen|deja|dejad|pare|paren) de (?:escribi|envia|manda|contacta|molesta)\w*|"
    r"\bno (?:me |quiero |deseo )?(?:vuelva[ns]? a |más |recibir )?(?:más )?(?:escrib|contact|env[íi]|mand|corre|"
    r"mensaj|molest|recib)\w*"
    r".{0,30}(?:más|correos?|mensajes?|\Z|[.!])",
    r"\b(?:cancelar|anular) (?:mi |la )?suscripci[óo]n",
    # Italian
    r"\b(?:cancell|rimuov|disiscriv|togli|elimin)\w*(?:mi|temi|etemi|atemi)\b|\bmi (?:cancelli|rimuova|tolga|"
    r"disiscriva|elimini)\b",
    r"\bnon (?:voglio|desidero|vorrei) (?:più )?(?:ricevere|essere contattat)\w*|\bnon (?:scriv|contatt|mand|"
    r"invi)\w* più\b|"
    r"\b(?:smett|basta|finit)\w* (?:di |con )?(?:scriver|mandar|inviar|contattar|le mail|mail|e-?mail)\w*|"
    r"\bcancell\w+ (?:i miei dati|il mio (?:indirizzo|nominativo))",
    # Dutch
    r"\b(?:schrijf|meld|haal|verwijder|gooi)\w*(?: u)? (?:mij|me|mijn (?:adres|gegevens|e-?mail\w*))\b|"
    r"\bgeen (?:e-?mails?|mails?|berichten) (?:meer|van)\b|\b(?:mij|me) (?:uitschrijven|afmelden|verwijderen)\b|"
    r"\b(?:stop|stopt|hou op) met (?:mailen|het (?:sturen|mailen)|sturen|schrijven)|\bniet meer (?:mailen|benaderen|"
    r"contact)\w*|"
    r"\bwil (?:ik )?(?:graag )?(?:uitgeschreven|afgemeld)\b",
    # Portuguese
    r"\b(?:remov|descadastr|retir|exclu|tir)\w*[- ]?(?:me\b|o meu|meu|meus dados)|\bme (?:remov|descadastr|retir|"
    r"exclu|tir)\w+|"
    r"\b(?:pare|parem|deixe[m]?) de (?:me )?(?:escrev|envi|mand|contact|contat)\w*|"
    r"\bnão (?:quero|desejo|gostaria) (?:de )?(?:mais )?receb\w*|\bnão (?:me )?(?:escrev|envi|mand|contact|"
    r"contat)\w* mais\b|"
    r"\bcancel\w+ (?:a )?(?:minha )?(?:inscrição|subscrição|assinatura)",
)
_STOP = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES), re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\b(?:stop by|non[- ]?stop|full stop|bus stop|one[- ]stop|stop(?:ped)? working|stop (?:at|in|over|sharing|the))\b|"
    r"\b(?:don'?t|do not) (?:stop|hesitate|remove|unsubscribe|delete)|\b(?:nicht|ne pas|no) (?:aufhören|abmelden|"
    r"hésite\w*|dude\w*)|"
    r"\b(?:my|the) (?:old|other|previous|work) (?:number|address|e-?mail|account)\b|\bhesitate\b|"
    r"\bdon'?t (?:contact|e-?mail|write(?: to)?|send|message|text) (?:me )?(?:at|on|by|before|until|there|my|this|"
    r"to)\b|"
    r"\bremove me from (?:the (?:shortlist|role|process)|consideration)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\A(?:hi|hello|hey|dear|hallo|guten (?:tag|morgen)|sehr geehrte\w*|liebe\w*|bonjour|salut|hola|buenos d[íi]as|"
    r"ciao|"
    r"buongiorno|salve|beste|geachte|olá|oi|bom dia)\b[^\n,!]{0,40}[,!\n]+|(?<=[\n.!,;])\s*(?:(?:many |"
    r"best )?thanks?|thank you|thx|danke|merci|gracias|grazie|"
    r"bedankt|dank u|obrigad[oa]|cheers|(?:kind |best )?regards|(?:mit )?(?:freundlichen|beste[nr]?|"
    r"viele) grüße[n]?|mfg|"
    r"cordialement|saludos|saluti|groet\w*|atenciosamente)\b.{0,60}\Z",
    re.IGNORECASE | re.DOTALL,
)


def wants_to_stop(text: str) -> bool:
    """Whether the new text of a mail or SMS asks not to be written to again, and little else.

    Reads English, German, French, Spanish, Italian, Dutch and Portuguese. Only texts of up to 40 words count: in a
    longer one the word may be about anything. Give it the new part alone (`replies.new_text`), never the quoted footer.
    """
    text = text[:2_000].strip().replace("’", "'")
    for _round in range(2):
        text = _GREETING.sub("", text).strip()
    words = re.findall(r"[\w'@.-]+", text)
    if not words or len(words) > MAX_WORDS:
        return False
    bare = " ".join(re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text.lower()))
    if bare in _ALONE or (
        len(words) <= 4 and bare.split(" ")[0] in {"stop", "unsubscribe"} and not _ELSEWHERE.search(text)
    ):
        return True
    return bool(_STOP.search(text)) and not _ELSEWHERE.search(text)
