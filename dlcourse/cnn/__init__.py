"""Chapter cnn."""
