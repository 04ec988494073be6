"""The writing of the index: documents and older segments → new segments and a document table.

    index_writer             all changes of a commit; when to merge
    segment_builder          documents → a segment
    stream_builder             their texts → token streams
    text_batch                   texts of many documents → one text to tokenize
    merge                    several segments → one
    segment_writer           the contents of a segment → its file; the two above end here
    term_dictionary_builder    its forms → terms, stems and form groups
      string_order             strings → their sorted order
      main_stems_writer        stems in the main language, as a file of their own
    posting_lists              its tokens → postings, by way of
    inverter                     the list of each position → the positions of each list
    units                        a position → the passage it is in
    document_table_writer    live documents ⇄ the document table

Nothing here changes an existing file.
"""
