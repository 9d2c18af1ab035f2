"""The papers that a file needs on its way, as HTML for khuyencong.lib.pdf.

One module a paper: frozen dataclasses that hold everything the paper shows, and one function `*_html`.
Nothing here asks the database; from_files/ does, and fills them. Amounts are whole đồng; sums are taken here
once, never in a template.
"""
