"""What goods are, as far as a control list asks: form, family, contents, and words that name them."""

from didymium.controls.goods.contents import Contents, contents_of
from didymium.controls.goods.reading import Goods, read_goods

__all__ = ["Contents", "Goods", "contents_of", "read_goods"]
