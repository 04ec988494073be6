"""Text → tokens and terms: the only analysis in excerpt, applied to documents and queries alike.

Plain modules, which define the result:

    characters       character → class, one ASCII letter for each
    tokenizer        text → tokens with their spans
    normalizer       written form → term
    stemmer          written form, language → stem
    endings          word → word with the ending that its stemmer expects
    korean           Korean word → the word without particles
    grouped_numbers  text → the numbers in groups of digits in it, which are one word each
    compounds        parts of a word with signs between → whether it is written as one, too
    sentences        text → offsets at which sentences begin
    stop_rules       word before a full stop → whether the stop ends a sentence
    running_text     text with inline marks → the running text
    line_breaks      text in lines → text in one line
    document_tokens  document → tokens with the passage, section, paragraph and sentence of each

Spellings of words that stand for each other, and scripts:

    spelling_rules   a word and rules → its other spellings
    old_spelling     language → the rules of its older spelling
    ocr_confusions   the rules of character recognition
    han_variants     Chinese character → its other forms
    scripts          word → the scripts of its letters
    language_names   codes of languages → their English names

Array modules, which do the same for whole batches of texts while an index is built:

    array_tokenizer  texts → tokens as slices of a UTF-8 buffer
    array_numbers    words → the groups of digits of numbers
    array_joins      words with signs between them → the marks that join them
    interner         byte strings → integers
    form_table       texts → form ids
    full_stops       paragraphs → full stops that clearly end a sentence
    doubtful_stops   other full stops → the sentences that begin after them
    line_table       text → its lines as columns
    trait_table      characters → their traits as bits
    whitespace       text → offsets of spaces and line ends, to count words and lines
    kernel_tokens    text, spans of words → their offsets, by the kernel

`arrays` names the types of arrays. Property tests hold the array modules to the results of the
plain ones. `document_tokens` is not imported here, because a search does not need it.
"""

from excerpt.text.normalizer import fold, lower
from excerpt.text.stemmer import LANGUAGES, possible_stems, stem
from excerpt.text.tokenizer import hyphenated_compounds, token_spans, tokenize

__all__ = [
    "LANGUAGES",
    "VERSION",
    "fold",
    "hyphenated_compounds",
    "lower",
    "possible_stems",
    "stem",
    "token_spans",
    "tokenize",
]

VERSION = 16
"""The version of the analysis. Raise it with every change of tokens, terms or stems: an index made
with another version is rebuilt."""
