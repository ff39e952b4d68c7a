"""Addresses of the floor's own pages below `/o/<tenant>/`; their namespace is `crm`."""

from __future__ import annotations

from django.urls import path

from crm.views import invitations as joining
from crm.views import live, notifications, today
from crm.views.settings import api_keys, audit, health, index, invitations, members, profile, workspace

urlpatterns = [
    path("", today.today, name="today"),
    path("first-steps/hide/", today.hide_first_steps, name="first-steps-hide"),
    path("palette/", live.palette, name="palette"),
    path("live/", live.live, name="live"),
    path("notifications/", notifications.listing, name="notification-list"),
    path("notifications/read/", notifications.read_all, name="notifications-read"),
    path("notifications/<uuid:pk>/follow/", notifications.follow, name="notification-follow"),
    path("join/<str:token>/", joining.show, name="invitation-open"),
    path("join/<str:token>/accept/", joining.accept, name="invitation-accept"),
    path("join/<str:token>/sign-up/", joining.sign_up, name="invitation-sign-up"),
    path("settings/", index.index, name="settings"),
    path("settings/profile/", profile.edit, name="settings-profile"),
    path("settings/security/", profile.security, name="settings-security"),
    path("settings/workspace/", workspace.edit, name="settings-workspace"),
    path("settings/workspace/stop-sending/", workspace.stop_sending, name="sending-stop"),
    path("settings/workspace/resume-sending/", workspace.resume_sending, name="sending-resume"),
    path("settings/members/", members.listing, name="member-list"),
    path("settings/members/<uuid:pk>/edit/", members.edit, name="member-edit"),
    path("settings/members/<uuid:pk>/deactivate/", members.deactivate, name="member-deactivate"),
    path("settings/members/<uuid:pk>/reactivate/", members.reactivate, name="member-reactivate"),
    path("settings/invitations/new/", invitations.new, name="invitation-new"),
    path("settings/invitations/<uuid:pk>/revoke/", invitations.revoke, name="invitation-revoke"),
    path("settings/api-keys/", api_keys.listing, name="api-key-list"),
    path("settings/api-keys/new/", api_keys.new, name="api-key-new"),
    path("settings/api-keys/<uuid:pk>/revoke/", api_keys.revoke, name="api-key-revoke"),
    path("settings/audit/", audit.listing, name="audit-list"),
    path("settings/health/", health.show, name="health"),
    path("settings/health/<uuid:pk>/replay/", health.replay, name="failure-replay"),
]
