"""From tokens to parts: which figure belongs to which substance."""
