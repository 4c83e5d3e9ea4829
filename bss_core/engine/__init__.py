"""The only torch code: models, training, scoring."""
