#!/usr/bin/python3
"""Plays the smallest ceremony as somebody does who sees nothing: by the accessibility tree and the keyboard alone.

With the file that Orca writes its log to, it goes through each question by Tab up to where the answer goes, and writes what Orca
says on the way. Without one, at each question it writes what the page's main part says, in the order in which a screen reader comes to it, and answers with
what a rehearsal gives as hints. Times, digests, rows of shares and what differs from machine to machine stand as marks. It ends
when the ceremony has closed, or says what it did not find.
"""
import re
import sys
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402  (the version has to be named first)

sys.dont_write_bytecode = True
from tree import walk  # noqa: E402  (it lies beside this file)

# What stands at every question beside the answer.
BESIDE = {"Raise an exception", "Stop here and resume later", "Stop", "Stop here", "Blank the screen", "60 seconds more", "Rows before", "Help", "Lock",
          "Witness display", "See the share, or make its sheet, again", "Technical detail", "Fill it in"}
# Findings, which differ from machine to machine, stand in tables; what is compared here are the words around them.
SPOKEN = {"heading", "label", "push button", "toggle button", "radio button", "check box", "entry", "password text", "paragraph",
          "description term", "description value", "notification", "list item"}
MARKS = [
    (r"\b[0-9A-Z]{4}( [0-9A-Z]{4}){4}\b", "ROW"), (r"cmac-aes:\s?\S+", "CHECK VALUE"), (r"\b[0-9a-f]{4}\b(?= would be|$)", "DIGITS"),
    (r"it would be \S+(?: of \d)?", "it would be THIS"),
    (r"\d{4}-\d{2}-\d{2}", "DAY"), (r"\d{1,2}:\d{2}(:\d{2})?", "TIME"), (r"\b[0-9a-f]{4}( ?[0-9a-f]{4}){3,}\b", "DIGITS"),
    (r"\b[0-9A-F]{4}(-[0-9A-F]{4}){3}\b", "SET"), (r"UTC[+-]TIME", "ZONE"), (r"/[\w./-]{8,}", "PATH"), (r"\b\d{8}-\d{6}-\d{3}-\d+\b", "RUN"),
]


def attributes(node):
    try:
        return node.get_attributes() or {}
    except GLib.Error:
        return {}


def own_text(node):
    """The text of a node by itself: what stands in it for a child is not said twice."""
    try:
        text = node.get_text_iface()
        said = Atspi.Text.get_text(node, 0, -1) if text else ""
        return re.sub(r"\s+", " ", (said or "").replace("\ufffc", " ")).strip()
    except GLib.Error:
        return ""


def main_part():
    """The newest main landmark of the window, or none while the page changes."""
    for node in walk(Atspi.get_desktop(0)):
        try:
            if node.get_role_name() == "landmark" and attributes(node).get("xml-roles") == "main":
                return node
        except GLib.Error:
            continue
    return None


def parts(main):
    found = []
    for node in walk(main):
        try:
            role = node.get_role_name()
            name = (node.get_name() or "").strip()
            said = own_text(node)
        except GLib.Error:
            return None
        found.append((node, role, name, said))
    return found


def lines(found):
    out = []
    for node, role, name, said in found:
        what = name or said
        if role in SPOKEN and what and what not in {line.split(": ", 1)[-1] for line in out[-1:]}:
            out.append(f"{role}: {what}")
    return out


def marked(line):
    for pattern, mark in MARKS:
        line = re.sub(pattern, mark, line)
    return line


def press(node):
    node.get_action_iface().do_action(0)


def type_into(node, text):
    node.get_component_iface().grab_focus()
    until = time.monotonic() + 5
    while time.monotonic() < until and not node.get_state_set().contains(Atspi.StateType.FOCUSED):
        time.sleep(0.02)
    Atspi.generate_keyboard_event(0, text, Atspi.KeySynthType.STRING)
    while time.monotonic() < until + 5:
        if len(own_text(node)) >= len(text):
            return
        time.sleep(0.02)


