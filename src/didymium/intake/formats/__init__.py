"""One module per format: what it recognises and how it reads it."""
