"""New supergraphs and settings while serving: by a watch on their files, or by SIGHUP.

A version that cannot be used is refused with a reason in the log; the present one keeps serving.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from watchfiles import awatch

from gateway.errors import GatewayError
from gateway.server.deployment import Deployment, Gateway
from gateway.settings import Settings

LOGGER = logging.getLogger("gateway.server")


@dataclass(frozen=True, slots=True)
class Source:
    """Where settings and supergraph come from.

    `settings` reads the settings; `supergraph` is the file for given settings; `watched` are the
    files whose change matters.
    """

    settings: Callable[[], Settings]
    supergraph: Callable[[Settings], Path]
    watched: Callable[[Settings], tuple[Path, ...]]


Deploy = Callable[[Settings, str], Awaitable[Deployment]]


async def first_deployment(source: Source, deploy: Deploy) -> Deployment:
    """The deployment to start with. Raises what makes it impossible."""
    settings = source.settings()
    return await deploy(settings, _read(source.supergraph(settings)))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


class Reloader:
    """Replaces a gateway's deployment, one replacement at a time.

    `report` is told of each: `applied` or `refused`.
    """

    def __init__(
        self,
        gateway: Gateway,
        source: Source,
        deploy: Deploy,
        report: Callable[[str], None] | None = None,
    ) -> None:
        self._gateway = gateway
        self._report = report or (lambda _result: None)
        self._source = source
        self._deploy = deploy
        self._turn = asyncio.Lock()

    async def reload(self) -> bool:
        """Read everything again. True if a new version took over."""
        async with self._turn:
            try:
                following = await first_deployment(self._source, self._deploy)
            except (GatewayError, ValueError, OSError) as error:
                self._gateway.last_refusal = str(error)
                LOGGER.error("the new version is refused, the old one keeps serving: %s", error)
                self._report("refused")
                return False
            if following.version == self._gateway.current.version:
                await following.close()
                self._gateway.last_refusal = None
                return False
            await self._gateway.switch(following)
            LOGGER.info("version %s serves", following.version)
            self._report("applied")
            return True

    async def watch(self, stop: asyncio.Event) -> None:
        """Reload whenever a watched file changes, until `stop`."""
        while not stop.is_set():
            files = self._files()
            # Folders are watched, because editors and mounts replace files instead of writing them.
            folders = {path.parent for path in files}
            async for changes in awatch(*folders, stop_event=stop, recursive=False, step=50):
                touched = {Path(path) for _, path in changes}
                if touched & files or any(path.name.startswith("..") for path in touched):
                    await self.reload()
                    # Changes made meanwhile are kept by this watch, so it ends only if it must.
                    if self._files() != files:
                        break

    def _files(self) -> set[Path]:
        """What the present settings name."""
        settings = self._gateway.current.settings
        return {path.absolute() for path in self._source.watched(settings)}
