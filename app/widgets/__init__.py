"""Small browser components: the gallery of samples and the sound player."""
