"""Recognised text of scanned pages → Document.

alto      ALTO, versions 1 to 4
page_xml  PAGE XML
hocr      hOCR
layout    regions of pages in reading order → the text of a document
"""
