#!/usr/bin/env python3
"""Check events of OCSF's class Entity Management (3004), one JSON object a line, against its published definitions.

    check.py FILE...        or, without a FILE, what comes in

Silent and 0 if every event stands; else what is wrong with which line, and 1; 2 if nothing could be checked. The
definitions are those beside this file. Standard library only.
"""
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
CLASS = "entity_management"


def once(pairs):
    found = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the name {name!r} stands twice in one object")
        found[name] = value
    return found


def no_number(text):
    raise ValueError(f"{text} is no JSON number")


def read(text):
    return json.loads(text, object_pairs_hook=once, parse_constant=no_number)


class Definitions:
    def __init__(self, path):
        published = read(path.read_text("utf-8"))
        self.version = published["version"]
        self.types = published["dictionary"]["types"]["attributes"]
        self.event_class = published["classes"][CLASS]
        self.objects = published["objects"]
        self.profiles = set(self.event_class["profiles"])

    def check(self, event):
        """What is wrong with an event, each with the path to it."""
        if not isinstance(event, dict):
            yield "", "is no object"
            return
        metadata = event.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        told = metadata.get("profiles", [])
        active = {each for each in told if isinstance(each, str)} if isinstance(told, list) else set()
        for each in sorted(active - self.profiles):
            yield "metadata.profiles", f"{each!r} is no profile of this class"
        yield from self.members(self.event_class, event, "", active)
        if metadata.get("version") != self.version:
            yield "metadata.version", f"{metadata.get('version')!r} is not {self.version!r}"
        uids = [event.get(name) for name in ("class_uid", "activity_id", "type_uid")]
        if all(whole(each) for each in uids) and uids[0] * 100 + uids[1] != uids[2]:
            yield "type_uid", f"{uids[2]} is not class_uid × 100 + activity_id"

    def members(self, definition, value, path, active):
        attributes = definition["attributes"]
        for name, attribute in attributes.items():
            profiles = attribute.get("profiles")
            if name not in value:
                if attribute.get("requirement") == "required" and (not profiles or active & set(profiles)):
                    yield join(path, name), "is required and is not there"
                continue
            if profiles and not active & set(profiles):
                yield join(path, name), f"is of the profile {' or '.join(profiles)}, which metadata.profiles does not name"
            if "@deprecated" in attribute:
                yield join(path, name), f"is deprecated since {attribute['@deprecated'].get('since')}"
            yield from self.attribute(attribute, value[name], join(path, name), active)
            yield from sibling(attribute, attributes, value, name, path)
        for name in value:
            if name not in attributes:
                yield join(path, name), f"is no attribute of {definition['name']}"
        constraints = definition.get("constraints") or {}
        for kind, names in constraints.items():
            there = [name for name in names if name in value]
            if kind == "at_least_one" and not there:
                yield path, f"has none of {', '.join(names)}"
            elif kind == "just_one" and len(there) != 1:
                yield path, f"has not just one of {', '.join(names)}"
            elif kind not in ("at_least_one", "just_one"):
                raise ValueError(f"the constraint {kind!r} is not known")

    def attribute(self, attribute, value, path, active):
        if not attribute.get("is_array"):
            yield from self.single(attribute, value, path, active)
        elif isinstance(value, list):
            for at, each in enumerate(value):
                yield from self.single(attribute, each, f"{path}[{at}]", active)
        else:
            yield path, "is no array"

    def single(self, attribute, value, path, active):
        if attribute["type"] == "object_t":
            if not isinstance(value, dict):
                yield path, "is no object"
            elif self.objects[attribute["object_type"]]["attributes"]:
                yield from self.members(self.objects[attribute["object_type"]], value, path, active)
            return
        wrong = self.typed(attribute["type"], value)
        if wrong:
            yield path, wrong
        elif attribute.get("enum") and str(value) not in attribute["enum"]:
            yield path, f"{value!r} is none of {', '.join(attribute['enum'])}"

    def typed(self, name, value):
        """Why a value is not of a type of the dictionary, or nothing."""
        kind = self.types[name]
        base = kind.get("type", name)
        if base == "json_t":
            return None
        fits = {
            "boolean_t": lambda: isinstance(value, bool),
            "float_t": lambda: whole(value) or isinstance(value, float),
            "integer_t": lambda: whole(value),
            "long_t": lambda: whole(value) and -(2**63) <= value < 2**63,
            "string_t": lambda: isinstance(value, str),
        }[base]
        if not fits():
            return f"{value!r} is no {name}"
        if "regex" in kind and not re.search(kind["regex"], value):
            return f"{value!r} is no {name}"
        if "max_len" in kind and len(value) > kind["max_len"]:
            return f"is longer than the {kind['max_len']} characters of {name}"
        if "range" in kind and not kind["range"][0] <= value <= kind["range"][1]:
            return f"{value} is out of the range of {name}"
        if name == "timestamp_t" and 0 < value < 10**11:
            return f"{value} is of the year 1973 or before: a timestamp is in milliseconds, not in seconds"
        return None


def whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def join(path, name):
    return f"{path}.{name}" if path else name


def sibling(attribute, attributes, value, name, path):
    """A number of an enumeration and the label that stands for it beside it."""
    label = attribute.get("sibling")
    if not attribute.get("enum") or label not in attributes or attribute.get("is_array"):
        return
    known = attribute["enum"].get(str(value[name]))
    if str(value[name]) == "99":
        if not value.get(label):
            yield join(path, label), f"is not there, though {name} is 99 (Other)"
    elif known and label in value and value[label] != known["caption"]:
        yield join(path, label), f"{value[label]!r} is not {known['caption']!r}, which {name} {value[name]} stands for"


def main(files):
    (path,) = HERE.glob(f"{CLASS}-*.json")
    definitions = Definitions(path)
    wrong, seen = False, 0
    for file in files or ["-"]:
        try:
            text = sys.stdin.read() if file == "-" else pathlib.Path(file).read_text("utf-8")
        except OSError as error:
            print(f"{file}: {error.strerror}", file=sys.stderr)
            return 2
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            seen += 1
            try:
                found = list(definitions.check(read(line)))
            except json.JSONDecodeError as error:
                found = [("", f"is no JSON: {error}")]
            except ValueError as error:
                found = [("", str(error))]
            for place, message in found:
                wrong = True
                print(f"{file}:{number}: {place or '(the event)'}: {message}")
    if not seen:
        print("no event came in", file=sys.stderr)
        return 2
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
