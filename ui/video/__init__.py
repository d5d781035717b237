"""The page Video."""
