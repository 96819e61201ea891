"""A server's client, a question and a picture, for the tests that talk with a server."""

import io

from PIL import Image

from app.core.chat import ChatMessage, ChatServer, Picture

HELLO = [ChatMessage("system", "Be brief."), ChatMessage("user", "hello")]


def lab(server, **more):
    return ChatServer("lab", server.url, **{"model": "small-vl", "timeout_s": 20.0, **more})


def png(shade, size=(40, 30)):
    held = io.BytesIO()
    Image.new("L", size, shade).save(held, "PNG")
    return Picture(held.getvalue(), "image/png")
