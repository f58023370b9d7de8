"""One reader a kind of page: bytes and address in, adverts out; no network, no Scrapy."""
