"""Fills the papers of projects/papers from files, lists and the ledger; one module a paper.

A paper shows what was true on its day: the content that was sent (the snapshot of its submission), names of
organisations and heads of that day, amounts that the act booked. The same act gives the same bytes every time.
"""
