"""What pages are put together from: controls, cards, panels, and the components that run in the browser."""
