"""Addresses of outreach's pages below `/o/<tenant>/`; their namespace is `outreach`."""

from __future__ import annotations

from django.urls import URLPattern, path

from outreach.views import (
    automation,
    broadcast_steps,
    broadcasts,
    contact_rules,
    days_off,
    domains,
    ledger,
    mail_preferences,
    message_templates,
    not_now,
    outbox,
    own_mailbox,
    reach,
    reviews,
    send_grants,
    sending_settings,
    sequences,
    simulator,
    steps,
    texts,
    tracking,
    variants,
    versions,
)

TEMPLATES: list[URLPattern] = [
    path("templates/", message_templates.listing, name="template-list"),
    path("templates/new/", message_templates.new, name="template-new"),
    path("templates/preview/", message_templates.preview, name="template-preview"),
    path("templates/<uuid:pk>/edit/", message_templates.edit, name="template-edit"),
    path("templates/<uuid:pk>/delete/", message_templates.delete, name="template-delete"),
]

SEQUENCES: list[URLPattern] = [
    path("sequences/", sequences.listing, name="sequence-list"),
    path("sequences/new/", sequences.new, name="sequence-new"),
    path("sequences/<uuid:pk>/", sequences.detail, name="sequence-detail"),
    path("sequences/<uuid:pk>/edit/", sequences.edit, name="sequence-edit"),
    path("sequences/<uuid:pk>/activate/", sequences.activate, name="sequence-activate"),
    path("sequences/<uuid:pk>/pause/", sequences.pause, name="sequence-pause"),
    path("sequences/<uuid:pk>/add/<slug:kind>/", steps.add, name="sequence-add-step"),
    path("steps/<uuid:pk>/add/<slug:arm>/<slug:kind>/", steps.add_inside, name="step-add-inside"),
    path("sequences/<uuid:pk>/enrol/", sequences.enrol, name="sequence-enrol"),
    path("sequences/<uuid:pk>/enrol/<uuid:segment>/", sequences.enrol_segment, name="sequence-enrol-segment"),
    path("segments/<uuid:pk>/reach/", reach.segment_reach, name="segment-reach"),
    path("sequences/<uuid:pk>/people/", sequences.people, name="sequence-people"),
    path("sequences/<uuid:pk>/simulate/", simulator.simulate, name="sequence-simulate"),
    path("sequences/<uuid:pk>/versions/", versions.history, name="sequence-versions"),
    path("sequences/<uuid:pk>/publish/", versions.publish, name="sequence-publish"),
    path("sequences/<uuid:pk>/discard-draft/", versions.discard, name="sequence-discard-draft"),
    path("sequences/<uuid:pk>/results/", sequences.results, name="sequence-results"),
    path("steps/<uuid:pk>/edit/", steps.edit, name="step-edit"),
    path("steps/<uuid:pk>/variants/", variants.listing, name="variant-list"),
    path("steps/<uuid:pk>/variants/new/", variants.new, name="variant-new"),
    path("steps/<uuid:pk>/variants/least/", variants.least, name="variant-least"),
    path("steps/<uuid:pk>/variants/try-all/", variants.try_all, name="variant-try-all"),
    path("steps/<uuid:pk>/variants/<slug:letter>/pause/", variants.pause, name="variant-pause"),
    path("steps/<uuid:pk>/variants/<slug:letter>/resume/", variants.resume, name="variant-resume"),
    path("steps/<uuid:pk>/variants/<slug:letter>/choose/", variants.choose, name="variant-choose"),
    path("variants/<uuid:pk>/edit/", variants.edit, name="variant-edit"),
    path("variants/<uuid:pk>/delete/", variants.delete, name="variant-delete"),
    path("steps/<uuid:pk>/place/", steps.place, name="step-place"),
    path("steps/<uuid:pk>/remove/", steps.remove, name="step-remove"),
    path("enrolments/<uuid:pk>/stop/", sequences.take_out, name="enrolment-stop"),
]

