"""The rows of the chain (../shared/domain/chain.md §3), which projects/workflow.py puts together into routes."""
