#!/usr/bin/env python3
"""Writes the made assessments beside this folder: make.py [NAME…] [--into DIR]"""

import argparse
import os
import sys

import changxiu
import review
import shaoxing
import yuecheng

BUILDERS = {"yuecheng": yuecheng.build, "review": review.build, "shaoxing": shaoxing.build, "changxiu": changxiu.build}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of: " + ", ".join(BUILDERS))
    parser.add_argument("--into", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."), metavar="DIR")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in BUILDERS]
    if unknown:
        parser.error("unknown: " + ", ".join(unknown))
    for name in given.names or BUILDERS:
        tables, settings = BUILDERS[name]()
        tables.write(os.path.join(given.into, name), settings)
        print("%s: %d tables, %d rows" % (name, len(tables.rows), sum(len(rows) for rows in tables.rows.values())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
