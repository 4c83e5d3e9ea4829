"""The BSS Lens web app: pages over run folders. It never imports torch: training and scoring run as own processes."""
