#!/usr/bin/env python3
"""Looks into a PKCS#11 token without this program: Python and its standard library only.

    look_in_token.py list MODULE PIN               a line for each key object: its class, type, label and attributes
    look_in_token.py plant MODULE PIN LABEL HEX    puts an AES key of these bytes into the token
    look_in_token.py mute MODULE PIN LABEL HEX     the same, and it may not sign, so that it gives no check value

The module's settings come from the environment (KRYOPTIC_CONF, SOFTHSM2_CONF). Constants are those of PKCS#11 3.0.
"""
import ctypes, sys

U = ctypes.c_ulong
# Places of functions in CK_FUNCTION_LIST, after the version.
INITIALIZE, FINALIZE, SLOTS, OPEN, LOGIN, CREATE, GET, FIND_INIT, FIND = 0, 1, 4, 12, 18, 20, 24, 26, 27
CLASSES = {2: "public", 3: "private", 4: "secret"}
TYPES = {0: "rsa", 3: "ec", 0x10: "generic", 0x1F: "aes"}
CLASS, TOKEN, PRIVATE, LABEL, VALUE, TYPE = 0, 1, 2, 3, 0x11, 0x100
SENSITIVE, ENCRYPT, SIGN, VERIFY, EXTRACTABLE, LOCAL = 0x103, 0x104, 0x108, 0x10A, 0x162, 0x163


class Attribute(ctypes.Structure):
    _fields_ = [("type", U), ("value", ctypes.c_void_p), ("length", U)]


class Functions(ctypes.Structure):
    _fields_ = [("version", ctypes.c_ubyte * 2), ("place", ctypes.c_void_p * 68)]


def main(what, module, pin, *rest):
    library = ctypes.CDLL(module)
    functions = ctypes.POINTER(Functions)()
    assert library.C_GetFunctionList(ctypes.byref(functions)) == 0

    def call(place, *arguments):
        function = ctypes.CFUNCTYPE(U, *[type(a) for a in arguments])(functions.contents.place[place])
        answer = function(*arguments)
        assert answer == 0, f"function {place} answered {answer:#x}"

    def pointer(thing):
        return ctypes.cast(ctypes.byref(thing), ctypes.c_void_p)

    call(INITIALIZE, ctypes.c_void_p(None))
    count, slots = U(16), (U * 16)()
    call(SLOTS, ctypes.c_ubyte(1), pointer(slots), pointer(count))
    session = U()
    call(OPEN, U(slots[0]), U(6), ctypes.c_void_p(None), ctypes.c_void_p(None), pointer(session))
    typed = ctypes.create_string_buffer(pin.encode())
    call(LOGIN, session, U(1), pointer(typed), U(len(pin)))

    def read(thing, kind):
        room = ctypes.create_string_buffer(256)
        wanted = Attribute(kind, ctypes.addressof(room), 256)
        function = ctypes.CFUNCTYPE(U, U, U, ctypes.c_void_p, U)(functions.contents.place[GET])
        return room.raw[: wanted.length] if function(session, U(thing), pointer(wanted), U(1)) == 0 else None

    if what == "list":
        call(FIND_INIT, session, ctypes.c_void_p(None), U(0))
        things, found, many = [], (U * 256)(), U(1)
        while many.value:
            call(FIND, session, pointer(found), U(256), pointer(many))
            things += found[: many.value]
        for thing in things:
            number = lambda kind: int.from_bytes(read(thing, kind) or b"\xff", "little")
            flag = lambda kind: {b"\1": "yes", b"\0": "no"}.get(read(thing, kind), "unsaid")
            if number(CLASS) not in CLASSES:
                continue
            print(CLASSES.get(number(CLASS), "other"), TYPES.get(number(TYPE), "other"),
                  (read(thing, LABEL) or b"").decode(), f"sensitive={flag(SENSITIVE)}",
                  f"extractable={flag(EXTRACTABLE)}", f"local={flag(LOCAL)}", f"token={flag(TOKEN)}")
    elif what in ("plant", "mute", "generic"):
        label, key = rest[0].encode(), bytes.fromhex(rest[1])
        kept, template = [], []
        yes, signs = bytes([1]), bytes([what == "plant"])
        kind_of_key = 0x10 if what == "generic" else 0x1F
        for kind, value in [(CLASS, (4).to_bytes(8, "little")), (TYPE, kind_of_key.to_bytes(8, "little")),
                            (TOKEN, yes), (PRIVATE, yes), (SENSITIVE, yes), (EXTRACTABLE, yes), (SIGN, signs),
                            (VERIFY, signs), (LABEL, label), (VALUE, key)]:
            kept.append(ctypes.create_string_buffer(value, len(value)))
            template.append(Attribute(kind, ctypes.addressof(kept[-1]), len(value)))
        made, all_of = U(), (Attribute * len(template))(*template)
        call(CREATE, session, pointer(all_of), U(len(template)), pointer(made))
    call(FINALIZE, ctypes.c_void_p(None))


if __name__ == "__main__":
    main(*sys.argv[1:])
