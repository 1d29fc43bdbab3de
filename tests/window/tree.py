"""The accessibility tree, walked from the top."""
import gi

gi.require_version("Atspi", "2.0")
from gi.repository import GLib  # noqa: E402  (the version has to be named first)


def walk(node, depth=0):
    if node is None or depth > 40:
        return
    yield node
    try:
        for at in range(node.get_child_count()):
            yield from walk(node.get_child_at_index(at), depth + 1)
    except GLib.Error:
        # A part of the page that vanishes while it is read is not there.
        return
