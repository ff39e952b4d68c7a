"""Pages of automation: the rules, one rule and what it did, the recipes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from crm.access import load, member
from crm.permissions import Permission
from crm.requests import MemberRequest
from outreach.forms.automation import RuleForm
from outreach.models import AutomationRule
from outreach.services import recipes, rule_backlogs, rule_dry_runs, rule_occurrences, rule_people, rules
from outreach.services.clock import database_now
from outreach.services.steps import NotReady
from talent.services.segment_previews import TooSlow
from talent.views.paging import after, split
from talent.views.segments import builder


def _to(request: MemberRequest, rule: AutomationRule) -> HttpResponse:
    return redirect("outreach:rule-detail", request.tenant.slug, rule.pk)


@member(Permission.OUTREACH_VIEW)
def listing(request: MemberRequest) -> HttpResponse:
    return render(request, "outreach/rule_list.html", {"rows": rules.rows(), "recipes": recipes.RECIPES})


def _edit(request: MemberRequest, rule: AutomationRule) -> HttpResponse:
    """The form; a rule that cannot be saved keeps what was typed."""
    form = RuleForm(request.POST or None, rule=None if rule._state.adding else rule)
    if request.method == "POST" and form.is_valid():
        try:
            saved = rules.save(rule=rule, values=form.values(), by=request.actor)
        except rules.NameTaken as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"“{saved.name}” is saved.")
            return _to(request, saved)
    words: dict[str, Any] = {"form": form, "rule": None if rule._state.adding else rule, **builder(request)}
    return render(request, "outreach/rule_form.html", words, status=422 if form.errors else 200)


@member(Permission.OUTREACH_EDIT)
def new(request: MemberRequest) -> HttpResponse:
    return _edit(request, AutomationRule(created_by=request.member))


@member(Permission.OUTREACH_EDIT)
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    return _edit(request, load(AutomationRule, pk))


@member(Permission.OUTREACH_VIEW)
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The rule in words, and for whom it ran."""
    rule = load(AutomationRule, pk)
    runs, following = split(rules.runs_of(rule, after(request)), rules.PAGE)
    words = {
        "rule": rule,
        "when": rules.when(rule),
        "condition": rules.condition_of(rule, timezone.now()),
        "actions": [rules.said(action) for action in rule.actions],
        "named": rules.named(rule),
        "missing": rules.problems(rule),
        "inside": rule_people.members_now(rule).count() if rule.is_active else 0,
        "at_work": rule_backlogs.is_at_work(rule),
        "runs": runs,
        "following": following,
    }
    return render(request, "outreach/rule_detail.html", words)


@member(Permission.OUTREACH_VIEW)
def dry_run(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Whom it would have met lately, and what it would have done; nothing is done."""
    rule = load(AutomationRule, pk)
    words: dict[str, Any] = {"rule": rule, "when": rules.when(rule), "missing": rules.problems(rule)}
    words |= {"condition": rules.condition_of(rule, timezone.now()), "days": rule_occurrences.DAYS}
    try:
        words["found"] = rule_dry_runs.ask(rule, database_now())
    except TooSlow as error:
        words["problem"] = str(error)
    return render(request, "outreach/rule_dry_run.html", words)


@require_POST
@member(Permission.OUTREACH_SEND)
def turn_on(request: MemberRequest, pk: UUID) -> HttpResponse:
    rule = load(AutomationRule, pk)
    try:
        rules.turn_on(rule=rule, by=request.actor, now=database_now())
    except NotReady as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{rule.name}” is on: it runs for what happens from now on.")
    return _to(request, rule)


@require_POST
@member(Permission.OUTREACH_SEND)
def turn_off(request: MemberRequest, pk: UUID) -> HttpResponse:
    rule = rules.turn_off(rule=load(AutomationRule, pk), by=request.actor)
    messages.success(request, f"“{rule.name}” is off.")
    return _to(request, rule)


@require_POST
@member(Permission.OUTREACH_SEND)
def run_for_members(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Also for those who are in its segment already."""
    rule = load(AutomationRule, pk)
    count = rules.start_for_members(rule=rule, by=request.actor)
    messages.success(request, f"It runs for the {count} who are in the segment now. Whom it ran for is listed here.")
    return _to(request, rule)


@require_POST
@member(Permission.OUTREACH_EDIT)
def delete(request: MemberRequest, pk: UUID) -> HttpResponse:
    rule = load(AutomationRule, pk)
    rules.delete(rule=rule, by=request.actor)
    messages.success(request, f"“{rule.name}” is deleted. What it did stays.")
    return redirect("outreach:rule-list", request.tenant.slug)


@require_POST
@member(Permission.OUTREACH_EDIT)
def use_recipe(request: MemberRequest, recipe: str) -> HttpResponse:
    """Make the segment, the sequence and the rule of a recipe; the rule is off until somebody has read it."""
    made = recipes.use(recipe=recipes.find(recipe), by=request.actor, member=request.member, now=timezone.now())
    messages.success(request, "Everything is made. Read it, change the words, and turn it on.")
    return _to(request, made)
