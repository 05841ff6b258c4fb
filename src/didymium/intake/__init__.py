"""Reading: one file per format, one set of rules, canonical tables out; every refused row keeps its reason."""
