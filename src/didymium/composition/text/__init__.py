"""From the text of a declared composition to readings: lexing, grammar, choices that stay open, amounts."""
