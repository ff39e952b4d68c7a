"""The demo's automation: one rule that has been on for all of its story, and a recipe that waits to be read."""

from __future__ import annotations

from datetime import timedelta

from crm.services.demo import Scene
from outreach.choices import ReplyClass
from outreach.models import AutomationRule
from outreach.services import recipes, rules
from outreach.services.actions import Act

ANSWER_THEM = "Answer the interested the same day"
WARM = "Interested"


def automation(scene: Scene) -> None:
    """Before anybody answers: the rule runs for each answer of the story, at its moment."""
    author = scene.recruiters[0]
    with scene.chapter():
        values = {
            "name": ANSWER_THEM,
            "trigger": "replied",
            "settings": {"reply_class": ReplyClass.INTERESTED.value},
            "actions": [
                {"act": Act.TASK.value, "words": "They are interested: answer today", "days": 0},
                {"act": Act.TAG.value, "tag": WARM},
            ],
            "repeat_days": 30,
        }
        rule = rules.save(rule=AutomationRule(created_by=author), values=values, by=author.actor)
        rules.turn_on(rule=rule, by=author.actor, now=scene.now - timedelta(days=100))
        recipes.use(recipe=recipes.find("check-in"), by=author.actor, member=author, now=scene.now)
