"""What people say of it: reports, their evidence, and the way to the makers and back."""
