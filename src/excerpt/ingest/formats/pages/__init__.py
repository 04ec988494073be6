"""Pages of a text, found in page numbers, running headers and form feeds.

pagination   blocks → pages, with page numbers and running headers set apart; it uses the next four
  edges        lines next to form feeds as blocks of their own
  marks        the marks that number pages, among all that look like such marks
  sequence     page marks in order → where each page begins
  labels       page labels ⇄ numbers
notes        notes at the feet of pages, and the sentences that continue below
typed_pages  page numbers typed in running text
"""
