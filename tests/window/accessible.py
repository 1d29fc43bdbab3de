#!/usr/bin/python3
"""Does, in order, what assistive technology would: waits for something, or presses it.

usage: accessible.py see:ROLE=NAME press:ROLE=NAME ...
Each step may take 30 seconds; the first that finds nothing ends it with status 1 and says what was there instead.
"""
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402  (the version has to be named first)

sys.dont_write_bytecode = True
from tree import walk  # noqa: E402  (it lies beside this file)


def nodes():
    for node in walk(Atspi.get_desktop(0)):
        try:
            yield node, node.get_role_name(), node.get_name() or ""
        except GLib.Error:
            continue


def find(role, name):
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for node, its_role, its_name in nodes():
            if (its_role, its_name) == (role, name):
                return node
        time.sleep(0.1)
    print(f"missing: {role} named {name!r}")
    print("there:", sorted({(r, n) for _, r, n in nodes() if n}))
    sys.exit(1)


for step in sys.argv[1:]:
    verb, what = step.split(":", 1)
    node = find(*what.split("=", 1))
    if verb == "press" and not node.get_action_iface().do_action(0):
        print(f"{what} cannot be pressed")
        sys.exit(1)
