-- A request with no field but Host.

dofile("figures.lua")
