"""Every write of incidents and claims: one function a deed, with its person, its time and its permission."""
