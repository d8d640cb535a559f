"""What a to-do list is, without database, web or clock: values, and rules about them."""
