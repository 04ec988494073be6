"""Immutable files of columns, which hold all of an index but its catalog.

columns      named arrays ⇄ one immutable file, with a checksum for every 8 KiB
stored_file  the record of a file in a manifest
"""
