"""The files of docs/web/tutorial.md, step by step: a shopping list that several people share."""
