"""Real servers for tests, started on loopback as an ordinary user and gone afterwards, however the tests end."""
