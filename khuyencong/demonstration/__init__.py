"""The demonstration: invented people and files, walked through the chain by the engine. Marked as illustration."""
