"""What a cell means: numbers, dates, words, amounts measured."""
