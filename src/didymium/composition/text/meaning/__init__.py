"""From parts to readings: units, reference, balance, element fractions, and every choice that stays open."""
