"""What every report draws with: SVG as text, scales, the world's land, figures in words, colours. Knows no domain."""
