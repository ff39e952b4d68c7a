"""Sign-up, log-in with a second factor, and what outsiders can learn from either."""

import pytest
from django.core.cache import cache
from django.test import Client

SIGN_UP = {
    "name": "Ada Example",
    "email": "ada@example.com",
    "workspace": "Northwind Talent",
    "password1": "four-quiet-herons",
}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def test_sign_up_lands_on_the_new_workspace(db: None) -> None:
    response = Client().post("/accounts/signup/", SIGN_UP, follow=True)

    assert response.redirect_chain[-1] == ("/o/northwind-talent/", 302)
    assert response.status_code == 200
