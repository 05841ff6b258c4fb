"""The same enrichment and checks in plain pandas, written apart from the product: a yardstick and an independent check.

It shares the reference tables and the named constants with the product, and nothing that computes: text is read with
dictionaries and `re`, statistics with `groupby`, weights with `np.select`. Declarations only, no assays, no trade flows.
"""
