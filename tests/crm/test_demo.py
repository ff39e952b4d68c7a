"""The demo tenant: log-ins at once, its story once."""

import pytest

from crm.models import Member, Tenant
from crm.registry import registered
from crm.services import demo
from crm.services.demo import Scene
from tests.factories.talent import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The state of the tenant at each filling; one short filler stands for all."""
    states: list[str] = []

    def filler(scene: Scene) -> None:
        states.append(Tenant.objects.get(pk=scene.tenant.pk).filling)
        scene.say("something happens")

    monkeypatch.setattr(registered, "demo", [filler])
    return states


def test_cast_can_log_in_before_anything_is_filled(told: list[str]) -> None:
    tenant = demo.found()

    assert (tenant.filling, Member.objects.filter(tenant=tenant).count(), told) == ("founded", len(demo.CAST), [])


def test_demo_is_filled_once_and_says_so_meanwhile(told: list[str]) -> None:
    sentences: list[str] = []

    for _ in range(2):
        tenant = demo.fill(now=NOW, say=sentences.append)

    assert (told, sentences) == (["running"], ["something happens"])
    assert Tenant.objects.get(pk=tenant.pk).filling == ""


def test_filling_that_was_cut_short_is_over_and_not_told_again(told: list[str]) -> None:
    Tenant.objects.filter(pk=demo.found().pk).update(filling=Tenant.Filling.RUNNING)

    was_cut_short = [demo.end_cut_short(), demo.end_cut_short()]

    assert was_cut_short == [True, False]
    assert (demo.fill(now=NOW).filling, told) == ("", [])
