"""What people and programs may ask of the processes: one function for each mutation."""
