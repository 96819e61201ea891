"""What people said in a copy of the project, brought into the threads that are here."""

from collections.abc import Hashable, Mapping

from app.core.comment import Comment, threads
from app.storage.project import Project


def bring_comments(project: Project, other: Project, images: Mapping[int, int]) -> int:
    """All that lack here, and who said when that a thread is dealt with, or isn't: the last word of
    both copies counts. `images`: id there → here. Returns how many comments came in."""
    return sum(_of_image(project, other, there, here) for there, here in images.items())


def _of_image(project: Project, other: Project, their_id: int, my_id: int) -> int:
    told = threads(other.comments.of_image(their_id))
    if not told:
        return 0
    known = {_key(comment): comment for comment in project.comments.of_image(my_id)}
    new = 0
    for thread in told:
        root = known.get(_key(thread.root))
        if root is None:
            root = project.comments.take_over(thread.root, my_id)
            new += 1
        else:
            project.comments.take_turns(root.id, thread.root.turns)
        lacking = [reply for reply in thread.replies if _key(reply) not in known]
        for reply in lacking:
            project.comments.take_over(reply, my_id, parent=root.id)
        new += len(lacking)
    return new


def _key(comment: Comment) -> Hashable:
    """What is the same of a comment in all copies."""
    return comment.author, comment.at, comment.text, comment.uid
