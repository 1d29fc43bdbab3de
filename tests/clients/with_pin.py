#!/usr/bin/env python3
"""Runs a command at a terminal and types a PIN whenever it is asked for one, as a person would.

    with_pin.py PIN COMMAND...
"""
import os, pty, sys, termios, time

pin, command = sys.argv[1].encode() + b"\n", sys.argv[2:]


def shown(terminal):
    text = os.read(terminal, 1024)
    if b"PIN: " in text:
        # What is typed before the program has turned the echo off, it throws away.
        while termios.tcgetattr(terminal)[3] & termios.ECHO:
            time.sleep(0.001)
        os.write(terminal, pin)
    return text


sys.exit(os.waitstatus_to_exitcode(pty.spawn(command, shown)))
