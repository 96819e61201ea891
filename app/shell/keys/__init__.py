"""What keys and menus do: the table of actions, who may change it, and where each leads."""
