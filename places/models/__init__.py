from places.models.place import Place, PlaceCoverage, PlaceName

__all__ = ["Place", "PlaceCoverage", "PlaceName"]