BROADCASTS: list[URLPattern] = [
    path("broadcasts/", broadcasts.listing, name="broadcast-list"),
    path("broadcasts/new/", broadcasts.new, name="broadcast-new"),
    path("broadcasts/<uuid:pk>/", broadcasts.detail, name="broadcast-detail"),
    path("broadcasts/<uuid:pk>/edit/", broadcasts.edit, name="broadcast-edit"),
    path("broadcasts/<uuid:pk>/reach/", broadcasts.reach, name="broadcast-reach"),
    path("broadcasts/<uuid:pk>/copy/", broadcasts.copy, name="broadcast-copy"),
    path("broadcasts/<uuid:pk>/delete/", broadcasts.delete, name="broadcast-delete"),
    path("broadcasts/<uuid:pk>/trial/", broadcast_steps.trial, name="broadcast-trial"),
    path("broadcasts/<uuid:pk>/send/", broadcast_steps.submit, name="broadcast-submit"),
    path("broadcasts/<uuid:pk>/approve/", broadcast_steps.approve, name="broadcast-approve"),
    path("broadcasts/<uuid:pk>/send-back/", broadcast_steps.send_back, name="broadcast-send-back"),
    path("broadcasts/<uuid:pk>/pause/", broadcast_steps.pause, name="broadcast-pause"),
    path("broadcasts/<uuid:pk>/resume/", broadcast_steps.resume, name="broadcast-resume"),
    path("broadcasts/<uuid:pk>/cancel/", broadcast_steps.cancel, name="broadcast-cancel"),
]

LEDGER: list[URLPattern] = [
    path("messages/", ledger.listing, name="message-list"),
    path("messages/<uuid:pk>/", ledger.detail, name="message-detail"),
    path("messages/<uuid:pk>/arrived/", ledger.arrived, name="message-arrived"),
    path("messages/<uuid:pk>/send-again/", ledger.send_again, name="message-send-again"),
    path("messages/<uuid:pk>/give-up/", ledger.give_up, name="message-give-up"),
    path("messages/<uuid:pk>/cancel/", ledger.cancel, name="message-cancel"),
]

OUTBOX: list[URLPattern] = [
    path("outbox/", outbox.listing, name="outbox"),
    path("outbox/send-late/", outbox.release_late, name="outbox-release-late"),
    path("messages/<uuid:pk>/edit/", outbox.edit, name="outbox-edit"),
    path("messages/<uuid:pk>/hold/", outbox.hold, name="outbox-hold"),
    path("messages/<uuid:pk>/release/", outbox.release, name="outbox-release"),
    path("messages/<uuid:pk>/earlier/", outbox.earlier, name="outbox-earlier"),
    path("messages/<uuid:pk>/later/", outbox.later, name="outbox-later"),
    path("messages/<uuid:pk>/move/", outbox.move, name="outbox-move"),
    path("messages/<uuid:pk>/take-back/", outbox.cancel, name="outbox-cancel"),
    path("reviews/", reviews.listing, name="review-list"),
    path("messages/<uuid:pk>/review/", reviews.show, name="review"),
    path("messages/<uuid:pk>/approve/", reviews.approve, name="review-approve"),
    path("messages/<uuid:pk>/skip/", reviews.skip, name="review-skip"),
    path("steps/<uuid:pk>/approve-rest/", reviews.approve_rest, name="review-approve-rest"),
]

NOT_NOW: list[URLPattern] = [
    path("candidates/<uuid:pk>/not-now/", not_now.say, name="candidate-not-now"),
    path("not-now/undo/<str:token>/", not_now.undo, name="not-now-undo"),
]

