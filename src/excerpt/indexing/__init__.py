"""Indexing: source files → documents → passages → index.

    pipeline          build(): the whole path, under the lock of the index
      preconditions   check the arguments before anything is written
      plan            walk the corpus and compare it with the index
        corpus_metadata   read each metadata.csv
        page_files    join METS files and the files of their pages
        changes       decide about each file: keep, index or reject it; the comparisons:
          members         digests of files, and of the members of containers
          format_changes  readers that have changed since the last build
          owner_settings  rules, titles and languages that have changed
      plan_runner     index the files in batches, and commit about once a minute
        worker_pool   give batches to worker processes, and replace those that die
          worker_process    the build's side of one worker
          worker      the program of one worker
        indexer       read a file, cut it into passages, make rows and files of them
        messages      what workers send back
      committer       change catalog and engine in step, and commit
        main_language the language in which texts of unknown language are searched
      publishing      copy the committed state of an index in a cluster to the cluster
      report          progress and outcome
    sampling          a plan → the effect of new rules on some files
    repair            rebuild the engine's files from the catalog and the texts
    watch             build after every change
    options           the options of a build, typed

The path of a file: `ingest.walk` finds it, and `changes` compares size, times and digest with
the catalog. If it must be indexed, a worker reads it (`ingest.formats`), detects its language and
cuts it into passages (`ingest.passages`). The engine's segment builder collects the words of many
files into one segment (`engines`); texts and passages go into a text file (`text_store`). The
committer adds both to the index, and one transaction of the catalog makes them visible.
"""
