"""Messages, and web pages saved as messages (MHTML) → Document.

reader  a message → its headers, text and quotations
parts   a message → its parts, as MIME nests them
"""
