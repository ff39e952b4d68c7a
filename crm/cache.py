"""The shared cache, with one client of its server for each process."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class _Kept(RedisCacheClient):  # the stubs know nothing of its inside
    """Django makes a client for each question, which takes as long as asking. One serves all threads and, as its
    connections are asked for their process, those that were forked.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._made: dict[int, Any] = {}

    def get_client(self, key: object = None, *, write: bool = False) -> Any:
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        made = self._made.get(id(pool))
        if made is None:
            made = self._made[id(pool)] = self._client(connection_pool=pool)  # type: ignore[attr-defined]
        return made


class Cache(RedisCache):
    """Django's, with clients that are kept."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Kept
