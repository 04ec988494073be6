"""Documents of the Text Encoding Initiative (TEI P4 and P5) → Document.

reader    the text
header    the header → title, language and metadata
capitals  elements in capitals → elements of TEI
names     names of elements → their role
"""
