"""The cloud side of the application stacks, one file each; their in-cluster side lives in gitops/."""
