"""Requests not to be written to again."""

import pytest

from inbox.mail.understand import wants_to_stop


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop.",
        "Please unsubscribe me",
        "Hi Zoe,\n\nplease remove me from your list.\n\nThanks,\nAnn",
        "Kindly do not contact me again.",
        "Not interested, stop emailing me!",
        "Bitte nehmen Sie mich aus dem Verteiler.",
        "Bitte keine weiteren E-Mails mehr.",
        "Merci de ne plus m'écrire.",
        "Désinscrivez-moi svp",
        "Je ne souhaite plus recevoir vos messages.",
        "Quiero darme de baja",
        "Por favor, dejen de escribirme.",
        "Non voglio più ricevere e-mail.",
        "Cancellatemi dalla lista",
        "Haal mij van de lijst",
        "Graag geen mails meer",
        "Não quero mais receber mensagens",
        "Por favor, remova meu e-mail",
    ],
)
def test_wants_to_stop_hears_the_wish(text: str) -> None:
    assert wants_to_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I can stop by on Monday.",
        "Please do not hesitate to contact me.",
        "Not right now, maybe later.",
        "Don't email me at work, use this address: ann@candidate.test",
        "Please remove me from the shortlist, I found a job.",
        "Could you take my name as a reference?",
        "Ich kann keine Mail finden. Bitte schicken Sie sie nochmal.",
        "Je ne peux plus venir.",
        "No puedo el lunes, mejor el martes.",
        "Non posso più venire martedì.",
        "Please stop emailing me. " + "I have a long story to tell about the role and the team. " * 5,
    ],
)
def test_wants_to_stop_hears_nothing_else(text: str) -> None:
    assert not wants_to_stop(text)
