"""Finding indicators and protective signals in advert text, with the exact words and why."""
