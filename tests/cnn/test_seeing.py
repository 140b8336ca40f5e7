"""What a network sees: against oracles that are not the code itself."""
