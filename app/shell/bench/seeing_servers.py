"""The servers whose models see pictures, and the one that the person at the window chose."""

from app.core.chat import ChatServer
from app.core.errors import UserError
from app.services.chat_servers import list_servers


class SeeingServers:
    def __init__(self) -> None:
        self._listed: tuple[ChatServer, ...] | None = None
        self._by_name: dict[str, ChatServer] = {}
        self._chosen = ""

    @property
    def names(self) -> list[str]:
        return list(self._by_name)

    @property
    def chosen_name(self) -> str:
        """Empty while there is none."""
        return self._chosen

    @property
    def chosen(self) -> ChatServer | None:
        return self._by_name.get(self._chosen)

    @property
    def is_any(self) -> bool:
        """Whether one is configured at all, and be it one that sees nothing."""
        return bool(self._listed)

    def read(self) -> bool:
        """Reads this machine's list; whether it is another one than last time.

        Raises UserError when it can't be read; there are none then.
        """
        try:
            known = list_servers()
        except UserError:
            self._listed, self._by_name = None, {}
            raise
        if known == self._listed:
            return False
        self._listed = known
        self._by_name = {server.name: server for server in known if server.sees}
        if self._chosen not in self._by_name:
            self._chosen = next(iter(self._by_name), "")
        return True

    def choose(self, name: str) -> None:
        self._chosen = name

    def find(self, name: str) -> ChatServer | None:
        return self._by_name.get(name)
