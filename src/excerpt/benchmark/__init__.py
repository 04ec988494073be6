"""Benchmarks of speed and quality, behind the commands `excerpt bench` and `excerpt quality`.

Speed:

speed              a corpus → how fast excerpt is on it, and other engines
growth             a corpus → the same queries on several multiples of it
corpora            a folder, changed copies of it (copies) or generated text (noise) → the corpus
passage_file       a corpus → its passages in one file, the same for every engine
queries            passages → queries of every kind, sampled by query_sampling
peers              the engines, behind one small protocol
peer_process       an engine in a process of its own, with its memory watched
peer_runner        one engine at a time: build, cold answers, reading, a changed file
rounds             several engines, which answer in turn
timing             durations → medians, percentiles, rates and ratios
start_up           the duration of a search from the shell
html_rate          the build rate on HTML, compared with parsing alone
reading_rates      the rate of each format, next to the underlying library alone
serve_budgets      the speed and size of the pages of `excerpt serve`
work               a search → the work it does, counted instead of timed
speed_report       results → a table and JSON; growth_report likewise, report has what both share
plot               results → SVG

Quality:

quality            a judged collection → how well excerpt ranks it
judged_collection  a folder → documents, queries, judgements
run_files          rankings ⇄ TREC run files
metrics            rankings and judgements → metrics, and the p-value of a difference
quality_report     results → a table and JSON

Quotations, as a script (see `quotation_checks`):

quotation_samples  passages → changed quotations and controls
quotation_checks   an index → how many of them are found, with the right verdict
"""
