"""Where the engine plays: a scratch database with one workspace, its people, and what the gate has to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from crm.actors import SYSTEM
from crm.bench import scratch
from crm.bench.scratch import Connection
from crm.models import Tenant
from crm.tenancy.context import tenant as open_tenant
from crm.tenancy.models import TenantModel
from outreach.choices import Encryption, SequenceStatus, StepKind, TransportKind
from outreach.models import Mailbox, OutboundMessage, Sequence, SequenceStep
from outreach.services import send_gate, sequences
from outreach.services.clock import database_now
from talent.choices import BanReason, ConsentOrigin, ConsentPurpose, ConsentState, ContactKind, OffLimitsKind
from talent.models import Candidate, ConsentRecord, ContactBan, ContactPoint, ContactPreference, OffLimitsCompany

BODY = """Hi {{ first_name | default: "there" }},

{% if current_company %}I came across your work at {{ current_company }}{% else %}I came across your profile{% endif %}
and would like to tell you what we are building at {{ company }}. A few of our engineers wrote down how they work, what
they argue about, and what they would not do again: https://engineering.example.com/how-we-work

You would join a team of eight that runs the platform which all of our products stand on. We release several times a
day, we are on call for what we build, and we keep Fridays free of meetings. Half of the team works from elsewhere.

Would you have twenty minutes for a talk in the next days? If the moment is not right, a word is enough, and I will
come back to you when you say so.

Best regards
{{ sender.name }}"""
PEOPLE = "bench_people"  # number and key of each person
# One of so many has it. Whoever has such a fact is looked at more closely by the gate.
PLAIN = "mod(p.n, 50) > 12 AND mod(p.n, 5000) > 20"  # whom nothing keeps back
BANNED, WITHDREW, WISHES, BOUNCED, REPLIED = 50, 50, 50, 100, 50


@dataclass(frozen=True)
class Stage:
    """The workspace, and a connection of the owner, whom row-level security does not bind."""

    tenant: Tenant
    owner: Connection
    people: int

    def run(self, statement: str, **values: Any) -> int:
        return self.owner.execute(statement.encode(), values).rowcount

    def ask(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        return self.owner.execute(statement.encode(), values).fetchall()

    def copy(
        self, row: TenantModel, changed: Mapping[str, str], source: str, where: str = "true", *, kept: str = ""
    ) -> int:
        """Many rows like this one: `changed` maps columns to expressions over the table `source`, called `p`.

        `kept` is the table that the one row lies in, where that is not its own.
        """
        names = [str(f.column) for f in row._meta.concrete_fields if not f.generated]
        new = {"id": new_key(self.owner), **changed}
        values = ", ".join(new.get(name, f'model."{name}"') for name in names)
        columns = ", ".join(f'"{name}"' for name in names)
        table = row._meta.db_table
        return self.run(
            f"INSERT INTO {table} ({columns}) SELECT {values} FROM {kept or table} model, {source} p "  # noqa: S608
            f"WHERE model.id = %(model)s AND {where} ON CONFLICT DO NOTHING",
            model=row.pk,
        )

    def vacuum(self, *tables: str) -> None:
        self.owner.execute(f"VACUUM (ANALYZE) {', '.join(tables)}".encode())


def new_key(owner: Connection) -> str:
    """The expression of a new key: in order of time where the server can."""
    return "uuidv7()" if owner.info.server_version >= 180000 else "gen_random_uuid()"


@contextmanager
def stage(people: int) -> Iterator[Stage]:
    """Django's connections lead to a database of its own, thrown away afterwards."""
    with scratch.database(), scratch.connect("owner") as owner:
        owner.execute("SET timezone = 'UTC'")
        tenant = Tenant.objects.create(slug="bench", name="Bench", mail_mode=Tenant.MailMode.LIVE)
        send_gate.open_gate(by="Bench")
        here = Stage(tenant, owner, people)
        with open_tenant(tenant):
            models = _models()
        _people(here, *models)
        yield here


def _models() -> tuple[Candidate, ContactPoint]:
    person = Candidate.objects.create(name="Person 0", current_company="Nordlicht")
    address = "person0@mail.example.com"
    point = ContactPoint.objects.create(
        candidate=person, kind=ContactKind.EMAIL, value=address, normal=address, is_primary=True
    )
    return person, point


def _people(here: Stage, person: Candidate, point: ContactPoint) -> None:
    key = new_key(here.owner)
    here.run(f"CREATE TABLE {PEOPLE} AS SELECT n, {key} AS id FROM generate_series(1, {here.people}) n")  # noqa: S608
    here.run(f"ALTER TABLE {PEOPLE} ADD PRIMARY KEY (n)")
    here.run(f"GRANT SELECT ON {PEOPLE} TO PUBLIC")
    names = {"id": "p.id", "name": "'Person ' || p.n", "current_company": "'Company ' || mod(p.n, 5000)"}
    here.copy(person, names, PEOPLE)
    address = "'person' || p.n || '@mail' || mod(p.n, 900) || '.example.com'"
    here.copy(point, {"candidate_id": "p.id", "value": address, "normal": address}, PEOPLE)
    with open_tenant(here.tenant):
        facts = _facts(person, database_now())
    for place, (row, count) in enumerate(facts):
        here.copy(row, {"candidate_id": "p.id"}, PEOPLE, f"mod(p.n, {count}) = {place}")
    number = f"(SELECT id FROM {PEOPLE} WHERE mod(n, %(every)s) = %(place)s)"  # noqa: S608
    bounced, replied = f"candidate_id IN {number}", f"id IN {number}"
    here.run(f"UPDATE talent_contactpoint SET bounced_at = now() WHERE {bounced}", every=BOUNCED, place=11)  # noqa: S608
    here.run(f"UPDATE talent_candidate SET last_replied_at = now() WHERE {replied}", every=REPLIED, place=12)  # noqa: S608
    here.owner.execute(b"VACUUM (ANALYZE)")


