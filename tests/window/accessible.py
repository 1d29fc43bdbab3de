#!/usr/bin/python3
"""Waits until the accessibility tree of the desktop has these (role, name) pairs; prints what is missing.

usage: accessible.py ROLE=NAME ...   The exit status is 0 when all are there within 30 seconds.
"""
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402  (the version has to be named first)


def walk(node, depth=0):
    if node is None or depth > 40:
        return
    yield node
    for at in range(node.get_child_count()):
        yield from walk(node.get_child_at_index(at), depth + 1)


def seen():
    """Every role and name on the desktop. A node can vanish while it is asked: that look is then worth nothing."""
    try:
        return {(node.get_role_name(), node.get_name() or "") for node in walk(Atspi.get_desktop(0))}
    except gi.repository.GLib.Error:
        return set()


wanted = {tuple(arg.split("=", 1)) for arg in sys.argv[1:]}
until = time.monotonic() + 30
found = set()
while time.monotonic() < until:
    found = seen()
    if wanted <= found:
        sys.exit(0)
    time.sleep(0.2)
print("missing:", sorted(wanted - found))
print("there:", sorted(found))
sys.exit(1)
