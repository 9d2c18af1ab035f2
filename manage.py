#!/usr/bin/env python
"""Django's commands, with the embedded servers running for as long as one is at work."""

from khuyencong.console import main

if __name__ == "__main__":
    main()
