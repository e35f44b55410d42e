"""What is wrong around a house, and what to do: it looks, and changes nothing. No Qt."""
