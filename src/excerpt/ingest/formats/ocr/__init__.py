"""Recognised text of scanned pages → Document.

alto      ALTO, versions 1 to 4
page_xml  PAGE XML
hocr      hOCR
mets      pages listed by METS → one document
mets_list METS → its pages and metadata
layout    regions of pages in reading order → the text of a document
"""
