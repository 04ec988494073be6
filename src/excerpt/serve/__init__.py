"""The local web page: requests → HTML pages, JSON and exports.

    server       the socket: Uvicorn with limits for slow clients; `serve()` runs it
    app          routes → lanes → responses
    security     checks of the host, origin and token of a request; headers of answers
    lanes        one thread for quick answers; one process, which can be killed, for slow ones
    desk         an open index, and numbers that are computed once for each of its states
    page_state   the parameters of a URL ⇄ the state of a page
    pages        the pages, as functions of a desk and a request
    api          the JSON interface, likewise
    openapi      its description
    exports      files of passages and lines, made in pieces
    result_views hits and lines as a list shows them
    facet_views  facets as lists of links, and the histogram of periods
    snippets     the text of a hit, cut for a list
    help_pages   the documentation as pages
    rendering    templates → HTML

Whatever computes is a plain function of a `Desk` and a `Request`, so both lanes can run it, and
tests can call it. Only `server`, `app`, `security` and `lanes` know of the network.

The libraries of this package are imported by `excerpt serve` alone.
"""
