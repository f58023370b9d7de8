"""What the readers share: documents, words, dates, records of postings, cards, and the choice among readers."""