SETTINGS: list[URLPattern] = [
    path("settings/grants/", send_grants.edit, name="settings-grants"),
    path("settings/grants/<uuid:pk>/revoke/", send_grants.revoke, name="settings-grant-revoke"),
    path("settings/topics/", mail_preferences.topic_list, name="settings-topics"),
    path("settings/topics/new/", mail_preferences.topic_new, name="settings-topic-new"),
    path("settings/topics/<uuid:pk>/", mail_preferences.topic_edit, name="settings-topic"),
    path("candidates/<uuid:pk>/mail-preferences/", mail_preferences.edit, name="candidate-mail-preferences"),
    path("settings/contact-rules/", contact_rules.edit, name="settings-contact-rules"),
    path("settings/sending/", sending_settings.show, name="settings-sending"),
    path("mailboxes/<uuid:pk>/pace/", sending_settings.pace, name="mailbox-pace"),
    path("settings/days-off/", days_off.listing, name="settings-days-off"),
    path("settings/days-off/<uuid:pk>/remove/", days_off.remove, name="settings-days-off-remove"),
    path("settings/sending/go-live/", sending_settings.go_live, name="settings-sending-go-live"),
    path("settings/sending/test-mode/", sending_settings.back_to_test, name="settings-sending-test-mode"),
    path("settings/texts/", texts.edit, name="settings-texts"),
    path("settings/texts/test/", texts.try_it, name="text-account-test"),
    path("settings/tracking/", tracking.edit, name="settings-tracking"),
    path("settings/tracking/check-domain/", tracking.check_domain, name="tracking-domain-check"),
    path("candidates/<uuid:pk>/tracking/on/", tracking.switch_on, name="tracking-on"),
    path("candidates/<uuid:pk>/tracking/off/", tracking.switch_off, name="tracking-off"),
    path("settings/domains/", domains.show, name="settings-domains"),
    path("settings/domains/<str:domain>/check/", domains.check, name="domain-check"),
    path("settings/domains/<str:domain>/renew-key/", domains.renew_key, name="domain-renew-key"),
    path("settings/mail-apps/<slug:maker>/", sending_settings.app, name="mail-app"),
    path("settings/own-mailbox/", own_mailbox.show, name="settings-own-mailbox"),
    path("settings/own-mailbox/connect/<slug:way>/", own_mailbox.connect, name="own-mailbox-connect"),
    path("settings/own-mailbox/connected/", own_mailbox.connected, name="own-mailbox-connected"),
    path("settings/own-mailbox/test/", own_mailbox.try_it, name="own-mailbox-test"),
    path("settings/own-mailbox/disconnect/", own_mailbox.disconnect, name="own-mailbox-disconnect"),
    path("mailboxes/new/<slug:kind>/", sending_settings.new, name="mailbox-new"),
    path("mailboxes/<uuid:pk>/", sending_settings.edit_as_it_is, name="mailbox"),
    path("mailboxes/<uuid:pk>/edit/<slug:kind>/", sending_settings.edit, name="mailbox-edit"),
    path("mailboxes/<uuid:pk>/test/", sending_settings.try_server, name="mailbox-test"),
    path("mailboxes/<uuid:pk>/main/", sending_settings.make_main, name="mailbox-main"),
    path("mailboxes/<uuid:pk>/stop/", sending_settings.stop, name="mailbox-stop"),
    path("mailboxes/<uuid:pk>/resume/", sending_settings.resume, name="mailbox-resume"),
]

AUTOMATION: list[URLPattern] = [
    path("automation/", automation.listing, name="rule-list"),
    path("automation/new/", automation.new, name="rule-new"),
    path("automation/recipes/<slug:recipe>/", automation.use_recipe, name="rule-recipe"),
    path("automation/<uuid:pk>/", automation.detail, name="rule-detail"),
    path("automation/<uuid:pk>/edit/", automation.edit, name="rule-edit"),
    path("automation/<uuid:pk>/on/", automation.turn_on, name="rule-on"),
    path("automation/<uuid:pk>/off/", automation.turn_off, name="rule-off"),
    path("automation/<uuid:pk>/run/", automation.run_for_members, name="rule-run"),
    path("automation/<uuid:pk>/delete/", automation.delete, name="rule-delete"),
]

urlpatterns = [*TEMPLATES, *SEQUENCES, *BROADCASTS, *LEDGER, *OUTBOX, *NOT_NOW, *AUTOMATION, *SETTINGS]
