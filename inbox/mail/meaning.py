"""What an answer means for us: interested, not now, not interested, somebody else, a question; by phrases of seven
languages, without case and accents."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from inbox.mail.understand import wants_to_stop

Meaning = Literal["", "interested", "not_now", "not_interested", "referral", "question", "unsubscribe"]
READ = 4_000  # letters of the new text; what stands further down is no longer the answer

# English, German, French, Spanish, Italian, Dutch, Portuguese; plain letters only, ß is ss.
_REFERRAL = (
    r"\b(?:team ?mate|co-?founder|classmate|partner)\b.{0,60}\b(?:is looking|might|may|could|would|fit)|"
    r"\btry (?!to\b|"
    r"again|me\b|it\b)\w+ \w+ instead|\bshall i introduce|\bwould be (?:better|right|perfect) for (?:this|it)",
    r"\bfragen sie (?:doch|mal|einmal|lieber|am besten|bei)\b|\bkenne jemand\w*|\bansprechpartner",
    r"\b(?:voyez|demandez) (?:plutot|avec|a)\b|\b(?:preguntale|habla con|pregunte a)\b|\b(?:provi a sentire|chieda a|"
    r"parli con)\b|\b(?:vraag het|neem contact op met)\b|\b(?:fale com (?:o|a)|pergunte a)\b",
    r"\b(?:my|a|an old|a former|a good) (?:ex-?)?(?:colleague|friend|co-?worker|flatmate)\b.{0,60}\b(?:might|may|"
    r"could|"
    r"would|is|looking|interested|fit)",
    r"\b(?:you (?:should|could|might(?: want to)?)|i (?:would|can|could)|i'd|let me|please|better) (?:rather |also )?"
    r"(?:talk|speak|reach out|write|turn|recommend|refer|introduce|suggest|contact|connect)\b.{0,60}\b(?:to|you|"
    r"him|her|"
    r"them|someone|somebody|colleague|friend|with)\b",
    r"\b(?:know|think of) (?:someone|somebody|a person|a colleague|a friend|people)\b|\bforward(?:ed|ing)? (?:this|"
    r"your)\b|\bpass(?:ed|ing)? (?:this|it|your \w+) on\b",
    r"\b(?:kollege|kollegin|freund|freundin|bekannte[rn]?|jemand\w*)\b.{0,60}\b(?:konnte|ware|sucht|interess|passt|"
    r"empfehl|kenne)",
    r"\b(?:kenne (?:da )?(?:jemand|eine[nr]?)|weitergeleitet|leite .{0,30}weiter|wenden sie sich|empfehle ihnen)\b",
    r"\b(?:collegue|ami|amie|connais(?:sance)?|quelqu'un)\b.{0,60}\b(?:pourrait|serait|interess|cherche|convien|"
    r"recommand)",
    r"\bje (?:connais|vous recommande|transmets|fais suivre)\b|\b(?:contactez|adressez[- ]vous)\b(?! moi)",
    r"\b(?:companer[oa]|colega|amig[oa]|conozco a)\b.{0,60}\b(?:podria|poder|interes|busca|encaja|estaria|procura|"
    r"poderia|estar)",
    r"\b(?:te|le|os) (?:recomiendo|paso el contacto)|\b(?:reenvi[oae]|he reenviado)\b",
    r"\b(?:collega|amic[oa]|conosco (?:una|un|qualcuno))\b.{0,60}\b(?:potrebbe|sarebbe|interess|cerca|adatt)",
    r"\b(?:inoltro|ho inoltrato|le consiglio di (?:scrivere|sentire|contattare))\b",
    r"\b(?:collega|vriend|vriendin|iemand|kennis)\b.{0,60}\b(?:misschien|zoekt|interesse|geinteresseerd|past)|\bken "
    r"(?:wel )?iemand\b|\bdoorgestuurd\b",
    r"\bconheco (?:alguem|uma|um)\b|\b(?:encaminhei|encaminho|indico)\b",
)
_NOT_NOW = (
    r"\b(?:until|till|before) (?:the )?(?:end|release|summer|autumn|fall|winter|spring|next|after|january|february|"
    r"march|"
    r"april|may|june|july|august|september|october|november|december)\b|\b(?:keep me in mind|stay in touch|talk then|"
    r"half a year|in a year)\b|\bthis (?:year|quarter) (?:is|will|won't)\b|\b(?:another|different) time\b",
    r"\b(?:halben|dreiviertel) jahr\b|\bin einem jahr\b|\b(?:in|im) kontakt\b|\b(?:dieses jahr|heuer)\b|\bviel los\b|"
    r"\b(?:bis|nach) (?:\w+ )?(?:januar|februar|marz|april|mai|juni|juli|august|september|oktober|november|dezember|"
    r"sommer|herbst|winter|fruhjahr|ende)\b",
    r"\b(?:a la rentree|restons en contact|dans un an|apres (?:l'ete|les vacances|la livraison))\b",
    r"\b(?:despues de[l]?|hasta) (?:\w+ )?(?:verano|vacaciones|ano|enero|septiembre|otono)|\b(?:dentro de|"
    r"escribeme en)\b",
    r"\b(?:ora come ora|risentiamoci|dopo l'estate|fino a (?:settembre|fine)|a fine progetto)\b",
    r"\b(?:half jaar|na de (?:zomer|vakantie)|komt nu niet uit|later nog eens)\b",
    r"\b(?:depois d[oae]|ate (?:o fim|ao fim)|fale comigo (?:em|daqui|depois))\b",
    r"\bnot (?:right )?now\b|\bnot (?:\w+ ){0,4}(?:at the moment|at this (?:time|moment|point|stage)|for now|"
    r"right now|"
    r"just yet|currently|this (?:year|month|quarter))",
    r"\b(?:bad|wrong|not (?:a|the) (?:good|right|best)) (?:time|timing|moment)\b|\btiming (?:is|isn't|is not)\b",
    r"\b(?:get|come|reach out|check|circle|touch base|ping me|write|ask|try|contact me|call me|talk|speak|reconnect)"
    r"(?: back| again)? ?(?:with me |to me |me |in with me )?(?:again |later|in (?:a|an|two|three|four|six|\d+|the|"
    r"some|"
    r"q[1-4]|spring|summer|autumn|fall|january|february|march|april|may|june|july|august|september|october|november|"
    r"december)\b|next (?:year|month|quarter|spring|summer|autumn)|after )",
    r"\b(?:maybe|perhaps|possibly) (?:later|next (?:year|month|spring|summer|autumn)|in (?:a|the|\w+ months))",
    r"\b(?:just|only|recently) (?:started|begun|joined|changed|signed)\b|\bcurrently (?:not|too)\b|\btoo busy\b|"
    r"\bmaternity|\bparental leave|\bopen to (?:\w+ ){0,3}(?:later|in the future)",
    r"\b(?:im moment|momentan|derzeit|zurzeit|zur zeit|aktuell|gerade|jetzt)\b.{0,40}\b(?:nicht|kein\w*|schlecht|"
    r"unpassend|zu viel|keine zeit)|\bnoch nicht\b|\b(?:spater|nachstes? jahr|nachsten? (?:monat|fruhjahr|sommer|"
    r"herbst)|in (?:ein paar|einigen|\w+) (?:monaten|wochen)|im (?:fruhjahr|sommer|herbst|winter))\b",
    r"\bpassen?t? (?:es )?(?:gerade|momentan|zeitlich|jetzt|leider)|\belternzeit\b|\bgerade erst\b",
    r"\bpas (?:\w+ ){0,4}(?:pour (?:le moment|l'instant)|en ce moment|actuellement|maintenant|tout de suite)\b|"
    r"\bplus "
    r"tard\b|\bl'annee prochaine\b|\bdans (?:quelques|\w+) (?:mois|semaines)\b|\b(?:recontactez|relancez|rappelez)|"
    r"\b(?:viens|vient) (?:juste |a peine )?de (?:commencer|changer|demarrer|signer)|\bpas le bon moment\b",
    r"\b(?:ahora (?:mismo )?no|no (?:\w+ ){0,4}(?:ahora|por ahora|de momento|por el momento|en este momento|este "
    r"ano))\b|\bmas adelante\b|\bel (?:ano|mes) que viene\b|\ben (?:unos|\w+) meses\b|\bacabo de (?:empezar|cambiar|"
    r"entrar|firmar)|\bno es (?:un )?buen momento\b",
    r"\b(?:non (?:\w+ ){0,4}(?:adesso|ora|al momento|in questo momento|per ora|per il momento|attualmente))\b|"
    r"\b(?:piu "
    r"avanti|l'anno prossimo|tra (?:qualche|\w+) mes[ei]|fra (?:qualche|\w+) mes[ei])\b|\bho appena (?:iniziato|"
    r"cambiato|cominciato|firmato)|\bnon e (?:il|un) (?:momento|buon momento)",
    r"\b(?:nu|op dit moment|momenteel|voorlopig|even)\b.{0,30}\b(?:niet|geen)\b|\b(?:niet|geen) (?:\w+ ){0,4}(?:nu|"
    r"op "
    r"dit moment|momenteel|voorlopig)\b|\bvolgend jaar\b|\bover (?:een paar|\w+) maanden\b|\blater (?:dit|in het|nog|"
    r"misschien)|\bnet (?:begonnen|gestart|gewisseld)",
    r"\b(?:agora nao|nao (?:\w+ ){0,4}(?:agora|no momento|neste momento|por enquanto|de momento))\b|\b(?:mais tarde|"
    r"mais para (?:a )?frente|ano que vem|proximo ano|daqui a (?:alguns|\w+) meses)\b|\bacabei de (?:comecar|mudar|"
    r"entrar|assinar)",
)
_NOT_INTERESTED = (
    r"\b(?:will|i'll|want to|prefer to|going to|plan to) (?:stay|remain) (?:with|at|where|in|here|put)|"
    r"\bnot my (?:world|"
    r"thing|field|area|cup)|\bdeal ?breaker\b|\b(?:decline|no intention)\b|\bgood luck with (?:the|your) search\b",
    r"\b(?:nichts fur mich|nicht mein (?:ding|thema|gebiet)|fuhle? mich .{0,40}\bwohl|mochte (?:\w+ ){0,3}bleiben|"
    r"bleibe "
    r"(?:lieber|gern\w*|bei|wo)|lehne .{0,20}ab)\b",
    r"\bm'interessent? pas\b|\b(?:je reste|je prefere rester)\b|\bpas (?:mon|ma) (?:domaine|truc|metier)",
    r"\b(?:me quedo (?:donde|en)|prefiero quedarme|no es lo mio)\b|\b(?:preferisco (?:restare|rimanere)|"
    r"resto dove)\b",
    r"\b(?:niets voor mij|blijf (?:liever|bij|waar)|niet mijn ding)\b|\b(?:prefiro ficar|vou ficar onde|"
    r"nao e para mim)\b",
    r"\b(?:not|isn't|aren't|wasn't|never|no longer|don't|do not|am not) (?:\w+ ){0,3}(?:interest\w*|looking|open to|"
    r"considering|want(?:ing)? to (?:move|change|leave)|planning to (?:move|change|leave)|what i|a (?:good )?fit|"
    r"for me)\b",
    r"\b(?:no,? thanks?|no,? thank you|i(?:'ll| will)? ?(?:have to )?(?:pass|decline)|not for me|no interest|"
    r"uninterested)"
    r"\b|\b(?:very |really |quite |perfectly )?(?:happy|content|settled|comfortable) (?:\w+ ){0,3}(?:where i am|"
    r"here|job|"
    r"role|employer|position|company|team)",
    r"\b(?:kein\w*|nicht) (?:\w+ ){0,3}(?:interesse\w*|interessiert|interessant|auf der suche|wechsel\w*|infrage|in "
    r"frage)\b|\bnein,? danke\b|\bkommt (?:fur mich )?nicht\b|\b(?:sehr |wirklich |ganz )?(?:zufrieden|glucklich)\b|"
    r"\bfuhle mich (?:\w+ ){0,2}wohl\b|\babsage\b|\bpasst nicht (?:zu mir|fur mich)",
    r"\b(?:pas|plus|aucune?m?ent?) (?:\w+ ){0,2}(?:interess\w*|interet|a l'ecoute|en recherche|pour moi)|"
    r"\bnon,? merci\b"
    r"|\btres (?:bien|heureu\w+|satisfait\w*) (?:\w+ ){0,3}(?:suis|poste|entreprise|mon)|\bne (?:souhaite|cherche|"
    r"correspond)\w* pas\b|\bdecline\b",
    r"\b(?:no (?:me |estoy |nos )?(?:\w+ )?(?:interes\w*|busc\w+|plante\w+|encaja)|no,? gracias|muy (?:content[oa]|"
    r"feliz|a gusto)|sin interes)\b",
    r"\bnon (?:\w+ ){0,3}(?:interess\w*|cerc(?:o|ando)|fa per me|intenzione)|\bno,? grazie\b|\b(?:molto |davvero )?"
    r"(?:content[oa]|soddisfatt[oa]|felice) (?:\w+ ){0,3}(?:dove|lavoro|azienda|attual|mio|qui)",
    r"\b(?:geen|niet) (?:\w+ ){0,3}(?:interesse|geinteresseerd|op zoek|voor mij|iets voor)\b|\bnee,? (?:bedankt|"
    r"dank)|"
    r"\b(?:erg |heel )?(?:tevreden|gelukkig|blij) (?:\w+ ){0,3}(?:waar|baan|werk|bij|met mijn)|\bhet naar mijn zin\b",
    r"\bnao (?:\w+ ){0,3}(?:interess\w*|procur\w+|busc\w+|para mim|pretendo)|\bnao,? obrigad[oa]\b|"
    r"\b(?:muito )?(?:feliz|"
    r"satisfeit[oa]|contente) (?:\w+ ){0,3}(?:onde|trabalho|empresa|aqui|atual|no meu)",
)
_INTERESTED = (
    r"\bopen to (?:a |an |having |the )?(?:\w+ )?(?:conversation|chat|talk|call|discuss|new|opportunit|idea|offer)|"
    r"\bmy "
    r"(?:cv|resume) (?:is )?(?:attached|enclosed|here)|\bgood timing\b|\b(?:call|ring|phone) me\b|\bexactly (?:the|"
    r"what) "
    r"(?:\w+ ){0,4}(?:looking|hoping|want)|\bi would (?:like|love) (?:to|that)\b|\bsign me\b",
    r"\boffen fur\b|\blass(?:en sie)? uns (?:\w+ ){0,2}(?:sprechen|reden|telefonieren|treffen)|"
    r"\bzeit fur ein (?:\w+ )?"
    r"(?:gesprach|telefonat)|\bruf\w* (?:sie )?mich\b|\bfreue mich auf\b|\b(?:anbei|angehangt) mein",
    r"\b(?:serais?|suis) (?:\w+ )?(?:ravie?|heureux|heureuse) d|\bappelez[- ]moi\b|\bouvert\w* a (?:une|un|la|l')|"
    r"\bparlons[- ]"
    r"en\b",
    r"\b(?:llama(?:me)|llameme|abiert[oa] a|cuenta conmigo|me apunto)\b",
    r"\b(?:sarei (?:\w+ )?(?:felice|content[oa]|liet[oa])|mi chiami|chiamami|apert[oa] a|parliamone)\b",
    r"\b(?:sta(?: ik)? open voor|ik sta open|bel m(?:e|ij)|spreek je graag|lijkt me wel wat)\b",
    r"\b(?:abert[oa] a|lig(?:ar-me|ue-me|a-me)|me ligue|vamos (?:conversar|falar|marcar)|topo)\b",
    r"\b(?:i am|i'm|i'd be|i would be|very|definitely|really|quite|certainly|potentially|yes,?|sounds?|looks?|is|"
    r"that's) "
    r"(?:\w+ ){0,2}(?:interest\w*|keen|curious|excited|intrigued|great|good|exciting|perfect|up for)\b|"
    r"\binterested[!.]?"
    r"\s*(?:\Z|please|when|in)",
    r"\b(?:let's|let us|we can|we could|could we|can we|shall we|happy to|glad to|love to|like to|would like to|"
    r"free to|"
    r"available (?:to|for|on|next|this)|keen to) (?:\w+ ){0,3}(?:talk|chat|speak|call|meet|hear|learn|discuss|know|"
    r"have|"
    r"set|schedul\w*|arrange|connect|tuesday|monday|wednesday|thursday|friday|week|tomorrow)",
    r"\b(?:tell me more|send me (?:more|the|some)|count me in|sign me up|attached (?:is )?my (?:cv|resume)|"
    r"here is my "
    r"(?:cv|resume|number)|call me (?:on|at|tomorrow|any)|(?:works|suits) (?:for )?me|"
    r"i am free|i'm free|yes please|yes, please)\b",
    r"\b(?:interessiert mich|habe (?:\w+ )?interesse|ich bin (?:\w+ )?interessiert|klingt (?:\w+ )?(?:gut|spannend|"
    r"interessant|super|toll)|hort sich (?:\w+ )?(?:gut|spannend|interessant)|(?:sehr |gern\w*,? )(?:gern\w*|"
    r"interessant|"
    r"spannend|telefonier|mehr)|gerne?\b|neugierig|erzahlen sie (?:mir )?mehr|mehr (?:dazu|daruber|infos?|erfahren)|"
    r"konnen wir (?:\w+ )?(?:telefonieren|sprechen|reden)|mein lebenslauf|passt (?:mir )?(?:gut|am|montag|dienstag|"
    r"mittwoch|donnerstag|freitag))\b",
    r"\b(?:m'interesse|suis (?:\w+ )?(?:interesse\w*|partant\w*|curieu\w+|disponible|dispo|a l'ecoute)|avec plaisir|"
    r"volontiers|en savoir plus|dites[- ]m'en plus|semble (?:\w+ )?(?:interessant|passionnant)|(?:tres|vraiment) "
    r"interess\w+|peut[- ]on (?:se parler|echanger)|on peut (?:se parler|echanger)|ci-joint mon cv|mon cv)\b",
    r"\b(?:me interesa\w*|estoy (?:\w+ )?(?:interesad[oa]|dispuest[oa]|disponible)|me encantaria|"
    r"suena (?:\w+ )?(?:bien|"
    r"genial|interesante)|me gustaria (?:\w+ )?(?:saber|hablar|conocer)|cuentame mas|cuenteme mas|podemos hablar|"
    r"hablamos|adjunto mi|encantad[oa] de (?:hablar|charlar))\b",
    r"\b(?:mi interessa|sono (?:\w+ )?(?:interessat[oa]|curios[oa]|disponibile)|mi piacerebbe|molto volentieri|"
    r"volentieri|sembra (?:\w+ )?(?:interessante|ottimo|bello)|saperne di piu|possiamo sentirci|sentiamoci|allego il "
    r"mio|ecco il mio (?:cv|numero))\b",
    r"\b(?:ben (?:\w+ )?(?:geinteresseerd|benieuwd|nieuwsgierig)|klinkt (?:\w+ )?(?:goed|interessant|leuk|mooi)|heb "
    r"(?:\w+ )?interesse|graag\b|vertel (?:me )?(?:er )?meer|lijkt me (?:\w+ )?(?:leuk|interessant|goed)|kunnen we "
    r"(?:\w+ )?bellen|bijgevoegd mijn)\b",
    r"\b(?:tenho (?:\w+ )?interesse|estou (?:\w+ )?(?:interessad[oa]|disponivel|curios[oa])|me interessa|"
    r"interessa-me|"
    r"parece (?:\w+ )?(?:otimo|bom|interessante)|gostaria de (?:\w+ )?(?:saber|conversar|conhecer|falar)|podemos (?:"
    r"conversar|falar|marcar)|conte-me mais|adoraria|segue (?:o )?meu)\b",
    r"\A\W*(?:yes|sure|absolutely|definitely|sounds good|ja|gerne?|oui|si|claro|certo|sim|ja graag|graag)\W*(?:\Z|"
    r"[.!,])",
)
_QUESTION = (
    r"\?",
    r"\b(?:what (?:is|are|would)|how (?:much|many|long|does)|where (?:is|would)|is it (?:remote|possible)|"
    r"could you (?:tell|"
    r"send|share|clarify)|can you (?:tell|send|share|clarify)|salary range|which (?:stack|team|company))\b",
    r"\b(?:wie hoch|wie viel|wo (?:ist|ware)|welche[rs]?|konnen sie mir (?:sagen|schicken)|gehaltsspanne|"
    r"quel(?:le)? est|"
    r"combien|pouvez-vous|cual es|cuanto|puede\w* (?:decirme|enviarme)|qual e|quanto|puo (?:dirmi|inviarmi)|hoeveel|"
    r"wat is|kunt u|poderia (?:dizer|enviar|me))\b",
)


def _any(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases), re.DOTALL)


# The first that matches decides: "not interested right now" is a no to the moment, "interested" stands in "not so".
_ORDER: tuple[tuple[Meaning, re.Pattern[str]], ...] = (
    ("referral", _any(_REFERRAL)),
    ("not_now", _any(_NOT_NOW)),
    ("not_interested", _any(_NOT_INTERESTED)),
    ("interested", _any(_INTERESTED)),
    ("question", _any(_QUESTION)),
)


def plain(text: str) -> str:
    """Small letters without accents, one blank between words."""
    letters = unicodedata.normalize("NFKD", text[:READ].replace("’", "'").casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).split())


def meaning(text: str) -> Meaning:
    """What the new text of an answer (never the quotation) means; empty where no phrase of ours occurs in it.

    Reads English, German, French, Spanish, Italian, Dutch and Portuguese. Never raises.
    """
    if wants_to_stop(text):
        return "unsubscribe"
    words = plain(text)
    return next((found for found, pattern in _ORDER if pattern.search(words)), "")
