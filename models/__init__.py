"""Statistical models (not Django tables): features, training, evaluation, risk."""
