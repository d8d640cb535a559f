"""Who is there: by which login, link or token, what that opens, and which day it is for them."""
