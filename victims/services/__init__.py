"""Every write of persons: one function a deed, with its person, its time and its permission."""
