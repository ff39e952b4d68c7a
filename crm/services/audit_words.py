"""The audit log in sentences: what was done, to what, and where that is found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.urls import reverse

from crm.models import AuditEntry
from crm.registry import registered
from crm.viewing import machinery_that_also_touches_confidential_rows

# Action -> what somebody did. Every action in the code has words: a test compares.
WORDS = {
    "admin.add": "added a row in the administration",
    "admin.change": "changed a row in the administration",
    "admin.delete": "deleted a row in the administration",
    "api_key.create": "made an API key",
    "api_key.revoke": "revoked an API key",
    "application_decided": "decided about an application",
    "application_made": "noted an application",
    "application_moved": "moved an application",
    "automation.change": "changed an automation",
    "automation.create": "made an automation",
    "automation.delete": "deleted an automation",
    "automation.run": "let an automation run for who was in its segment already",
    "automation.turn_off": "turned an automation off",
    "automation.turn_on": "turned an automation on",
    "broadcast.approve": "approved a broadcast",
    "broadcast.cancel": "cancelled a broadcast",
    "broadcast.change": "changed a broadcast",
    "broadcast.create": "made a broadcast",
    "broadcast.delete": "deleted a broadcast",
    "broadcast.freeze": "froze the audience of a broadcast",
    "broadcast.pause": "paused a broadcast",
    "broadcast.resume": "let a broadcast go on",
    "broadcast.send_back": "sent a broadcast back to be changed",
    "broadcast.start": "started a broadcast",
    "broadcast.submit": "sent a broadcast off",
    "bulk.done": "finished an act on many candidates",
    "bulk.resume": "let an act on many candidates go on",
    "bulk.start": "began an act on many candidates",
    "bulk.stop": "stopped an act on many candidates",
    "bulk.undo": "began to take an act on many candidates back",
    "bulk.undone": "took an act on many candidates back",
    "calendar.renew": "made a secret address for their calendar",
    "calendar.revoke": "ended the secret address of their calendar",
    "candidate.assign": "gave candidates to a colleague",
    "candidate.change": "changed a candidate",
    "candidate.create": "added a candidate",
    "candidate.delete": "deleted a candidate",
    "message.class": "corrected what a reply means",
    "candidate.not_now": "noted that a candidate says: not now",
    "candidate.source": "added a source to a candidate",
    "candidate_tagged": "tagged candidates",
    "candidate_untagged": "took a tag off candidates",
    "contact.ban": "noted that a candidate must not be contacted",
    "candidate.not_same": "said that two records are two people",
    "candidate.may_be_same": "took back that two records are two people",
    "candidate.merge": "merged two records of one person",
    "candidate.unmerge": "took the merge of two records back",
    "consent.record": "wrote down what a candidate said about consent",
    "consent.basis": "changed what a purpose rests on",
    "consent.word": "changed the words that ask for consent",
    "contact.except": "allowed writing to a candidate in spite of a ban of ours",
    "contact.end_exception": "ended an exception from a ban",
    "ledger.hand_over": "handed rows of a ledger from one record to another",
    "off_limits.add": "put a company or domain off limits",
    "off_limits.change": "changed what holds for a company or domain that is off limits",
    "off_limits.lift": "took a company or domain off the off-limits list",
    "contact.lift_ban": "allowed contact with a candidate again",
    "contact_point.add": "added an address of a candidate",
    "contact_point.change": "corrected an address of a candidate",
    "contact_point.give": "gave an address to another candidate",
    "contact_point.primary": "chose the first address of a candidate",
    "contact_point.remove": "removed an address of a candidate",
    "contact_point.verify": "confirmed an address of a candidate",
    "content.change": "changed a piece of content",
    "content.create": "wrote a piece of content",
    "content.delete": "deleted a draft of content",
    "content.publish": "published a piece of content",
    "content.withdraw": "took a piece of content back",
    "document.remove": "removed a document of a candidate",
    "engagement.change": "changed what counts as engagement",
    "day_off.add": "changed the days off",
    "day_off.remove": "took a day out of the days off",
    "enrolment.reject": "read a mail, and decided against its person",
    "enrolment.stop": "took a candidate out of a sequence",
    "fact.add": "wrote down a fact",
    "fact.change": "corrected a fact",
    "fact.remove": "removed a fact",
    "fact.reopen": "opened a fact again",
    "fact.settle": "settled a fact",
    "field.archive": "archived a custom field",
    "field.change": "changed a custom field",
    "field.create": "made a custom field",
    "field.restore": "brought a custom field back",
    "export.read": "downloaded a list of candidates",
    "export.start": "exported a list of candidates",
    "file.read": "opened a file",
    "import.check": "checked an import",
    "import.start": "started an import",
    "import.upload": "uploaded a list to import",
    "inbound.create_secret": "made the address for inbound mail",
    "inbound.renew_secret": "renewed the address for inbound mail",
    "invitation.accept": "accepted an invitation",
    "invitation.create": "invited a colleague",
    "invitation.revoke": "took back an invitation",
    "job.change": "changed a job",
    "job.create": "made a job",
    "job.delete": "deleted a job",
    "label.undo": "took back a rename or merge",
    "login.add_second_factor": "set up a second factor",
    "login.change_password": "changed their password",
    "login.end": "logged out",
    "login.fail": "failed to log in: wrong password",
    "login.fail_second_factor": "failed to log in: wrong second factor",
    "login.remove_second_factor": "removed a second factor",
    "login.renew_second_factor": "renewed a second factor",
    "login.reset_password": "set a new password by mail",
    "login.set_password": "set a password",
    "login.success": "logged in",
    "mailbox.set_pace": "changed how much a mailbox sends",
    "domain.set_cap": "changed how much a domain sends",
    "domain.renew_key": "made a new key to sign mails with",
    "mail_app.change": "changed the registration with a maker of mailboxes",
    "mailbox.change": "changed how mail is sent",
    "mailbox.connect": "connected their own mailbox",
    "mailbox.disconnect": "disconnected their own mailbox",
    "mailbox.make_main": "made another mailbox the main one",
    "mailbox.resume": "let a stopped mailbox send again",
    "mailbox.stop": "stopped a mailbox",
    "member.change_role": "changed the role of a member",
    "member.describe": "changed what they say of themselves",
    "member.hand_over": "handed what a colleague sends to another one",
    "member.hold": "held what a colleague has planned to send",
    "member.deactivate": "locked out a member",
    "member.reactivate": "let a member in again",
    "meeting.book": "booked a meeting with a candidate",
    "meeting.move": "moved a meeting with a candidate",
    "meeting.settle": "said what became of a meeting with a candidate",
    "message.assign": "assigned a mail to a candidate",
    "message.dismiss": "put a mail of a stranger away",
    "message.put_back": "put a mail of a stranger back",
    "message.approve": "approved a mail before it went",
    "message.approve_rest": "approved the rest of a step's mails",
    "message.cancel": "took a planned mail back",
    "message.edit": "wrote a planned mail anew",
    "message.hold": "held a planned mail",
    "message.move": "moved a planned mail to another time",
    "message.release": "let a held mail go",
    "message.release_late": "let mails go that an outage had held",
    "message.send_for": "had a message sent from a colleague's mailbox",
    "message.settle": "decided what became of a message",
    "event.change": "changed an event",
    "event.create": "made an event",
    "event.delete": "deleted an event",
    "event_marked": "noted who came to an event",
    "event_registered": "registered candidates for an event",
    "event_waitlisted": "put candidates on the waiting list of an event",
    "event_waitlist_left": "took candidates off the waiting list of an event",
    "event_unregistered": "took candidates off the list of an event",
    "disposition.change": "changed the reasons why applications end",
    "mail_preferences.change": "changed what a candidate wants to get",
    "note.delete": "deleted a note",
    "note.edit": "edited a note",
    "pool.change": "changed a pool",
    "pool.create": "made a pool",
    "pool.delete": "deleted a pool",
    "pool.feed": "chose the segment that feeds a pool",
    "pool.share": "decided who sees a pool",
    "pool_joined": "put candidates into a pool",
    "pool_left": "took candidates out of a pool",
    "portal_link.create": "invited a candidate to the portal",
    "rediscovery.create": "stored a search for a job",
    "rediscovery.delete": "deleted a search for a job",
    "rediscovery.run": "looked among the people we know for a job",
    "resume.upload": "uploaded a résumé",
    "saved_view.change": "changed a saved view",
    "saved_view.create": "saved a view",
    "saved_view.delete": "deleted a saved view",
    "segment.by_rule": "let a segment's rule decide about a candidate again",
    "segment.change": "changed a segment",
    "segment.create": "made a segment",
    "segment.delete": "deleted a segment",
    "segment.keep_in": "kept a candidate in a segment by hand",
    "segment.leave_out": "left a candidate out of a segment by hand",
    "send_grant.give": "let a colleague send from a mailbox",
    "send_grant.revoke": "took back that a colleague sends from a mailbox",
    "sending_policy.change": "changed the contact rules",
    "sequence.activate": "started a sequence",
    "sequence.add_step": "added a step to a sequence",
    "sequence.archive": "put a sequence into the archive",
    "sequence.change": "changed a sequence",
    "sequence.change_step": "changed a step of a sequence",
    "sequence.create": "made a sequence",
    "sequence.delete": "deleted a sequence that was never started",
    "sequence.enrol": "put candidates into a sequence",
    "sequence.move_step": "moved a step of a sequence",
    "sequence.pause": "paused a sequence",
    "sequence.publish": "published a version of a sequence",
    "sequence.discard_draft": "threw the draft of a sequence away",
    "sequence.remove_step": "removed a step of a sequence",
    "sequence.restore": "took a sequence out of the archive",
    "skill.alias": "gave a skill another name",
    "skill.create": "made a skill",
    "skill.delete": "deleted a skill",
    "skill.merge": "merged another skill into a skill",
    "skill.place": "changed what a skill is",
    "skill.rename": "renamed a skill",
    "skill.unalias": "took a name off a skill",
    "topic.change": "changed a topic",
    "topic.create": "made a topic",
    "webhook.renew_secret": "made a new key for webhooks",
    "webhook.send_again": "sent a webhook again",
    "variant.change": "changed a variant of a mail",
    "variant.choose": "chose a variant of a mail",
    "variant.create": "wrote a variant of a mail",
    "variant.delete": "deleted a variant of a mail",
    "variant.least": "said how many people a test of a mail takes",
    "variant.pause": "paused a variant of a mail",
    "variant.resume": "let a variant of a mail go on",
    "test_mail.send": "sent a test mail to themselves",
    "snippet.change": "changed a snippet",
    "snippet.create": "wrote a snippet",
    "snippet.delete": "deleted a snippet",
    "tag.create": "made a tag",
    "tag.delete": "deleted a tag",
    "tag.merge": "merged another tag into a tag",
    "tag.rename": "renamed a tag",
    "task.change": "changed a task",
    "task.delete": "deleted a task",
    "touchpoint.log": "logged a call or another contact with a candidate",
    "touchpoint.remove": "took back a contact that was logged",
    "template.translate": "gave a template words in another language",
    "template.drop_language": "took a language off a template",
    "template.change": "changed a template",
    "template.create": "wrote a template",
    "template.delete": "deleted a template",
    "tenant.back_to_test": "put the workspace back into test mode",
    "tenant.change": "changed the workspace",
    "tenant.create": "made the workspace",
    "text_account.change": "changed the account for text messages",
    "tracking.change": "changed whose opens and clicks are counted",
    "tracking.person_off": "stopped counting a person's opens and clicks",
    "tracking.person_on": "let a person's opens and clicks be counted again",
    "tenant.go_live": "let the workspace send real mail",
    "tenant.hide_first_steps": "hid the first steps",
    "tenant.reactivate": "opened the workspace again",
    "tenant.resume_sending": "let all sending go on",
    "tenant.stop_sending": "stopped all sending",
    "tenant.suspend": "suspended the workspace",
}
# What is named in the words already, or is the one who acts.
UNNAMED = ("login.", "tenant.")


@dataclass(frozen=True)
class Told:
    """One entry as a sentence: `entry.actor_label`, `words`, what it was done to, and the page of that, if any."""

    entry: AuditEntry
    words: str
    thing: str = ""
    url: str = ""
    details: str = ""


def words_of(action: str) -> str:
    """What somebody did; an action from before or from elsewhere is at least spelt out."""
    if action.startswith("sandbox."):
        return f"played the candidate in the sandbox: {action.removeprefix('sandbox.').replace('_', ' ')}"
    return WORDS.get(action, action.replace(".", ": ").replace("_", " "))


def _named(entries: Sequence[AuditEntry]) -> dict[tuple[str, UUID], str]:
    """{(label, key): name} of what still exists; one query for each sort of thing that has a page or a name."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for entry in entries:
        is_named = entry.object_type in registered.audit_objects and not entry.action.startswith(UNNAMED)
        if entry.object_id and is_named:
            wanted[entry.object_type].add(entry.object_id)
    found: dict[tuple[str, UUID], str] = {}
    for label, keys in wanted.items():
        with machinery_that_also_touches_confidential_rows():  # the audit sees what colleagues may not
            rows = apps.get_model(label)._default_manager.select_related().in_bulk(keys)
        found |= {(label, key): str(row) for key, row in rows.items()}
    return found


def _details(entry: AuditEntry) -> str:
    fields = [name.replace("_", " ") for name in entry.fields]
    facts = [f"{name.replace('_', ' ')}: {value}" for name, value in entry.facts.items()]
    return ", ".join([*fields, *facts])


def _address(entry: AuditEntry, slug: str) -> str:
    name = registered.audit_objects[entry.object_type]
    return reverse(name, args=[slug, entry.object_id]) if name else ""


def told(entries: Sequence[AuditEntry], slug: str) -> list[Told]:
    """The entries as sentences, in their order."""
    names = _named(entries)
    rows = []
    for entry in entries:
        thing = names.get((entry.object_type, entry.object_id)) if entry.object_id else None
        url = _address(entry, slug) if thing else ""
        rows.append(Told(entry, words_of(entry.action), thing or "", url, _details(entry)))
    return rows
