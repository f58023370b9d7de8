"""Crawling: sources as data, one spider, pure readers, WARC captures."""
