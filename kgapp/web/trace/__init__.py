"""An edition as it is traced: passages, the links between them, why there is nothing, and in which words."""
