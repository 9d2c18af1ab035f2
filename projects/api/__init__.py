"""Files, ledger and registers for programs (interface.md §API): the same access functions and services as the pages."""
