#!/usr/bin/env python3
"""Check a document against the published JSON schema of its format.

    validate.py cyclonedx-1.6|cyclonedx-1.7|oscal-ar FILE

Silent and 0 if the document stands; else every error with its path, and 1; 2 if it could not be checked. Beyond the
schema it checks what the formats' own texts ask for and a JSON schema cannot say: that names are unique and that what
is referred to is there. References between schemas are resolved among the files beside this one; nothing is fetched.
Needs the module jsonschema, 4.10 or later.
"""
import datetime
import functools
import json
import pathlib
import re
import sys
import unicodedata

import jsonschema
from jsonschema.exceptions import ValidationError

HERE = pathlib.Path(__file__).resolve().parent
FORMATS = {
    "cyclonedx-1.6": "cyclonedx/bom-1.6.schema.json",
    "cyclonedx-1.7": "cyclonedx/bom-1.7.schema.json",
    "oscal-ar": "oscal/oscal_assessment-results_schema.json",
}


# Reading JSON: what a parser would let pass in silence is an error here.


def once(pairs):
    found = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the name {name!r} stands twice in one object")
        found[name] = value
    return found


def no_number(text):
    raise ValueError(f"{text} is no JSON number")


def read(path):
    return json.loads(pathlib.Path(path).read_text("utf-8"), object_pairs_hook=once, parse_constant=no_number)


# Schemas: each file once, its references made absolute, so that no resolver is needed.


@functools.cache
def schema(path):
    """The schema in a file, each reference in it naming the file it leads to."""
    whole = read(path)

    def absolute(part):
        if isinstance(part, list):
            return [absolute(each) for each in part]
        if not isinstance(part, dict):
            return part
        made = {name: absolute(value) for name, value in part.items()}
        if isinstance(made.get("$id"), str):
            del made["$id"]
        if isinstance(made.get("$ref"), str):
            file, _, pointer = made["$ref"].partition("#")
            made["$ref"] = f"{path.parent / file if file else path}#{pointer}"
        return made

    return absolute(whole)


@functools.cache
def referred(reference):
    file, _, pointer = reference.partition("#")
    part = schema(pathlib.Path(file))
    for step in filter(None, pointer.split("/")):
        part = part[step.replace("~1", "/").replace("~0", "~")]
    return part


def ref(validator, reference, instance, _schema):
    yield from validator.descend(instance, referred(reference))


# Patterns: JSON Schema's are ECMAScript's, which Python's differ from.


@functools.cache
def of_category(letter):
    """The characters of a Unicode general category, as the inside of a class."""
    ranges, start = [], None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and unicodedata.category(chr(code))[0] == letter
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            ranges.append(f"\\U{start:08x}-\\U{code - 1:08x}")
            start = None
    return "".join(ranges)


@functools.cache
def expression(pattern):
    made, at, in_class = [], 0, False
    while at < len(pattern):
        here = pattern[at]
        if here == "\\":
            category = re.match(r"\\p\{([A-Z])\}", pattern[at:])
            if category:
                inside = of_category(category[1])
                made.append(inside if in_class else f"[{inside}]")
                at += category.end()
                continue
            escape = pattern[at : at + 2]
            plain = {"\\d": "0-9", "\\w": "A-Za-z0-9_"}.get(escape)
            made.append(escape if plain is None else plain if in_class else f"[{plain}]")
            at += 2
            continue
        if in_class:
            in_class = here != "]"
        elif here == "[":
            in_class = True
        elif here == ".":
            here = "[^\\n\\r\\u2028\\u2029]"
        elif here == "$":
            here = "\\Z"
        made.append(here)
        at += 1
    return re.compile("".join(made))


def pattern(_validator, wanted, instance, _schema):
    if isinstance(instance, str) and not expression(wanted).search(instance):
        yield ValidationError(f"{instance!r} does not match {wanted!r}")


# Formats: a validator that lacks an optional module passes them unseen, so they are checked here.


def date_time(text):
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-](\d\d):(\d\d))", text, re.ASCII)
    if not found or not date(found[1]):
        return False
    hour, minute, second = (int(found[n]) for n in (2, 3, 4))
    return hour < 24 and minute < 60 and second <= 60 and int(found[7] or 0) < 24 and int(found[8] or 0) < 60


def date(text):
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)) and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


def iri_reference(text):
    return not re.search(r'[\x00-\x20\x7f"<>\\^`{|}]|%(?![0-9A-Fa-f]{2})', text)


def uri_reference(text):
    return text.isascii() and iri_reference(text)


def uri(text):
    return uri_reference(text) and bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", text))


def email(text):
    return bool(re.fullmatch(r"[^\s@]+@[^\s@]+", text))


CHECKS = {
    "date": date,
    "date-time": date_time,
    "email": email,
    "idn-email": email,
    "iri-reference": iri_reference,
    "uri": uri,
    "uri-reference": uri_reference,
}


def format_(_validator, wanted, instance, _schema):
    if isinstance(instance, str) and not CHECKS[wanted](instance):
        yield ValidationError(f"{instance!r} is no {wanted}")


def unique(_validator, wanted, instance, _schema):
    """As the module has it, without comparing each item of a long list with every other."""
    if wanted and isinstance(instance, list):
        seen = set()
        for at, item in enumerate(instance):
            text = json.dumps(item, sort_keys=True)
            if text in seen:
                yield ValidationError(f"item {at} stands there before", path=[at])
            seen.add(text)


