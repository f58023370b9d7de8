"""Configuration: one typed environment class and the settings of Django, Scrapy, the schedule and the risk rules."""
