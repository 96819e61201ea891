"""What a language model's server is told to answer: see chat_server."""


def counted(body):
    """An answer by which each question is known again."""
    return body["messages"][-1]["content"].upper()


def thinking(body):
    return "<think>The user greets me.\n</think>\n\nHello!"


def endless(body):
    return "<think>The user greets me, and"


def red(body):
    return "Ready." if isinstance(body["messages"][-1]["content"], str) else "It is Red."


def blind(body):
    return "I am sorry, but no image was shared."
