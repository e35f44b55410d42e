"""What tables and pages show, computed from the house: Qt models and plain rules."""
