"""An agency with known defects: what a tool that finds defects is examined on."""
