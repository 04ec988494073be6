"""Text → words. The only analyser: every engine indexes the terms made here, and so does every query.

characters   what each character is to a word
words        text → the words in it, with their spans
fold         a written form → the term it is searched by
stems        a written form in a language → its stem
sentences    a text → where its sentences begin
stops        paragraphs → the full stops that plainly end a sentence, as array work
reading      a document → its words, each with its passage, section, paragraph and sentence
gaps         a text → its spaces and line ends, as arrays, to count by
places       texts → where their words stand in their UTF-8, as array work: what a build does instead of `words`
strings      byte strings → numbers, in arrays
forms        texts → numbers of written forms
"""

from excerpt.text.document_tokens import DocumentTokens, tokenize_document
from excerpt.text.normalizer import fold
from excerpt.text.stemmer import LANGUAGES, possible_stems, stem
from excerpt.text.tokenizer import hyphenated_compounds, token_spans, tokenize

__all__ = [
    "LANGUAGES",
    "VERSION",
    "DocumentTokens",
    "tokenize",
    "fold",
    "hyphenated_compounds",
    "possible_stems",
    "tokenize_document",
    "token_spans",
    "stem",
]

VERSION = 3
"""Raised by every change that cuts, folds or stems differently: an index made before is built afresh."""