class Orca:
    """What Orca says, by its log; read up to where it was read before."""

    def __init__(self, log):
        self.log, self.at = log, 0

    def more(self):
        with open(self.log, "rb") as file:
            file.seek(self.at)
            text = file.read()
        # A line that is not written to its end is read the next time.
        text = text[: text.rfind(b"\n") + 1]
        self.at += len(text)
        found = re.findall(r"SPEECH OUTPUT: '(.*?)'\s*(?:\{|$)", text.decode("utf-8", "replace"), re.M)
        return [line.strip() for line in found if line.strip()]

    def until_quiet(self, seconds):
        """Everything up to a moment in which nothing is said for so long."""
        heard, quiet_since = self.more(), time.monotonic()
        ended = quiet_since + 10
        while time.monotonic() < min(quiet_since + seconds, ended):
            more = self.more()
            if more:
                heard += more
                quiet_since = time.monotonic()
            time.sleep(0.05)
        return heard


def focused(found):
    for node, role, name, said in found:
        try:
            if node.get_state_set().contains(Atspi.StateType.FOCUSED):
                return node, role, name, said
        except GLib.Error:
            pass
    return None


def hear(orca, found, last):
    """Goes by Tab to the first empty field, or else to the button that answers; gives what Orca says on the way."""
    heard = orca.until_quiet(1.0)
    for _ in range(12):
        at = focused(found)
        if at and ((at[1] in ("entry", "password text") and not at[3]) or at[2] == last):
            break
        Atspi.generate_keyboard_event(23, None, Atspi.KeySynthType.PRESSRELEASE)
        heard += orca.until_quiet(0.5)
    return heard


orca = Orca(sys.argv[1]) if len(sys.argv) > 1 else None
rows = {}
asked = None
ended = time.monotonic() + 600
while time.monotonic() < ended:
    main = main_part()
    found = parts(main) if main else None
    if not found:
        time.sleep(0.05)
        continue
    texts = [said or name for _, _, name, said in found]
    whole = "\n".join(texts)
    buttons = [(node, name) for node, role, name, _ in found if role in ("push button", "toggle button") and name and name not in BESIDE]
    if "Closed, with evidence" in whole:
        print("CLOSED")
        sys.exit(0)
    key = "\n".join(lines(found))
    # What stood there before the ceremony was begun is still on the screen.
    if key == asked or not buttons or "The room is" in whole or "Decided before the day" in whole:
        time.sleep(0.05)
        continue
    asked = key
    print("---")
    for line in hear(orca, found, buttons[-1][1]) if orca else lines(found):
        print(marked(line))
    # Rows that are shown are written down, and typed again when they are asked for.
    shown = [number for text in texts for number in re.findall(r"^Row (\d) of \d$", text)]
    covered = [node for node, name in buttons if name.startswith("Show row")]
    if covered:
        press(covered[0])
        continue
    if shown:
        for number in shown:
            at = texts.index(f"Row {number} of 7")
            row = next(text for text in texts[at + 1:] if re.fullmatch(r"(?:[0-9A-Z]{4} ?){5}", text))
            rows[int(number)] = row
    for node, role, name, said in found:
        if role in ("entry", "password text") and not said:
            number = re.match(r"Row (\d),", name)
            hint = re.search(r"it (?:is|would be) (\S+(?: of \d)?)", name)
            if number:
                type_into(node, rows[int(number[1])])
            elif hint:
                type_into(node, hint[1].rstrip("."))
    radios = [node for node, role, _, _ in found if role == "radio button"]
    if radios:
        press(radios[0])
    for node, role, _, _ in found:
        if role == "check box":
            press(node)
    press(buttons[-1][0])
    time.sleep(0.1)
print("the ceremony did not close; the last question was:")
print(asked)
sys.exit(1)
