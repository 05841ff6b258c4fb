"""Tables of assays as laboratories and instruments write them."""
