"""The bytes of a file that holds many documents → its members.

A container is a mailbox, a table, a zip or tar archive, or a TEI corpus. Its members have paths
below its own, as if it were a folder: `box.mbox/id@host`, `table.csv/17`, `a.zip/letters/x.txt`.
Members that are containers themselves are opened in turn. Nothing is written to disk, and one
member at a time is held in memory.

    entry       a member, before it is read; the limits of size
    kinds       the name and the start of a file → the kind of container, and its entries
    expansion   a container → all members in it, at any depth
    archive     zip and tar files
    mailbox     mailboxes
    message     messages with attachments
    rows        tables and JSON
    json_rows     JSON → objects that may hold texts
    columns       the columns of a table → the text, the title and the metadata of a row
    tei_corpus  TEI corpora
    mets        METS files with the files of their pages
"""
