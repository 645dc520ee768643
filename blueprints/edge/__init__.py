"""What every HTTP operation shares."""
