"""The shared cache keeps its client; what it keeps is Django's matter."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crm.cache import Cache
from crm.settings import ENV


@pytest.fixture
def cache() -> Cache:
    return Cache(ENV.redis_url, {})


def test_client_is_made_once(cache: Any) -> None:
    made = {id(cache._cache.get_client(write=is_writing)) for is_writing in (True, False, True)}

    assert len(made) == 1


def test_many_threads_may_ask(cache: Cache) -> None:
    def ask(number: int) -> Any:
        cache.set(f"of-a-test-{number}", number, 5)
        return cache.get(f"of-a-test-{number}")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(200))) == list(range(200))
