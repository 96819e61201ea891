"""The process that is killed: asks a server many questions, one after the other.

    python -m tests.helpers.chat_asker URL CACHE COUNT

prints each answer on a line, "kept" before those that were there already.
"""

import sys
from pathlib import Path

from app.core.chat import ChatMessage, ChatServer
from app.services.chat_servers import chat_with


def main():
    url, cache, count = sys.argv[1:]
    chat = chat_with(ChatServer("lab", url, model="small-vl"), Path(cache))
    for number in range(int(count)):
        reply = chat.ask([ChatMessage("user", f"question {number}")])
        sys.stdout.write(f"{'kept' if reply.is_kept else 'asked'} {reply.text}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
