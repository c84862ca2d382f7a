#!/usr/bin/env python3
"""embed.py OUTPUT.c NAME=FILE …: text files as C strings that the report carries."""
import sys

PLAIN = {byte: chr(byte) for byte in range(32, 127) if chr(byte) not in '"\\?'}
PLAIN[ord("\n")] = "\\n"

with open(sys.argv[1], "w", encoding="ascii", newline="\n") as out:
    out.write('/* Made by embed.py. */\n#include "report/page.h"\n')
    for pair in sys.argv[2:]:
        name, path = pair.split("=", 1)
        with open(path, "rb") as file:
            lines = file.read().splitlines(keepends=True)
        out.write(f"\nconst gchar {name}[] =\n")
        for line in lines or [b""]:
            out.write('    "' + "".join(PLAIN.get(byte, f"\\{byte:03o}") for byte in line) + '"\n')
        out.write("    ;\n")
