"""What goes wrong in other frameworks, and does not here: one test for each fault.

The faults were seen by running releases of those frameworks, or were reported by their users;
docs/web/compared.md has the table, with versions and dates. These tests only ask us.
"""
