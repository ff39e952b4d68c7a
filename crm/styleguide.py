"""The style guide: every component and page pattern with invented content. Mounted only where DEBUG is on."""

import datetime as dt
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

ACTS = "styleguide-acts"
PAGES = {
    "index": "Components",
    "list": "List page",
    "profile": "Profile",
    "wizard": "Import wizard",
    "inbox": "Inbox",
    "public": "Public page",
}
PEOPLE = [
    (
        "Zoë Ångström-O'Neill",
        "Staff Engineer at Northwind",
        "Replied",
        "success",
        ["Python", "Berlin"],
        "Mira Chen",
        2,
        "Referral",
    ),
    (
        "Tomasz Wiśniewski",
        "Backend Engineer at Fabrikam",
        "In sequence",
        "info",
        ["Go", "Kraków"],
        "Mira Chen",
        9,
        "Import",
    ),
    (
        "Amara Okafor",
        "Engineering Manager at Contoso",
        "Meeting booked",
        "primary",
        ["Leadership"],
        "Jonas Weber",
        26,
        "Extension",
    ),
    (
        "Priya Raman",
        "Data Scientist, between roles",
        "New",
        "neutral",
        ["Python", "ML", "Remote"],
        "Mira Chen",
        50,
        "Career site",
    ),
    (
        "Lars Holmqvist",
        "Site Reliability Engineer at Tailspin",
        "Bounced",
        "error",
        ["Kubernetes"],
        "Jonas Weber",
        140,
        "Import",
    ),
    (
        "Mei-Ling Chow",
        "Product Designer at Litware",
        "Consent expires",
        "warning",
        ["Figma", "Lisbon"],
        "Ana Souza",
        300,
        "Event",
    ),
    (
        "Diego Fernández Ruiz",
        "Frontend Engineer at Proseware",
        "In sequence",
        "info",
        ["TypeScript"],
        "Ana Souza",
        700,
        "Referral",
    ),
    (
        "Hanna Virtanen",
        "Principal Engineer at Adatum",
        "Do not contact",
        "error",
        ["Rust", "Helsinki"],
        "Mira Chen",
        2200,
        "ATS",
    ),
]
CATALOGUE: list[dict[str, Any]] = [
    {
        "name": "skill",
        "label": "Skill",
        "type": "set",
        "operators": [
            {"name": "is_any_of", "label": "is any of", "value": "choices"},
            {"name": "is_all_of", "label": "is all of", "value": "choices"},
            {"name": "is_empty", "label": "is empty", "value": "none"},
        ],
        "choices": None,
        "suggest_url": "/styleguide/suggest/",
    },
    {
        "name": "city",
        "label": "City",
        "type": "text",
        "operators": [
            {"name": "is", "label": "is", "value": "text"},
            {"name": "contains", "label": "contains", "value": "text"},
        ],
        "choices": None,
        "suggest_url": None,
    },
    {
        "name": "contacted",
        "label": "Last contacted",
        "type": "date",
        "operators": [
            {"name": "more_days_ago", "label": "more than … ago", "value": "days"},
            {"name": "before", "label": "before", "value": "date"},
            {"name": "never", "label": "never", "value": "none"},
        ],
        "choices": None,
        "suggest_url": None,
    },
    {
        "name": "seniority",
        "label": "Seniority",
        "type": "choice",
        "operators": [
            {"name": "is", "label": "is", "value": "choice"},
            {"name": "is_any_of", "label": "is any of", "value": "choices"},
        ],
        "choices": [
            {"value": "senior", "label": "Senior"},
            {"value": "staff", "label": "Staff"},
            {"value": "lead", "label": "Lead"},
        ],
        "suggest_url": None,
    },
]
TREE: dict[str, Any] = {
    "all": [
        {"field": "skill", "op": "is_any_of", "value": ["Python", "Go"]},
        {"field": "contacted", "op": "more_days_ago", "value": 90},
        {
            "any": [
                {"field": "city", "op": "is", "value": "Berlin"},
                {"field": "seniority", "op": "is", "value": "staff"},
            ]
        },
    ]
}
NAVIGATION = [
    ("Today", "sun", "index", "g t", 4, ""),
    ("Inbox", "inbox", "inbox", "g i", 3, ""),
    ("Candidates", "users", "list", "g c", None, ""),
    ("Pools & segments", "layers", "profile", "g p", None, ""),
    ("Sequences", "send", "wizard", "g s", None, ""),
    ("Jobs", "briefcase", "public", "g j", None, ""),
    ("Schedule", "calendar", "index", "", None, ""),
    ("Events & campaigns", "megaphone", "index", "", None, ""),
    ("Analytics", "chart-column", "index", "g a", None, ""),
    ("Imports", "file-up", "wizard", "", None, "Housekeeping"),
    ("Duplicates", "copy", "list", "", 2, "Housekeeping"),
    ("Settings", "settings", "index", "", None, "Housekeeping"),
]


