"""How boxes look: lines, fills, names, thousands at once."""