Validator = jsonschema.validators.extend(
    jsonschema.Draft7Validator, {"$ref": ref, "pattern": pattern, "format": format_, "uniqueItems": unique}
)


# What no schema says.


def walk(part, path=()):
    """Every object in a document, with its path."""
    if isinstance(part, dict):
        yield path, part
    inside = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for step, value in inside:
        yield from walk(value, (*path, step))


def texts(value):
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def beyond_cyclonedx(document, name):
    version = name.partition("-")[2]
    if document.get("specVersion") != version:
        yield ("specVersion",), f"{document.get('specVersion')!r} is not {version!r}"
    named, points = set(), []
    for path, part in walk(document):
        if "bom-ref" in part:
            if part["bom-ref"] in named:
                yield (*path, "bom-ref"), f"{part['bom-ref']!r} names two things"
            named.add(part["bom-ref"])
        for key in ("algorithmRef", "signatureAlgorithmRef", "subjectPublicKeyRef", "cryptoRefArray"):
            points += [((*path, key), to) for to in texts(part.get(key))]
        for each in part.get("relatedCryptographicAssets") or []:
            points += [((*path, "relatedCryptographicAssets"), to) for to in texts(each.get("ref"))]
        crypto = part.get("cryptoProperties")
        if (crypto is not None) != (part.get("type") == "cryptographic-asset"):
            yield path, "cryptoProperties and the type cryptographic-asset go together"
        if isinstance(crypto, dict):
            own = {
                "algorithm": "algorithmProperties",
                "certificate": "certificateProperties",
                "protocol": "protocolProperties",
                "related-crypto-material": "relatedCryptoMaterialProperties",
            }
            kind = crypto.get("assetType")
            for key in crypto:
                if key in own.values() and key != own.get(kind):
                    yield (*path, "cryptoProperties", key), f"is not for the asset type {kind!r}"
    depends = set()
    for at, each in enumerate(document.get("dependencies") or []):
        path = ("dependencies", at)
        if each.get("ref") in depends:
            yield (*path, "ref"), f"{each['ref']!r} stands there before"
        depends.add(each.get("ref"))
        points += [((*path, key), to) for key in ("ref", "dependsOn", "provides") for to in texts(each.get(key))]
    for at, each in enumerate(document.get("compositions") or []):
        points += [(("compositions", at, key), to) for key in ("assemblies", "dependencies") for to in texts(each.get(key))]
    for path, to in points:
        if to not in named and not to.startswith("urn:cdx:"):
            yield path, f"{to!r} is the bom-ref of nothing here"


def beyond_oscal(document, _name):
    whole = document.get("assessment-results")
    if not isinstance(whole, dict):
        return
    told = str((whole.get("metadata") or {}).get("oscal-version"))
    ours = re.search(r"/oscal/(\d+\.\d+)\.", read(HERE / FORMATS["oscal-ar"])["$id"])[1]
    if not told.startswith(f"{ours}."):
        yield ("assessment-results", "metadata", "oscal-version"), f"{told!r} is not a version of {ours}"
    named, points = set(), []
    digits = {"SHA-224": 56, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128}
    digits |= {key.replace("SHA-", "SHA3-"): value for key, value in digits.items()}
    for path, part in walk(document):
        own = part.get("uuid")
        if isinstance(own, str):
            if own.lower() in named:
                yield (*path, "uuid"), f"{own!r} names two things"
            named.add(own.lower())
        href = part.get("href")
        if isinstance(href, str) and href.startswith("#"):
            points.append(((*path, "href"), href[1:]))
        for key in ("observation-uuid", "risk-uuid", "party-uuids"):
            points += [((*path, key), to) for to in texts(part.get(key))]
        if part.get("algorithm") in digits and isinstance(part.get("value"), str):
            if not re.fullmatch(f"[0-9a-fA-F]{{{digits[part['algorithm']]}}}", part["value"]):
                yield (*path, "value"), f"is no {part['algorithm']} in hexadecimal digits"
    for path, to in points:
        if to.lower() not in named:
            yield path, f"{to!r} is the uuid of nothing here"


# Saying it.


def place(path):
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".") or "(the document)"


def short(text):
    return text if len(text) <= 300 else f"{text[:200]} … {text[-90:]}"


def told(error, depth=0):
    """An error and, where none of several schemas fits, why the nearest did not."""
    yield f"{'  ' * depth}{place(error.absolute_path)}: {short(error.message)}"
    if error.context:
        tried = {}
        for inner in error.context:
            tried.setdefault(inner.schema_path[0], []).append(inner)
        nearest = max(tried.values(), key=lambda errors: (max(len(e.path) for e in errors), -len(errors)))
        for inner in nearest:
            yield from told(inner, depth + 1)


def main(arguments):
    if len(arguments) != 2 or arguments[0] not in FORMATS:
        print(f"usage: validate.py {'|'.join(FORMATS)} FILE", file=sys.stderr)
        return 2
    name, file = arguments
    try:
        document = read(file)
    except OSError as error:
        print(f"{file}: {error.strerror}", file=sys.stderr)
        return 2
    except (ValueError, RecursionError) as error:
        print(f"{file}: {error}")
        return 1
    lines = []
    for error in Validator(schema(HERE / FORMATS[name])).iter_errors(document):
        lines += told(error)
    if not lines:
        beyond = beyond_oscal if name == "oscal-ar" else beyond_cyclonedx
        lines = [f"{place(path)}: {short(message)}" for path, message in beyond(document, name)]
    if lines:
        print("\n".join(lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
