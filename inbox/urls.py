"""Addresses of the hub below `/o/<tenant>/`."""

from __future__ import annotations

from django.urls import path

from inbox.views import meetings, messages, sandbox, settings, threads, timeline, tray

app_name = "inbox"

urlpatterns = [
    path("inbox/", threads.listing, name="thread-list"),
    path("inbox/tray/", tray.listing, name="tray"),
    path("inbox/tray/<uuid:pk>/", tray.detail, name="tray-mail"),
    path("inbox/tray/<uuid:pk>/assign/", tray.assign, name="tray-assign"),
    path("inbox/tray/<uuid:pk>/new-person/", tray.new_person, name="tray-new-person"),
    path("inbox/tray/<uuid:pk>/dismiss/", tray.dismiss, name="tray-dismiss"),
    path("inbox/tray/<uuid:pk>/put-back/", tray.put_back, name="tray-put-back"),
    path("inbox/unreadable/<uuid:pk>/read-again/", tray.read_again, name="mail-read-again"),
    path("inbox/<uuid:pk>/", threads.detail, name="thread"),
    path("inbox/<uuid:pk>/reply/", threads.reply, name="thread-reply"),
    path("inbox/<uuid:pk>/done/", threads.done, name="thread-done"),
    path("inbox/<uuid:pk>/reopen/", threads.reopen, name="thread-reopen"),
    path("inbox/outgoing/<uuid:pk>/cancel/", threads.cancel, name="message-cancel"),
    path("received-messages/<uuid:pk>/body/", messages.body, name="message-body"),
    path("received-messages/<uuid:pk>/raw/", messages.raw, name="message-raw"),
    path("received-messages/<uuid:pk>/class/", messages.classify, name="message-class"),
    path("received-messages/<uuid:pk>/files/<uuid:file>/", messages.attachment, name="message-file"),
    path("received-texts/<uuid:pk>/class/", messages.classify_text, name="text-class"),
    path("candidates/<uuid:pk>/timeline/", timeline.show, name="timeline"),
    path("candidates/<uuid:pk>/write/", threads.write, name="message-new"),
    path("candidates/<uuid:pk>/meetings/add/", meetings.add, name="meeting-add"),
    path("meetings/<uuid:pk>/held/", meetings.held, name="meeting-held"),
    path("meetings/<uuid:pk>/missed/", meetings.missed, name="meeting-missed"),
    path("meetings/<uuid:pk>/cancel/", meetings.cancel, name="meeting-cancel"),
    path("sandbox/", sandbox.listing, name="sandbox"),
    path("sandbox/<uuid:pk>/", sandbox.detail, name="sandbox-message"),
    path("sandbox/<uuid:pk>/body/", sandbox.body, name="sandbox-body"),
    path("sandbox/<uuid:pk>/open/", sandbox.open_it, name="sandbox-open"),
    path("sandbox/<uuid:pk>/links/<uuid:link>/click/", sandbox.click, name="sandbox-click"),
    path("sandbox/<uuid:pk>/reply/", sandbox.reply, name="sandbox-reply"),
    path("sandbox/<uuid:pk>/out-of-office/", sandbox.out_of_office, name="sandbox-out-of-office"),
    path("sandbox/<uuid:pk>/bounce/", sandbox.bounce, name="sandbox-bounce"),
    path("sandbox/<uuid:pk>/bounce-soft/", sandbox.bounce_soft, name="sandbox-bounce-soft"),
    path("sandbox/<uuid:pk>/complain/", sandbox.complain, name="sandbox-complain"),
    path("sandbox/<uuid:pk>/unsubscribe/", sandbox.unsubscribe, name="sandbox-unsubscribe"),
    path("settings/inbound-mail/", settings.inbound, name="settings-inbound"),
]