class SampleForm(forms.Form):
    name = forms.CharField(label="Full name", help_text="As the person writes it.")
    email = forms.EmailField(label="E-mail")
    zone = forms.ChoiceField(label="Time zone", choices=[("Europe/Berlin", "Berlin"), ("Europe/Lisbon", "Lisbon")])
    available_on = forms.DateField(
        label="Available from", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    about = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    source = forms.ChoiceField(
        label="How did they come to us?",
        widget=forms.RadioSelect,
        choices=[("referral", "Referral"), ("event", "Event")],
    )
    newsletter = forms.BooleanField(
        label="Send the quarterly newsletter", required=False, help_text="They can leave at any time."
    )


def people(now: dt.datetime) -> list[dict[str, Any]]:
    keys = ("name", "headline", "stage", "tone", "tags", "owner", "hours", "source")
    rows: list[dict[str, Any]] = [dict(zip(keys, values, strict=True)) for values in PEOPLE]
    return [
        {**row, "id": str(index), "touched_at": now - dt.timedelta(hours=row["hours"])}
        for index, row in enumerate(rows, 1)
    ]


def navigation(page: str) -> list[dict[str, Any]]:
    keys = ("label", "icon", "page", "shortcut", "badge", "section")
    items = [dict(zip(keys, values, strict=True)) for values in NAVIGATION]
    first = next((item for item in items if item["page"] == page), None)
    return [{**item, "url": f"/styleguide/{item['page']}/", "active": item is first} for item in items]


def frame(page: str) -> dict[str, Any]:
    """What the context processors of the real application give to the shell."""
    return {
        "navigation": navigation(page),
        "tenant": {"name": "Northwind Talent"},
        "tenants": [
            {"name": "Northwind Talent", "url": "#", "active": True},
            {"name": "Demo workspace", "url": "#", "active": False},
        ],
        "member_name": "Mira Chen",
        "account_menu": [
            {"label": "Your profile", "url": "#", "icon": "user"},
            {"label": "Security", "url": "#", "icon": "shield"},
        ],
        "new_menu": [
            {"label": "Candidate", "icon": "user-plus", "url": "#", "shortcut": ""},
            {"label": "Import a list", "icon": "file-up", "url": "/styleguide/wizard/", "shortcut": ""},
            {"label": "Sequence", "icon": "send", "url": "#", "shortcut": ""},
        ],
        "palette": [
            {
                "label": "Go to",
                "items": [{"title": title, "url": f"/styleguide/{name}/"} for name, title in PAGES.items()],
            }
        ],
        "search_url": "/styleguide/search/",
        "notifications_url": "#",
        "notifications_unread": 3,
        "live_url": "/styleguide/news/",
        "test_mode": True,
        "sandbox_url": "#",
    }


def show(request: HttpRequest, page: str = "index") -> HttpResponse:
    if page not in PAGES:
        raise Http404
    now = timezone.now()
    form = (
        SampleForm({"name": "", "email": "zoe@", "zone": "Europe/Berlin"}) if "errors" in request.GET else SampleForm()
    )
    values = {
        "page": page,
        "pages": PAGES,
        "people": people(now),
        "form": form,
        "now": now,
        "catalogue": CATALOGUE,
        "tree": TREE,
    }
    return render(
        request,
        f"styleguide/{page}.html",
        {**frame(page), **values, **samples(now)},
        status=422 if form.is_bound else 200,
    )


def samples(now: dt.datetime) -> dict[str, Any]:
    return {
        "steps": [
            {"label": "Upload", "state": "done", "url": "#"},
            {"label": "Map columns", "state": "done", "url": "#"},
            {"label": "Consent", "state": "done", "url": "#"},
            {"label": "Check", "state": "current", "url": ""},
            {"label": "Run", "state": "todo", "url": ""},
        ],
        "tab_items": [
            {"label": "Timeline", "url": "#", "active": True, "count": None},
            {"label": "Mails", "url": "#", "active": False, "count": 12},
            {"label": "Files", "url": "#", "active": False, "count": 3},
            {"label": "Consent", "url": "#", "active": False, "count": None},
        ],
        "chart_columns": ["Month", "Contacted", "Replied"],
        "chart_rows": [
            ["Jun", 120, 31],
            ["Jul", 98, 22],
            ["Aug", 143, 47],
            ["Sep", 160, 51],
            ["Oct", 171, 66, {"url": "#october"}],
        ],
        "hour_ago": now - dt.timedelta(hours=1),
        "day_ago": now - dt.timedelta(days=1, hours=3),
        "chosen_tags": [{"value": "python", "label": "Python"}, {"value": "berlin", "label": "Berlin"}],
        "tag_choices": [
            {"value": word.lower(), "label": word} for word in ("Go", "Rust", "Kubernetes", "Figma", "Lisbon", "Remote")
        ],
    }


def suggest(request: HttpRequest) -> JsonResponse:
    typed = request.GET.get("q", "").lower()
    words = [word for word in ("Python", "Go", "Rust", "TypeScript", "Kubernetes", "Figma") if typed in word.lower()]
    return JsonResponse([{"value": word, "label": word} for word in words], safe=False)


def search(request: HttpRequest) -> JsonResponse:
    typed = request.GET.get("q", "").lower()
    found = [
        {"title": row[0], "subtitle": row[1], "url": "/styleguide/profile/"}
        for row in PEOPLE
        if typed in row[0].lower()
    ]
    return JsonResponse({"groups": [{"label": "People", "items": found}] if found else []})


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Answers a bulk act the way services do: nothing to swap, a toast with its undo."""
    cache.set(ACTS, cache.get(ACTS, 0) + 1)
    response = trigger_client_event(HttpResponse(status=204), "crm:clear-selection")
    return trigger_client_event(
        response, "crm:toast", {"text": "2 people added to “Berlin platform”", "undo": "/styleguide/undo/"}
    )


def news(request: HttpRequest) -> HttpResponse:
    """What <crm-live> asks: 204 while the token is the one it knows."""
    token = f"t{cache.get(ACTS, 0)}"
    if request.GET.get("since") == token:
        return HttpResponse(status=204)
    return JsonResponse({"token": token, "topics": ["inbox"], "badges": {"notifications": 4}})


def acts(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{cache.get(ACTS, 0)}")


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    return trigger_client_event(HttpResponse(status=204), "crm:toast", {"text": "Taken back"})


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    file = request.FILES.get("file")
    if file is None or not str(file.name).endswith((".pdf", ".docx", ".csv")):
        return JsonResponse({"state": "failed", "text": "This is not a PDF, DOCX or CSV file."}, status=422)
    return JsonResponse(
        {"state": "done", "text": "Read", "detail": "New candidate, no duplicate found.", "url": "/styleguide/profile/"}
    )


urlpatterns: list[URLPattern] = [
    path("suggest/", suggest, name="styleguide-suggest"),
    path("search/", search, name="styleguide-search"),
    path("act/", act, name="styleguide-act"),
    path("news/", news, name="styleguide-news"),
    path("acts/", acts, name="styleguide-acts"),
    path("undo/", undo, name="styleguide-undo"),
    path("upload/", upload, name="styleguide-upload"),
    path("", show, name="styleguide"),
    path("<slug:page>/", show, name="styleguide-page"),
]
