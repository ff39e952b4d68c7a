"""The floor's addresses below `/o/<tenant>/api/v1/`; their namespace is `crm-api`."""

from __future__ import annotations

from django.urls import path

from crm.api import members, notifications, oversight, profile, sending

urlpatterns = [
    path("profile/", profile.Profile.as_view(), name="profile"),
    path("members/", members.MemberList.as_view(), name="member-list"),
    path("members/<uuid:pk>/", members.MemberDetail.as_view(), name="member-detail"),
    path("invitations/", members.InvitationList.as_view(), name="invitation-list"),
    path("invitations/<uuid:pk>/", members.InvitationDetail.as_view(), name="invitation-detail"),
    path("api-keys/", oversight.ApiKeyList.as_view(), name="api-key-list"),
    path("api-keys/<uuid:pk>/", oversight.ApiKeyDetail.as_view(), name="api-key-detail"),
    path("notifications/", notifications.NotificationList.as_view(), name="notification-list"),
    path("kill-switch/", sending.KillSwitch.as_view(), name="kill-switch"),
    path("audit/", oversight.AuditList.as_view(), name="audit-list"),
]
