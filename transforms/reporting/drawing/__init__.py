"""Pictures: each a function from figures to an SVG that can be read in print, in grey and without colours."""