def _facts(person: Candidate, now: datetime) -> list[tuple[TenantModel, int]]:
    """A ban, a consent withdrawn and wishes, each to be given to one of so many; and a list of what is off limits."""
    for number in range(20):
        name = f"Company {number}"
        OffLimitsCompany.objects.create(
            kind=OffLimitsKind.COMPANY, value=name, normal=name.lower(), reason="A client", added_by="Bench"
        )
    withdrawn = ConsentRecord(candidate=person, purpose=ConsentPurpose.CONTACT, state=ConsentState.WITHDRAWN)
    withdrawn.occurred_at, withdrawn.origin, withdrawn.recorded_by = now, ConsentOrigin.SPOKEN, "Bench"
    withdrawn.save(force_insert=True)
    return [
        (ContactBan.objects.create(candidate=person, reason=BanReason.MANUAL, banned_at=now), BANNED),
        (withdrawn, WITHDREW),
        (ContactPreference.objects.create(candidate=person, weekdays=[2, 3], updated_by="Bench"), WISHES),
    ]


def a_sequence(here: Stage, name: str, port: int = 0) -> Sequence:
    """An active sequence of two mails, three days apart, from a mailbox whose server is on that port."""
    with open_tenant(here.tenant):
        mailbox = Mailbox.objects.create(
            name=name,
            is_default=not Mailbox.objects.exists(),
            transport=TransportKind.SMTP,
            from_address="ines@acme.example.com",
            from_name="Ines Weber",
            host="127.0.0.1",
            port=port or 25,
            encryption=Encryption.NONE,
        )
        sequence = Sequence.objects.create(name=name, status=SequenceStatus.ACTIVE, mailbox=mailbox)
        SequenceStep.objects.create(sequence=sequence, position=0, subject="How we work at {{ company }}", body=BODY)
        SequenceStep.objects.create(sequence=sequence, position=1, kind=StepKind.WAIT, wait_days=3)
        SequenceStep.objects.create(sequence=sequence, position=2, subject="Once more", body=BODY)
    return sequence


def plan(here: Stage, sequence: Sequence, count: int) -> list[UUID]:
    """So many mails of the sequence, to people who have had nothing yet and whom nothing keeps back; their keys.

    They are planned for a month from now. The first is enrolled as the product does, the others are rows like it.
    """
    [(heard,)] = here.ask(
        f"SELECT coalesce(max(p.n), 0) FROM {PEOPLE} p JOIN outreach_outboundmessage m ON m.candidate_id = p.id"  # noqa: S608
    )
    wanted = f"SELECT n, id FROM {PEOPLE} p WHERE n > %(n)s AND {PLAIN} ORDER BY n LIMIT %(count)s"  # noqa: S608
    free = here.ask(wanted, n=heard, count=count)
    (first, one), (last, _) = free[0], free[-1]
    with open_tenant(here.tenant):
        sequences.enrol(sequence=sequence, candidate_ids=[one], by=SYSTEM, now=database_now())
        message = OutboundMessage.objects.select_related("enrolment").get(enrolment__sequence=sequence, candidate=one)
    assert message.enrolment is not None
    among = f"p.n > {first} AND p.n <= {last} AND {PLAIN}"
    enrolment = message.enrolment
    here.copy(enrolment, {"candidate_id": "p.id"}, PEOPLE, among)
    here.vacuum("outreach_enrolment")  # or the planner looks for each through all of the sequence
    changed = {
        "candidate_id": "p.id",
        "enrolment_id": "(SELECT e.id FROM outreach_enrolment e WHERE e.candidate_id = p.id AND e.sequence_id = "  # noqa: S608
        f"'{sequence.pk}')",
        "send_key": f"'{message.send_key.rsplit(':', 1)[0]}:' || p.id",
        "message_id": "'<' || gen_random_uuid() || '@bench.example.com>'",
        "reply_token": "replace(gen_random_uuid()::text, '-', '')",
    }
    here.copy(message, changed, PEOPLE, among)
    later = database_now() + timedelta(days=30)
    here.run("UPDATE outreach_outboundmessage SET due_at = %(at)s WHERE step_id = %(s)s", at=later, s=message.step_id)
    here.vacuum("outreach_enrolment", "outreach_outboundmessage", "crm_event")
    rows = here.ask(
        f"SELECT m.id FROM outreach_outboundmessage m JOIN {PEOPLE} p ON p.id = m.candidate_id "  # noqa: S608
        "WHERE m.step_id = %(step)s ORDER BY p.n",
        step=message.step_id,
    )
    return [row[0] for row in rows]


def make_due(here: Stage, keys: list[UUID]) -> None:
    """Their moment has come."""
    here.run("UPDATE outreach_outboundmessage SET due_at = now() WHERE id = ANY(%(keys)s)", keys=keys)
