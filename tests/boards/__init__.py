"""Four small job boards of our own writing, served over real HTTP: see ``docs/sample-boards.md``."""
