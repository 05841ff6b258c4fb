"""Words, figures and tokens: what a declared composition is written with."""
