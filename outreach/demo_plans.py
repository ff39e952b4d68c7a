"""The demo's other plans: mails that a colleague reads first, a control group, a company template in German."""

from __future__ import annotations

from datetime import timedelta

from crm.services.demo import Scene
from outreach.models import MessageTemplate, Sequence
from outreach.services import languages, message_templates, sequences, steps, variants
from outreach.services.message_templates import Shelf
from talent.models import Candidate

READ_FIRST = "Engineering leads, read first"
WATCHED = "Data people, with a control group"
GREETING = """Hallo {{ first_name | default: "zusammen" }},

ich würde lieber früh als spät miteinander sprechen: nicht über eine Stelle, sondern darüber, was Sie als Nächstes \
vorhaben.

{{ sender.first_name | default: "Das Team" }}
"""


def plans(scene: Scene) -> None:
    """Two sequences, and a template that only administrators change."""
    author = scene.recruiters[0]
    with scene.chapter():
        template = MessageTemplate.objects.filter(name="First hello").first()
        if template is None:
            return
        shelf = Shelf(template.folder, template.tags, is_locked=True, language="en")
        words = {"name": template.name, "subject": template.subject, "body": template.body}
        message_templates.save(template=template, by=author.actor, shelf=shelf, **words)
        languages.put(template=template, language="de", subject="Wollen wir sprechen?", body=GREETING, by=author.actor)
        known = Sequence.objects.filter(name="Platform engineers, first hello").first()
        if known is not None:
            subject = 'Short question, {{ first_name | default: "if I may" }}'
            variants.add(step=steps.steps_of(known)[0], subject=subject, body=template.body, by=author.actor)
        _start(scene, READ_FIRST, template, days_ago=1, needs_review=True, people=8)
        _start(scene, WATCHED, template, days_ago=40, hold_out_percent=30, people=40)


def _start(
    scene: Scene,
    name: str,
    template: MessageTemplate,
    *,
    days_ago: int,
    people: int,
    needs_review: bool = False,
    hold_out_percent: int = 0,
) -> None:
    """A sequence of one mail, and people in it."""
    author = scene.recruiters[0]
    sequence = sequences.create(name=name, by=author.actor, sender=author)
    sequences.change(sequence=sequence, values={"hold_out_percent": hold_out_percent}, by=author.actor)
    step = steps.steps_of(sequence)[0]
    steps.change(step=step, values={"template": template, "needs_review": needs_review}, by=author.actor)
    began = scene.now - timedelta(days=days_ago)
    sequences.activate(sequence=sequence, by=author.actor, now=began)
    chosen = Candidate.objects.filter(enrolments__isnull=True).order_by("pk").values_list("pk", flat=True)[:people]
    sequences.enrol(sequence=sequence, candidate_ids=list(chosen), by=author.actor, now=began)
